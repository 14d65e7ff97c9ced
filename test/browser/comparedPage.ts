import { expect } from "chai";
import type { ClipReader, ISplatFrame } from "../../encoder/index.js";
import { toCoreSplat } from "../support/coreSplat.js";
import { foregroundShare, psnr } from "../support/pictures.js";
import { expectNoErrors, fromBase64, openSessionAsync, toBase64, type IPageSession } from "./pageClient.js";
import type { EngineKind } from "./pages/engines.js";
import type { IView, PlayerPageApi } from "./pages/playerPage.js";

/** Width and height of the pictures, px. */
export const PICTURE_SIZE = 320;
/** A clip that is compared with core's mesh. */
export interface IComparedClip {
    /** Name of the file below `/files`, without extension. */
    name: string;
    /** Three cameras. */
    views: Readonly<Record<string, IView>>;
    /** Frames to compare. */
    frames: readonly number[];
    /** A frame to play up to and to seek from both sides, and one that looks different. */
    sought: readonly [number, number];
}

/** A page that shows a clip, or core's mesh in its place. */
export class ComparedPage {
    /** Pictures of our material by frame and view. */
    public readonly pictures = new Map<string, Uint8Array>();
    private _session: IPageSession<PlayerPageApi> | undefined;

    /** The functions of the page. */
    public get call(): IPageSession<PlayerPageApi>["call"] {
        return this._open.call;
    }

    /** Address of a clip. */
    public url(name: string): string {
        return `${this._open.url}/files/${name}.fvv`;
    }

    /** Opens the page. */
    public async openAsync(kind: EngineKind): Promise<void> {
        this._session = await openSessionAsync("playerPage");
        await this._session.call.start(kind, PICTURE_SIZE);
    }

    /** Closes the page; nothing may have gone wrong in it. */
    public async closeAsync(): Promise<void> {
        expectNoErrors(this._open);
        await this._open.page.close();
    }

    /** What is on the canvas. */
    public async pictureAsync(): Promise<Uint8Array> {
        return fromBase64(await this.call.pixels());
    }

    /** What core shows of a frame, seen as the clip is seen now. */
    public async corePictureAsync(frame: ISplatFrame): Promise<Uint8Array> {
        await this.call.showCore(toBase64(toCoreSplat(frame)));
        await this.call.settleCore();
        const picture = await this.pictureAsync();
        await this.call.hideCore();
        return picture;
    }

    private get _open(): IPageSession<PlayerPageApi> {
        if (!this._session) {
            throw new Error("the page is not open");
        }
        return this._session;
    }
}

/**
 * Tests that a clip looks as core's own mesh does, fed with the decoded splats; call it in a suite whose page shows the clip.
 * @param page the page
 * @param compared what to compare
 * @param clip the decoded clip; read when the tests run
 */
export function itLooksAsCore(page: ComparedPage, { views, frames, sought }: IComparedClip, clip: () => ClipReader): void {
    for (const number of frames) {
        it(`shows frame ${number} as core does, from three cameras`, async () => {
            const frame = await clip().readFrameAsync(number);
            for (const [name, view] of Object.entries(views)) {
                await page.call.view(view);
                expect(await page.call.seek(number)).to.equal(true);
                const ours = await page.pictureAsync();
                page.pictures.set(`${number} ${name}`, ours);
                expect(foregroundShare(ours)).to.be.above(0.05);
                const agreement = psnr(ours, await page.corePictureAsync(frame));
                console.log(`        ${name}: ${agreement.toFixed(1)} dB`);
                expect(agreement, name).to.be.at.least(40);
            }
        });
    }

    it("shows the same frame whether it was played up to or sought, forward and back", async () => {
        const [frame, other] = sought;
        await page.call.view(Object.values(views)[1]);
        await page.call.seek(frame);
        const forward = await page.pictureAsync();
        await page.call.seek(other);
        expect(psnr(forward, await page.pictureAsync())).to.be.below(45);
        await page.call.seek(frame);
        expect(await page.pictureAsync()).to.deep.equal(forward);
        const shown = await page.call.playTo(frame);
        expect(shown[0]).to.equal(0);
        expect(shown.length).to.be.above(1);
        expect(await page.pictureAsync()).to.deep.equal(forward);
    });
}

/** Expects that two engines show the same. */
export function expectSamePictures(a: ComparedPage, b: ComparedPage): void {
    expect(a.pictures.size).to.equal(b.pictures.size).and.to.be.at.least(3);
    for (const [name, picture] of a.pictures) {
        expect(psnr(picture, b.pictures.get(name) as Uint8Array), name).to.be.at.least(40);
    }
}
