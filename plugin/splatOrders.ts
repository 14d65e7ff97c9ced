import type { RawTexture } from "@babylonjs/core/Materials/Textures/rawTexture.js";
import type { IOrderPacket } from "../loader/framePacket.js";
import { isSameDirection, type Direction } from "./findForward.js";

/** Most directions that a clip is sorted along; whoever looks another way gets the nearest. Each costs a sort a frame and 4 bytes a slot. */
export const MAX_ORDERS = 8;

/** Commits after which a texture that got no order is freed. */
const IDLE_COMMITS = 8;

interface IOrderTexture {
    texture: RawTexture;
    /** Camera that it was sorted for. */
    camera: number;
    /** Direction that it was sorted along. */
    forward: Direction;
    /** Version of the state that it orders, see SplatStore. */
    version: number;
    /** Tells which was filled last. */
    turn: number;
}

/** Orders of one frame, a texture for each camera: made when they are needed, freed when they are not. */
export class SplatOrders {
    private readonly _textures: IOrderTexture[] = [];
    private _turn = 0;

    /**
     * @param _create makes a texture
     */
    public constructor(private readonly _create: () => RawTexture) {
        this._add();
    }

    /** Number of textures. */
    public get count(): number {
        return this._textures.length;
    }

    /**
     * Takes an order.
     * @param order the order
     * @param order.camera camera that it was sorted for
     * @param order.forward direction that it was sorted along
     * @param version version of the state that it orders
     * @returns where it is to be written to
     */
    public place({ camera, forward }: IOrderPacket, version: number): RawTexture {
        const target = this._of(camera) ?? this._unused() ?? this._add();
        target.camera = camera;
        for (let c = 0; c < 3; c++) {
            target.forward[c] = forward[c];
        }
        target.version = version;
        target.turn = ++this._turn;
        return target.texture;
    }

    /** The order of a version that is nearest to a direction. */
    public nearest(forward: Direction, version: number): RawTexture {
        let best = this._textures[0];
        let largest = -Infinity;
        for (const candidate of this._textures) {
            const { forward: own } = candidate;
            // Predicted directions are not of length 1.
            const cosine = (own[0] * forward[0] + own[1] * forward[1] + own[2] * forward[2]) / (Math.hypot(own[0], own[1], own[2]) || 1);
            if (candidate.version === version && cosine > largest) {
                largest = cosine;
                best = candidate;
            }
        }
        return best.texture;
    }

    /** Whether there is an order of a version for exactly this direction. */
    public has(forward: Direction, version: number): boolean {
        for (const candidate of this._textures) {
            if (candidate.version === version && isSameDirection(candidate.forward, forward)) {
                return true;
            }
        }
        return false;
    }

    /** Frees the textures that have got no order for a while. */
    public freeIdle(version: number): void {
        for (let i = this._textures.length - 1; i >= 0 && this._textures.length > 1; i--) {
            if (version - this._textures[i].version > IDLE_COMMITS) {
                this._textures.splice(i, 1)[0].texture.dispose();
            }
        }
    }

    /** Frees all textures. */
    public dispose(): void {
        this._textures.splice(0).forEach(({ texture }) => texture.dispose());
    }

    private _of(camera: number): IOrderTexture | undefined {
        for (const candidate of this._textures) {
            if (candidate.camera === camera) {
                return candidate;
            }
        }
        return undefined;
    }

    /** One that was never filled; where there are as many as there may be, the one filled longest ago. */
    private _unused(): IOrderTexture | undefined {
        let oldest = this._textures[0];
        for (const candidate of this._textures) {
            oldest = candidate.turn < oldest.turn ? candidate : oldest;
        }
        return oldest.turn === 0 || this._textures.length === MAX_ORDERS ? oldest : undefined;
    }

    private _add(): IOrderTexture {
        const added: IOrderTexture = { texture: this._create(), camera: -1, forward: [0, 0, 0], version: -1, turn: 0 };
        this._textures.push(added);
        return added;
    }
}
