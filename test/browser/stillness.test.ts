import { expect } from "chai";
import type { ISplatFrame } from "../../encoder/index.js";
import { takeRows } from "../../encoder/readers/frameArrays.js";
import { encodeFramesAsync } from "../support/encodeFrames.js";
import { makeFrame, randomNumbers } from "../support/makeFrame.js";
import { foregroundShare } from "../support/pictures.js";
import { writeTestFile } from "../support/testClips.js";
import { expectNoErrors, fromBase64, openSessionAsync, type IPageSession } from "./pageClient.js";
import type { IView, PlayerPageApi } from "./pages/playerPage.js";

const FRAMES = 8;
const VIEW: IView = { alpha: 0.7, beta: 1.2, radius: 2.5, target: [0, 0, 0] };

/** The same cloud, its rows in any order. */
function shuffled(frame: ISplatFrame, seed: number): ISplatFrame {
    const next = randomNumbers(seed);
    const keys = Array.from({ length: frame.count }, next);
    const rows = Uint32Array.from(keys.keys()).sort((a, b) => keys[a] - keys[b]);
    return { ...takeRows(frame, rows), sourceIndices: undefined };
}

/** The same cloud with a splat that flies far over the camera. */
function withFlyer(frame: ISplatFrame, number: number): ISplatFrame {
    const changed = { ...frame, positions: frame.positions.slice() };
    changed.positions.set([-4 + number, 9, 0.5 * number], 0);
    return changed;
}

/** Clips of one static cloud of 500 splats; what is in a picture is the same in all frames. */
const CLIPS: Readonly<Record<string, { says: string; segmentLength: number; frame: (cloud: ISplatFrame, number: number) => ISplatFrame }>> = {
    still: { says: "of identical frames, over two segments", segmentLength: 4, frame: (cloud) => cloud },
    shuffled: { says: "whose rows are shuffled in every frame", segmentLength: FRAMES, frame: shuffled },
    flyer: { says: "in which only a splat out of sight moves", segmentLength: FRAMES, frame: withFlyer },
};

describe("A static scene coded as video", () => {
    before(async () => {
        const cloud = makeFrame(500, 1, 77);
        for (const [name, { segmentLength, frame }] of Object.entries(CLIPS)) {
            const frames = Array.from({ length: FRAMES }, (_, number) => frame(cloud, number));
            writeTestFile(`${name}.fvv`, (await encodeFramesAsync(frames, { up: "+y", segmentLength })).bytes);
        }
    });

    for (const kind of ["webgl2", "webgpu"] as const) {
        describe(`on ${kind}`, () => {
            let session: IPageSession<PlayerPageApi>;

            before(async () => {
                session = await openSessionAsync("playerPage");
            });

            after(async () => {
                expectNoErrors(session);
                await session.page.close();
            });

            for (const [name, { says }] of Object.entries(CLIPS)) {
                it(`gives the same picture, byte for byte, in every frame of a clip ${says}`, async () => {
                    await session.call.start(kind, 160);
                    expect((await session.call.load(`${session.url}/files/${name}.fvv`, {})).frameCount).to.equal(FRAMES);
                    await session.call.view(VIEW);
                    await session.call.seek(0);
                    const first = fromBase64(await session.call.pixels());
                    expect(foregroundShare(first)).to.be.above(0.2);
                    for (let frame = 1; frame < FRAMES; frame++) {
                        expect(await session.call.seek(frame)).to.equal(true);
                        expect(fromBase64(await session.call.pixels()), `frame ${frame}`).to.deep.equal(first);
                    }
                });
            }
        });
    }
});
