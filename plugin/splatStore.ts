import type { AbstractEngine } from "@babylonjs/core/Engines/abstractEngine.js";
import type { Observer } from "@babylonjs/core/Misc/observable.js";
import { FvvError } from "../format/fvvError.js";
import type { ISegmentQuantization } from "../format/quantization.js";
import { collectRuns } from "../loader/rowRuns.js";
import { ROW_SPLATS, type IFramePacket, type IOrderPacket, type IRowRun } from "../loader/framePacket.js";
import type { Direction } from "./findForward.js";
import { Viewers } from "./viewers.js";

/**
 * The state of a clip on the GPU, allocated once for the clip's capacity. Knows nothing of meshes and materials. Meshes that show the same clip share it; the last one
 * frees it.
 */
export abstract class SplatStore {
    /** Whether frames come with orders; where not, the GPU sorts. */
    public abstract readonly takesOrder: boolean;
    /** Who sees it, where it takes orders. */
    public readonly viewers = new Viewers();
    /** Slots that there is room for: whole rows, see loader/framePacket.ts. */
    public readonly slots: number;
    /** How codes become values; of the frame committed last. */
    public quantization: ISegmentQuantization | undefined;
    /** Frame committed last, -1 before the first. */
    public frame = -1;
    /** Rendition that it came from. */
    public rendition = -1;
    /** Generation of that frame. */
    public generation = -1;
    /** Slots of its segment. */
    public slotCount = 0;
    /** Live splats of that frame. */
    public liveCount = 0;
    /** Bounds of its segment: min x, y, z, max x, y, z. */
    public readonly bounds = new Float32Array(6);
    /** Counts commits, so that those who show it notice. */
    public version = 0;
    /** Frame that was staged after the one in place, -1 where there is none. */
    public nextFrame = -1;
    /** How far what is drawn is from the frame in place to the staged one, 0 to 1. */
    public blend = 0;
    /** Factor of the opacity in all who show it, 0 to 1: the weight of the animation that runs the clip. */
    public fade = 1;
    /** Which of the two sets of splats holds the frame in place. There is one only, until {@link interpolates} is set. */
    protected _current: 0 | 1 = 0;
    private _segment = -1;
    private _nextGeneration = -1;
    private _interpolates = false;
    /** Rows in which the other set differs from the one in place. */
    private readonly _staleRows: Uint8Array;
    private readonly _restored: Observer<AbstractEngine>;
    private _users = 1;

    /**
     * @param _engine engine that holds it
     * @param capacity most slots of a segment
     * @param shDegree of the clip
     */
    public constructor(
        protected readonly _engine: AbstractEngine,
        public readonly capacity: number,
        public readonly shDegree: number,
    ) {
        this.slots = Math.max(1, Math.ceil(capacity / ROW_SPLATS)) * ROW_SPLATS;
        this._staleRows = new Uint8Array(this.slots / ROW_SPLATS);
        this._restored = _engine.onContextRestoredObservable.add(() => this._renew());
    }

    /** Settles when the state can be drawn; rejects with what prevents it. */
    public abstract whenReadyAsync(): Promise<void>;

    /** Whether frames can be staged, which needs a second set of splats. Default false. */
    public get interpolates(): boolean {
        return this._interpolates;
    }

    public set interpolates(value: boolean) {
        if (value === this._interpolates) {
            return;
        }
        this._interpolates = value;
        this._unstage();
        this._staleRows.fill(1);
        if (value) {
            this._makeOtherSet();
        } else {
            this._freeOtherSet();
        }
        this.version++;
    }

    /** Uploads what a frame changed. Nothing shows it before {@link commit}. */
    public upload(packet: IFramePacket): void {
        this._uploadSplats(packet, this._current);
        this._uploadSh(packet);
        this._markStale(packet.splatRuns);
    }

