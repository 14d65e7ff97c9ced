import { Constants } from "@babylonjs/core/Engines/constants.js";
import type { AbstractEngine } from "@babylonjs/core/Engines/abstractEngine.js";
import { RawTexture } from "@babylonjs/core/Materials/Textures/rawTexture.js";
import type { Scene } from "@babylonjs/core/scene.js";
import { FvvError } from "../format/fvvError.js";
import type { ISegmentQuantization } from "../format/quantization.js";
import { ROW_SPLATS, type IFramePacket, type IOrderPacket, type IRowRun } from "../loader/framePacket.js";

/** Words of a texel by texture format. */
const FORMATS: Readonly<Record<number, number>> = {
    1: Constants.TEXTUREFORMAT_RED_INTEGER,
    2: Constants.TEXTUREFORMAT_RG_INTEGER,
    4: Constants.TEXTUREFORMAT_RGBA_INTEGER,
};

/**
 * The state of a clip on the GPU: integer textures for the splats and for their order, allocated once for the clip's capacity. Knows nothing of
 * meshes and materials. Meshes that show the same clip share it; the last one frees it.
 */
export class SplatTextures {
    /** Texel A of every slot, see loader/framePacket.ts. */
    public readonly splatA: RawTexture;
    /** Texel B of every slot. */
    public readonly splatB: RawTexture;
    /** Texels of the spherical harmonics, one texture a degree. */
    public readonly sh: readonly RawTexture[];
    /** Live slots, back to front. */
    public readonly order: RawTexture;
    /** How codes become values; of the frame committed last. */
    public quantization: ISegmentQuantization | undefined;
    /** Frame committed last, -1 before the first. */
    public frame = -1;
    /** Generation of that frame. */
    public generation = -1;
    /** Live splats of that frame. */
    public liveCount = 0;
    /** Bounds of its segment: min x, y, z, max x, y, z. */
    public readonly bounds = new Float32Array(6);
    /** Counts commits, so that those who show it notice. */
    public version = 0;
    private readonly _engine: AbstractEngine;
    private readonly _rows: number;
    private _users = 1;

    /**
     * @param scene scene whose engine holds the textures
     * @param capacity most slots of a segment
     * @param shDegree of the clip
     */
    public constructor(
        scene: Scene,
        public readonly capacity: number,
        public readonly shDegree: number,
    ) {
        this._engine = scene.getEngine();
        this._rows = Math.max(1, Math.ceil(capacity / ROW_SPLATS));
        const { maxTextureSize } = this._engine.getCaps();
        if (maxTextureSize < Math.max(this._rows, ROW_SPLATS)) {
            throw new FvvError("GPU_UNSUPPORTED", `The clip has ${capacity} splats; this GPU takes at most ${maxTextureSize * ROW_SPLATS}; encode the clip with fewer`);
        }
        this.splatA = this._createTexture(scene, 4);
        this.splatB = this._createTexture(scene, 2);
        this.order = this._createTexture(scene, 1);
        this.sh = Array.from({ length: shDegree }, () => this._createTexture(scene, 4));
    }

    /** Another mesh shows the same state. */
    public share(): this {
        this._users++;
        return this;
    }

    /** A mesh shows it no more; the last one frees the textures. */
    public release(): void {
        if (--this._users === 0) {
            [this.splatA, this.splatB, this.order, ...this.sh].forEach((texture) => texture.dispose());
        }
    }

    /** Uploads what a frame changed. Nothing shows it before {@link commit}. */
    public upload(packet: IFramePacket): void {
        this._uploadRuns(this.splatA, packet.splatRuns, packet.splatA, 4);
        this._uploadRuns(this.splatB, packet.splatRuns, packet.splatB, 2);
        for (let texel = 0; texel < this.sh.length; texel++) {
            this._uploadRuns(this.sh[texel], packet.shRuns, packet.sh[texel], 4);
        }
    }

    /** Puts a frame in place: its data, order, scales and bounds. */
    public commit(packet: IFramePacket, order: IOrderPacket): void {
        if (packet.frame !== order.frame || packet.generation !== order.generation || order.count !== packet.liveCount) {
            throw new FvvError("INTERNAL", `Data of frame ${packet.frame} came with an order of frame ${order.frame}; please report this`);
        }
        this.upload(packet);
        this.frame = packet.frame;
        this.generation = packet.generation;
        this.liveCount = packet.liveCount;
        this.quantization = packet.quantization;
        this.bounds.set(packet.bounds);
        this.version++;
        this._uploadOrder(order);
    }

    /** Replaces the order of the frame in place; false, and nothing done, when it is of another frame. */
    public setOrder(order: IOrderPacket): boolean {
        if (order.frame !== this.frame || order.generation !== this.generation || order.count !== this.liveCount) {
            return false;
        }
        this._uploadOrder(order);
        return true;
    }

    private _uploadOrder({ order, count }: IOrderPacket): void {
        const rows = Math.ceil(count / ROW_SPLATS);
        if (rows > 0) {
            this._update(this.order, order.subarray(0, rows * ROW_SPLATS), 0, rows);
        }
    }

    private _uploadRuns(texture: RawTexture, runs: readonly IRowRun[], words: Uint32Array, texelWords: number): void {
        let at = 0;
        for (const { firstRow, rowCount } of runs) {
            const length = rowCount * ROW_SPLATS * texelWords;
            this._update(texture, words.subarray(at, at + length), firstRow, rowCount);
            at += length;
        }
    }

    private _update(texture: RawTexture, words: Uint32Array, firstRow: number, rowCount: number): void {
        const internal = texture.getInternalTexture();
        if (internal) {
            (this._engine as AbstractEngine & ITextureUpdater).updateTextureData(internal, words, 0, firstRow, ROW_SPLATS, rowCount);
        }
    }

    private _createTexture(scene: Scene, texelWords: number): RawTexture {
        const texture = new RawTexture(
            new Uint32Array(this._rows * ROW_SPLATS * texelWords),
            ROW_SPLATS,
            this._rows,
            FORMATS[texelWords],
            scene,
            false,
            false,
            Constants.TEXTURE_NEAREST_SAMPLINGMODE,
            Constants.TEXTURETYPE_UNSIGNED_INTEGER,
        );
        texture.wrapU = texture.wrapV = Constants.TEXTURE_CLAMP_ADDRESSMODE;
        return texture;
    }
}

/** What both engine classes have and their base class does not declare. */
interface ITextureUpdater {
    updateTextureData(texture: unknown, imageData: ArrayBufferView, xOffset: number, yOffset: number, width: number, height: number): void;
}
