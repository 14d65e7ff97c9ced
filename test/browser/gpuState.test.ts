import { expect } from "chai";
import { ClipReader } from "../../encoder/index.js";
import { ROW_SPLATS } from "../../loader/framePacket.js";
import { encodeFramesAsync } from "../support/encodeFrames.js";
import { makeMovingFrames } from "../support/movingFrames.js";
import { PackedState } from "../support/packedState.js";
import { writeTestFile } from "../support/testClips.js";
import { expectNoErrors, fromBase64, openSessionAsync, type IPageSession } from "./pageClient.js";
import type { PlayerPageApi } from "./pages/playerPage.js";

const SH_DEGREE = 3;
/** A little more than the sorter's keys tell apart. */
const DEPTH_STEP = 1e-5;

describe("The state of splats on the GPU", () => {
    let clip: ClipReader;

    before(async () => {
        // Two rows of splats and two segments; splats are born and die, and many do not move.
        const { frames } = makeMovingFrames({ count: ROW_SPLATS + 200, frames: 9, shDegree: SH_DEGREE, turnover: 0.05, seed: 5 });
        const { bytes } = await encodeFramesAsync(frames, { up: "+y", segmentLength: 5 });
        clip = new ClipReader(writeTestFile("state.fvv", bytes));
    });

    for (const kind of ["webgl2", "webgpu"] as const) {
        describe(`on ${kind}`, () => {
            let session: IPageSession<PlayerPageApi>;

            before(async () => {
                session = await openSessionAsync("playerPage");
                await session.call.start(kind, 64);
                await session.call.load(`${session.url}/files/state.fvv`, {});
                await session.call.view({ alpha: 0.4, beta: 1.1, radius: 3, target: [0, 0, 0] });
            });

            after(async () => {
                expectNoErrors(session);
                await session.page.close();
            });

            const readAsync = async (): Promise<{ packed: PackedState; order: Uint32Array | undefined }> => {
                const read = await session.call.splatWords();
                const toWords = (text: string): Uint32Array => new Uint32Array(fromBase64(text).buffer);
                const splatA = toWords(read.splatA);
                const runs = [{ firstRow: 0, rowCount: splatA.length / (4 * ROW_SPLATS) }];
                const packed = new PackedState(splatA.length / 4, SH_DEGREE);
                packed.apply({ splatRuns: runs, splatA, splatB: toWords(read.splatB), shRuns: runs, sh: read.sh.map(toWords) });
                return { packed, order: read.order === undefined ? undefined : toWords(read.order) };
            };

            /** Depths along the viewing direction of the slots of the frame that is decoded. */
            const depthsAsync = async (): Promise<(slot: number) => number> => {
                const { view, world } = await session.call.camera();
                const { codes } = clip.decoder.state;
                const { positionStep, positionBase } = clip.decoder.segment.quantization;
                const along = [0, 1, 2].map((c) => world[4 * c] * view[2] + world[4 * c + 1] * view[6] + world[4 * c + 2] * view[10]);
                return (slot) => along.reduce((sum, value, c) => sum + value * positionStep * (positionBase[c] + codes[c][slot]), 0);
            };

            // Where the GPU sorts there is no order to compare: test/browser/kernels.test.ts does.
            const expectStateAsync = async (frame: number): Promise<void> => {
                clip.decodeFrame(frame);
                const { alive, codes, slotCount } = clip.decoder.state;
                const { packed, order } = await readAsync();
                const live = [...alive.subarray(0, slotCount).keys()].filter((slot) => alive[slot]);
                expect([...alive.subarray(0, slotCount).keys()].filter((slot) => !packed.isDead(slot))).to.deep.equal(live);
                for (const slot of live) {
                    const read = packed.codes(slot);
                    expect(read.length).to.equal(codes.length);
                    if (read.some((code, channel) => code !== codes[channel][slot])) {
                        expect(read, `frame ${frame}, slot ${slot}`).to.deep.equal(codes.map((values) => values[slot]));
                    }
                }
                if (!order) {
                    return;
                }
                expect([...order].sort((a, b) => a - b)).to.deep.equal(live);
                const depth = await depthsAsync();
                for (let i = 1; i < order.length; i++) {
                    expect(depth(order[i])).to.be.below(depth(order[i - 1]) + DEPTH_STEP);
                }
            };

            it("is the decoder's, bit for bit, after playing, and in order", async () => {
                for (const frame of [1, 4, 8]) {
                    await session.call.playTo(frame);
                    await expectStateAsync(frame);
                }
            });

            it("is the decoder's, bit for bit, after seeking forward, back and over segments, and in order", async () => {
                for (const frame of [2, 4, 3, 8, 0, 6, 5]) {
                    expect(await session.call.seek(frame)).to.equal(true);
                    await expectStateAsync(frame);
                }
            });
        });
    }
});
