import { Constants } from "@babylonjs/core/Engines/constants.js";
import type { AbstractEngine } from "@babylonjs/core/Engines/abstractEngine.js";
import { RawTexture } from "@babylonjs/core/Materials/Textures/rawTexture.js";
import type { Scene } from "@babylonjs/core/scene.js";
import { ROW_SPLATS, type IFramePacket, type IOrderPacket, type IRowRun } from "../loader/framePacket.js";
import type { Direction } from "./findForward.js";
import { copyRows } from "./copyRows.js";
import { SplatOrders } from "./splatOrders.js";
import { SplatStore } from "./splatStore.js";

/** Words of a texel by texture format. */
const FORMATS: Readonly<Record<number, number>> = {
    1: Constants.TEXTUREFORMAT_RED_INTEGER,
    2: Constants.TEXTUREFORMAT_RG_INTEGER,
    4: Constants.TEXTUREFORMAT_RGBA_INTEGER,
};

/** One state of all splats. */
export interface ITextureSet {
    /** Texel A of every slot, see loader/framePacket.ts. */
    splatA: RawTexture;
    /** Texel B of every slot. */
    splatB: RawTexture;
}

/** The state of a clip in integer textures, for engines without compute: {@link SplatStore} that takes its order from the decoder. */
export class SplatTextures extends SplatStore {
    public override readonly takesOrder = true;
    /** One set of splats, or two where frames are staged. */
    public readonly sets: ITextureSet[];
    /** Texels of the spherical harmonics, one texture a degree. */
    public readonly sh: readonly RawTexture[];
    /** Live slots, back to front, for each camera. */
    public readonly orders: SplatOrders;
    private readonly _scene: Scene;

    /**
     * @param scene scene whose engine holds the textures
     * @param capacity most slots of a segment
     * @param shDegree of the clip
     */
    public constructor(scene: Scene, capacity: number, shDegree: number) {
        super(scene.getEngine(), capacity, shDegree);
        const rows = this.slots / ROW_SPLATS;
        const { maxTextureSize } = this._engine.getCaps();
        if (maxTextureSize < Math.max(rows, ROW_SPLATS)) {
            this._refuse(`The clip has ${capacity} splats; this GPU takes at most ${maxTextureSize * ROW_SPLATS}`);
        }
        this._scene = scene;
        this.sets = [this._createSet()];
        this.orders = new SplatOrders(() => this._createTexture(scene, 1));
        this.sh = Array.from({ length: shDegree }, () => this._createTexture(scene, 4));
    }

    public override async whenReadyAsync(): Promise<void> {}

    /** The set of splats that is in place. */
    public get set(): ITextureSet {
        return this.sets[this._current];
    }

    /** The staged set; the one in place where there is no other. */
    public get nextSet(): ITextureSet {
        return this.sets[1 - this._current] ?? this.set;
    }

    public override hasOrder(forward: Direction): boolean {
        return this.orders.has(forward, this.version);
    }

    protected override _free(): void {
        this.sets.forEach(disposeSet);
        this.sh.forEach((texture) => texture.dispose());
        this.orders.dispose();
    }

    protected override _uploadSplats(packet: IFramePacket, set: 0 | 1): void {
        this._uploadRuns(this.sets[set].splatA, packet.splatRuns, packet.splatA, 4);
        this._uploadRuns(this.sets[set].splatB, packet.splatRuns, packet.splatB, 2);
    }

    protected override _uploadSh(packet: IFramePacket): void {
        for (let texel = 0; texel < this.sh.length; texel++) {
            this._uploadRuns(this.sh[texel], packet.shRuns, packet.sh[texel], 4);
        }
    }

    protected override _makeOtherSet(): void {
        this.sets.push(this._createSet());
    }

    protected override _freeOtherSet(): void {
        this.sets.splice(1 - this._current, 1).forEach(disposeSet);
        this._current = 0;
    }

    protected override _copyToOther(runs: readonly IRowRun[]): void {
        const [from, to] = [this.sets[this._current], this.sets[1 - this._current]];
        copyRows(this._engine, from.splatA, to.splatA, runs);
        copyRows(this._engine, from.splatB, to.splatB, runs);
    }

    protected override _uploadOrder(packet: IOrderPacket): void {
        const texture = this.orders.place(packet, this.version);
        const rows = Math.ceil(packet.count / ROW_SPLATS);
        if (rows > 0) {
            this._update(texture, packet.order.subarray(0, rows * ROW_SPLATS), 0, rows);
        }
        this.orders.freeIdle(this.version);
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

    private _createSet(): ITextureSet {
        return { splatA: this._createTexture(this._scene, 4), splatB: this._createTexture(this._scene, 2) };
    }

    private _createTexture(scene: Scene, texelWords: number): RawTexture {
        const texture = new RawTexture(
            new Uint32Array(this.slots * texelWords),
            ROW_SPLATS,
            this.slots / ROW_SPLATS,
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

function disposeSet({ splatA, splatB }: ITextureSet): void {
    splatA.dispose();
    splatB.dispose();
}

/** What both engine classes have and their base class does not declare. */
interface ITextureUpdater {
    updateTextureData(texture: unknown, imageData: ArrayBufferView, xOffset: number, yOffset: number, width: number, height: number): void;
}
