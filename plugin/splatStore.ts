import type { AbstractEngine } from "@babylonjs/core/Engines/abstractEngine.js";
import type { Observer } from "@babylonjs/core/Misc/observable.js";
import { FvvError } from "../format/fvvError.js";
import type { ISegmentQuantization } from "../format/quantization.js";
import { ROW_SPLATS, type IFramePacket, type IOrderPacket } from "../loader/framePacket.js";
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
        this._restored = _engine.onContextRestoredObservable.add(() => this._renew());
    }

    /** Settles when the state can be drawn; rejects with what prevents it. */
    public abstract whenReadyAsync(): Promise<void>;

    /** Uploads what a frame changed. Nothing shows it before {@link commit}. */
    public abstract upload(packet: IFramePacket): void;

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
        this.upload(packet);
        this.frame = packet.frame;
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

    /** Whether the frame in place has an order for exactly this direction; always, where the GPU sorts. */
    public abstract hasOrder(forward: Direction): boolean;

    /** The GPU was lost, and what it held is made anew, but empty: nothing is shown until the next commit of a whole frame. */
    protected _renew(): void {
        this.frame = -1;
        this.generation = -1;
        this.slotCount = 0;
        this.liveCount = 0;
        this.version++;
    }

    protected abstract _uploadOrder(order: IOrderPacket): void;

    protected abstract _free(): void;
}

function isOf(order: IOrderPacket, { frame, generation, liveCount }: { frame: number; generation: number; liveCount: number }): boolean {
    return order.frame === frame && order.generation === generation && order.count === liveCount;
}