    /**
     * Makes the frame after the one in place ready to be blended with it, and to be committed. Frames of another segment have other slots: they are not staged.
     * @param packet what it changes
     */
    public stage(packet: IFramePacket): void {
        if (!this._interpolates || packet.segment !== this._segment || this._isStaged(packet)) {
            return;
        }
        this._copyToOther(collectRuns(this._staleRows, this._staleRows.length));
        this._uploadSplats(packet, (1 - this._current) as 0 | 1);
        this._markStale(packet.splatRuns);
        this.nextFrame = packet.frame;
        this._nextGeneration = packet.generation;
        this.version++;
    }

    /** Another mesh shows the same state. */
    public share(): this {
        this._users++;
        return this;
    }

    /** A mesh shows it no more; the last one frees it. */
    public release(): void {
        if (--this._users === 0) {
            this._restored.remove();
            this._free();
        }
    }

    /** Puts a frame in place: its data, orders, scales and bounds. */
    public commit(packet: IFramePacket, orders: readonly IOrderPacket[]): void {
        if (this.takesOrder && (orders.length === 0 || orders.some((order) => !isOf(order, packet)))) {
            throw new FvvError("INTERNAL", `Data of frame ${packet.frame} came with orders of frames ${orders.map(({ frame }) => frame).join()}; please report this`);
        }
        if (this._isStaged(packet)) {
            this._current = (1 - this._current) as 0 | 1;
            this._uploadSh(packet);
        } else {
            this.upload(packet);
        }
        this._unstage();
        this._segment = packet.segment;
        this.frame = packet.frame;
        this.rendition = packet.rendition;
        this.generation = packet.generation;
        this.slotCount = packet.slotCount;
        this.liveCount = packet.liveCount;
        this.quantization = packet.quantization;
        this.bounds.set(packet.bounds);
        this.version++;
        for (const order of orders) {
            this._uploadOrder(order);
        }
    }

    /** Adds or replaces, for one camera, an order of the frame in place; false, and nothing done, when it is of another frame. */
    public setOrder(order: IOrderPacket): boolean {
        if (!isOf(order, this)) {
            return false;
        }
        this._uploadOrder(order);
        return true;
    }

    /** The GPU cannot take the clip: nothing of this is left behind. */
    protected _refuse(why: string): never {
        this._restored.remove();
        throw new FvvError("GPU_UNSUPPORTED", `${why}; encode the clip with fewer`);
    }

    /** Whether the frame in place has an order for exactly this direction; always, where the GPU sorts. */
    public abstract hasOrder(forward: Direction): boolean;

    /** Uploads the splats of a packet into one of the sets. */
    protected abstract _uploadSplats(packet: IFramePacket, set: 0 | 1): void;

    protected abstract _uploadSh(packet: IFramePacket): void;

    /** Makes the set that is not in place. */
    protected abstract _makeOtherSet(): void;

    protected abstract _freeOtherSet(): void;

    /** Copies rows of the set in place into the other one. */
    protected abstract _copyToOther(runs: readonly IRowRun[]): void;

    /** The GPU was lost, and what it held is made anew, but empty: nothing is shown until the next commit of a whole frame. */
    protected _renew(): void {
        this._unstage();
        this._staleRows.fill(1);
        this.frame = -1;
        this.generation = -1;
        this.slotCount = 0;
        this.liveCount = 0;
        this.version++;
    }

    protected abstract _uploadOrder(order: IOrderPacket): void;

    protected abstract _free(): void;

    private _isStaged({ frame, generation }: IFramePacket): boolean {
        return this.nextFrame === frame && this._nextGeneration === generation;
    }

    private _unstage(): void {
        this.nextFrame = -1;
        this.blend = 0;
    }

    private _markStale(runs: readonly IRowRun[]): void {
        for (const { firstRow, rowCount } of runs) {
            this._staleRows.fill(1, firstRow, firstRow + rowCount);
        }
    }
}

function isOf(order: IOrderPacket, { frame, generation, liveCount }: { frame: number; generation: number; liveCount: number }): boolean {
    return order.frame === frame && order.generation === generation && order.count === liveCount;
}
