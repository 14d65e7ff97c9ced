import { expect } from "chai";
import type { ISplatFrame } from "../../encoder/index.js";
import { takeRows } from "../../encoder/readers/frameArrays.js";
import { encodeFramesAsync } from "../support/encodeFrames.js";
import { makeFrame } from "../support/makeFrame.js";
import { foregroundShare, psnr } from "../support/pictures.js";
import { writeTestFile } from "../support/testClips.js";
import { expectNoErrors, fromBase64, openSessionAsync, type IPageSession } from "./pageClient.js";
import type { GroupPageApi } from "./pages/groupPage.js";

const SPLATS = 500;
const FRAMES = 4;
const SIZE = 128;

/** A cloud that grows from frame to frame. */
function cloudAt(time: number): ISplatFrame {
    const cloud = makeFrame(SPLATS, 1, 21);
    return { ...cloud, positions: cloud.positions.map((value) => value * (0.6 + 0.1 * time)), scales: cloud.scales.map((value) => value * 2) };
}

describe("Many clips", () => {
    before(async () => {
        const write = async (name: string, isTaken: (row: number) => boolean): Promise<void> => {
            const rows = Uint32Array.from(Array(SPLATS).keys()).filter(isTaken);
            const frames = Array.from({ length: FRAMES }, (_, time) => ({ ...takeRows(cloudAt(time), rows), ids: Int32Array.from(rows), sourceIndices: undefined }));
            writeTestFile(
                `${name}.fvv`,
                (await encodeFramesAsync(frames, { up: "+y", positionError: 0.0005, scaleError: 0.005, colorError: 0.5, opacityError: 0.5 })).bytes,
            );
        };
        await write("even", (row) => row % 2 === 0);
        await write("odd", (row) => row % 2 === 1);
        await write("both", () => true);
    });

    for (const kind of ["webgl2", "webgpu"] as const) {
        describe(`on ${kind}`, () => {
            let session: IPageSession<GroupPageApi>;
            const url = (name: string): string => `${session.url}/files/${name}.fvv`;
            const pictureAsync = async (): Promise<Uint8Array> => fromBase64(await session.call.picture());

            before(async () => {
                session = await openSessionAsync<GroupPageApi>("groupPage");
            });

            after(async () => {
                expectNoErrors(session);
                await session.page.close();
            });

            it("show eight at once, each its own frame", async () => {
                await session.call.start(kind, SIZE);
                await session.call.load(
                    Array.from({ length: 8 }, () => url("even")),
                    0.35,
                );
                expect(await session.call.seek([0, 1, 2, 3, 3, 2, 1, 0])).to.deep.equal(Array(8).fill(true));
                const before = await pictureAsync();
                expect(foregroundShare(before)).to.be.above(0.3);
                expect(Math.min(...(await session.call.playRound()))).to.be.at.least(1);
                await session.call.seek([0, 1, 2, 3, 3, 2, 1, 0]);
                expect(await pictureAsync()).to.deep.equal(before);
            });

            if (kind === "webgl2") {
                it("cannot be sorted together, and say so", async () => {
                    await session.call.start(kind, SIZE);
                    await session.call.load([url("even"), url("odd")], 0);
                    expect(await session.call.setGrouped(true)).to.equal("GPU_UNSUPPORTED");
                });
                return;
            }

            it("look in a group as if they were one", async () => {
                await session.call.start(kind, SIZE);
                await session.call.load([url("both")], 0);
                await session.call.seek([2]);
                const wanted = await pictureAsync();
                await session.call.start(kind, SIZE);
                await session.call.load([url("even"), url("odd")], 0);
                await session.call.seek([2, 2]);
                const apart = await pictureAsync();
                expect(await session.call.setGrouped(true)).to.equal("");
                const together = await pictureAsync();
                console.log(`        ${psnr(together, wanted).toFixed(1)} dB in a group, ${psnr(apart, wanted).toFixed(1)} dB without`);
                expect(psnr(together, wanted)).to.be.at.least(45);
                expect(psnr(apart, wanted)).to.be.below(35);
                expect(await session.call.wrongGroups()).to.deep.equal(["BAD_OPTION", "BAD_OPTION"]);
                expect(await pictureAsync()).to.deep.equal(together);
                await session.call.setGrouped(false);
                expect(await pictureAsync()).to.deep.equal(apart);
                expect(await session.call.wrongGroups()).to.deep.equal(["", "BAD_OPTION"]);
                expect(await pictureAsync()).to.deep.equal(apart);
            });

            it("stay in a group when one is disabled or disposed of", async () => {
                await session.call.setGrouped(true);
                await session.call.enable(0, false);
                const odd = await pictureAsync();
                await session.call.enable(0, true);
                await session.call.dispose(0);
                expect(await pictureAsync()).to.deep.equal(odd);
                expect(foregroundShare(odd)).to.be.above(0.1);
            });
        });
    }
});
