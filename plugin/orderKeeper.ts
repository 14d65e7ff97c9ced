import { CameraMotion } from "../loader/cameraMotion.js";
import type { FrameFeed } from "../loader/frameFeed.js";
import type { IOrderPacket, ISortCamera } from "../loader/framePacket.js";
import { isSameDirection, type Direction } from "./findForward.js";
import { MAX_ORDERS } from "./splatOrders.js";
import type { SplatVideoMesh } from "./splatVideoMesh.js";
import type { IViewer } from "./viewers.js";

/** A frame that can be sorted again. */
export interface IShownFrame {
    frame: number;
    generation: number;
}

/** A direction of view that the clip is sorted along. */
interface IKeptOrder {
    camera: ISortCamera;
    /** Whose direction it is; others that look the same way use it too. */
    leader: IViewer;
    motion: CameraMotion;
    /** Direction that the session knows of. */
    sent: Direction;
    /** Whether a new order of the frame on screen is on its way. */
    isPending: boolean;
    /** Whether one was asked for, and whether it has come, of the frame on screen since {@link OrderKeeper.expectNew}. */
    isAsked: boolean;
    isAnswered: boolean;
}

/**
 * Keeps an order for each direction in which a clip is seen, up to {@link MAX_ORDERS}: tells the session of the cameras, and asks for a new order when what is on screen was
 * sorted for another direction. Has nothing to do where the GPU sorts.
 */
export class OrderKeeper {
    private readonly _kept: IKeptOrder[] = [];
    private _nextCamera = 0;

    /**
     * @param _feed who sorts
     * @param _mesh who shows the clip; those that show the same state count too
     */
    public constructor(
        private readonly _feed: FrameFeed,
        private readonly _mesh: SplatVideoMesh,
    ) {}

    /**
     * Before a frame is drawn: follows the cameras.
     * @param shown frame on screen
     */
    public update(shown: IShownFrame | undefined): void {
        if (!this._mesh.takesOrder) {
            return;
        }
        const { viewers } = this._mesh;
        const camera = this._mesh.getScene().activeCamera;
        if (camera) {
            viewers.expect(this._mesh, camera);
        }
        viewers.refresh();
        this._dropUnused();
        for (const viewer of viewers.all) {
            if (this._kept.length < MAX_ORDERS && !this._find(viewer.forward)) {
                this._add(viewer);
            }
        }
        for (const kept of this._kept) {
            this._follow(kept, shown);
        }
    }

    /**
     * Takes an order that has come.
     * @param order the order
     * @returns whether it is of the frame on screen
     */
    public take(order: IOrderPacket): boolean {
        if (!this._mesh.setOrder(order)) {
            return false;
        }
        for (const kept of this._kept) {
            if (kept.camera.id === order.camera) {
                kept.isPending = false;
                kept.isAnswered = kept.isAsked;
            }
        }
        return true;
    }

    /** Orders that were asked for will not come: the frame on screen is another, or the session has forgotten. */
    public forgetPending(): void {
        for (const kept of this._kept) {
            kept.isPending = false;
        }
        this.expectNew();
    }

    /** From now on {@link isSettled} is about cameras as they are now. */
    public expectNew(): void {
        for (const kept of this._kept) {
            kept.isAsked = false;
            kept.isAnswered = false;
        }
    }

    /**
     * Whether everyone sees the frame on screen in the right order. A camera that never stands still never does: for it, the order that was asked for last counts.
     */
    public get isSettled(): boolean {
        if (!this._mesh.takesOrder) {
            return true;
        }
        for (const { forward } of this._mesh.viewers.all) {
            const kept = this._find(forward);
            const isServed = kept?.isAnswered === true || this._mesh.hasOrder(forward);
            if (!isServed && (kept || this._kept.length < MAX_ORDERS)) {
                return false;
            }
        }
        return true;
    }

    private _follow(kept: IKeptOrder, shown: IShownFrame | undefined): void {
        const { camera, leader, sent } = kept;
        if (kept.isPending) {
            return;
        }
        camera.time = performance.now() / 1000;
        copyDirection(leader.forward, camera.forward);
        const hasTurned = !isSameDirection(camera.forward, sent);
        if (kept.motion.measure(camera) || hasTurned) {
            copyDirection(camera.forward, sent);
            this._feed.setCamera(camera);
        }
        if (shown && !this._mesh.hasOrder(camera.forward)) {
            kept.isPending = true;
            kept.isAsked = true;
            this._feed.sortAgain(shown.frame, shown.generation, camera.id);
        }
    }

    private _add(leader: IViewer): void {
        this._kept.push({
            camera: { id: this._nextCamera++, forward: [0, 0, 0], turn: [0, 0, 0], time: 0 },
            leader,
            motion: new CameraMotion(),
            sent: [NaN, NaN, NaN],
            isPending: false,
            isAsked: false,
            isAnswered: false,
        });
    }

    /** Drops what nobody looks along any more, and what another one serves too. */
    private _dropUnused(): void {
        const { all } = this._mesh.viewers;
        for (let i = this._kept.length - 1; i >= 0; i--) {
            const { leader, camera } = this._kept[i];
            if (!all.includes(leader) || this._find(leader.forward) !== this._kept[i]) {
                this._kept.splice(i, 1);
                this._feed.dropCamera(camera.id);
            }
        }
    }

    private _find(forward: Direction): IKeptOrder | undefined {
        for (const kept of this._kept) {
            if (isSameDirection(kept.leader.forward, forward)) {
                return kept;
            }
        }
        return undefined;
    }
}

function copyDirection(from: Direction, to: Direction): void {
    for (let c = 0; c < 3; c++) {
        to[c] = from[c];
    }
}
