import { expect } from "chai";
import type { ClipReader } from "../../encoder/index.js";
import { differenceTo, type IDifference } from "../support/pictures.js";
import { drawReference } from "../support/referencePicture.js";
import { expectNoErrors, fromBase64, openSessionAsync, type IPageSession } from "./pageClient.js";
import type { EngineKind } from "./pages/engines.js";
import type { IView, PlayerPageApi } from "./pages/playerPage.js";

/** Width and height of the pictures, px. */
const SIZE = 200;
/** What the page clears to. */
const BACKGROUND = [0.1, 0.12, 0.15] as const;

/** How far a picture is from its reference. */
export interface IComparison {
    /** What is on the canvas. A frame buffer of bytes rounds at every blend: most pixels are off by half a level, a few of 40,000 by four. */
    canvas: IDifference;
    /** The same drawn into half floats. */
    fine: IDifference;
}

/** A page that shows a clip, and the same clip decoded here: both give pictures of it. */
export class ReferencePage {
    private _session: IPageSession<PlayerPageApi> | undefined;
    private _clip: ClipReader | undefined;

    /** The functions of the page. */
    public get call(): IPageSession<PlayerPageApi>["call"] {
        return this._open.call;
    }

    /** Opens the page. */
    public async openAsync(): Promise<void> {
        this._session = await openSessionAsync("playerPage");
    }

    /** Closes the page; nothing may have gone wrong in it. */
    public async closeAsync(): Promise<void> {
        expectNoErrors(this._open);
        await this._open.page.close();
    }

    /**
     * Shows a clip in a new scene.
     * @param kind engine
     * @param name name of the file below `/files`
     * @param clip the same clip
     * @param isRightHanded handedness of the scene
     */
    public async showAsync(kind: EngineKind, name: string, clip: ClipReader, isRightHanded = false): Promise<void> {
        this._clip = clip;
        await this.call.start(kind, SIZE, isRightHanded);
        await this.call.load(`${this._open.url}/files/${name}`, {});
    }

    /** What is on the canvas once a frame is there, sorted for the view. */
    public async pictureAsync(view: IView, frame: number): Promise<Uint8Array> {
        await this._lookAsync(view, frame);
        return fromBase64(await this.call.pixels());
    }

    /** The same without the rounding of the canvas: levels of 255. */
    public async finePictureAsync(view: IView, frame: number): Promise<Float32Array> {
        await this._lookAsync(view, frame);
        return new Float32Array(fromBase64(await this.call.finePixels()).buffer).map((value) => 255 * value);
    }

    /** What should be on the canvas, seen as it is seen now. */
    public async referenceAsync(frame: number): Promise<Float64Array> {
        const decoded = await this._decoded.readFrameAsync(frame);
        return drawReference(decoded, await this.call.camera(), {
            width: SIZE,
            height: SIZE,
            background: BACKGROUND,
            antialiased: this._decoded.header.antialiased,
        });
    }

    /** How far a view of a frame is from what it should be, on the canvas and without the canvas' rounding; told on the console. */
    public async compareAsync(name: string, view: IView, frame: number): Promise<IComparison> {
        const picture = await this.pictureAsync(view, frame);
        const fine = await this.finePictureAsync(view, frame);
        const reference = await this.referenceAsync(frame);
        const comparison = { canvas: differenceTo(picture, reference), fine: differenceTo(fine, reference) };
        const tell = ({ psnr, max, offShare }: IDifference): string => `${psnr.toFixed(1)} dB, at most ${max.toFixed(1)} of 255, off ${(100 * offShare).toFixed(2)} %`;
        console.log(`        frame ${frame}, ${name}: ${tell(comparison.fine)}; canvas ${tell(comparison.canvas)}`);
        return comparison;
    }

    private async _lookAsync(view: IView, frame: number): Promise<void> {
        await this.call.view(view);
        expect(await this.call.seek(frame)).to.equal(true);
    }

    private get _open(): IPageSession<PlayerPageApi> {
        if (!this._session) {
            throw new Error("the page is not open");
        }
        return this._session;
    }

    private get _decoded(): ClipReader {
        if (!this._clip) {
            throw new Error("the page shows no clip");
        }
        return this._clip;
    }
}
