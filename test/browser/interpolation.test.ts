import { expect } from "chai";
import type { ISplatFrame } from "../../encoder/index.js";
import { takeRows } from "../../encoder/readers/frameArrays.js";
import { ROW_SPLATS } from "../../loader/framePacket.js";
import { encodeFramesAsync } from "../support/encodeFrames.js";
import { makeFrame, randomNumbers } from "../support/makeFrame.js";
import { psnr } from "../support/pictures.js";
import { writeTestFile } from "../support/testClips.js";
import { expectNoErrors, fromBase64, openSessionAsync, type IPageSession } from "./pageClient.js";
import type { IView, PlayerPageApi } from "./pages/playerPage.js";

const SPLATS = 400;
const FRAMES = 6;
/** Where between two frames pictures are compared. */
const PART = 0.4;
const VIEW: IView = { alpha: 0.7, beta: 1.2, radius: 2.6, target: [0, 0, 0] };
const BOUNDS = { positionError: 0.0005, scaleError: 0.005, rotationError: 0.002, opacityError: 1, colorError: 1 };

/** Unit quaternions by row. */
function normalized(rotations: Float32Array): Float32Array {
    return rotations.map((value, i) => value / Math.hypot(...rotations.subarray(4 * Math.floor(i / 4), 4 * Math.floor(i / 4) + 4)));
}

/** A cloud at a time: half of its splats move, turn, grow and change colour evenly, each its own way. */
function cloudAt(time: number): ISplatFrame {
    const still = makeFrame(SPLATS, 0, 5);
    const from = { ...still, rotations: normalized(still.rotations) };
    const next = randomNumbers(9);
    const change = (values: Float32Array, size: number, amount: number): Float32Array =>
        values.map((value, i) => (Math.floor(i / size) % 2 === 0 ? value + time * amount * (next() - 0.5) : value));
    return {
        ...from,
        positions: change(from.positions, 3, 0.1),
        rotations: normalized(change(from.rotations, 4, 0.06)),
        scales: from.scales.map((value, i) => (Math.floor(i / 3) % 2 === 0 ? value * Math.exp(0.1 * time) : value)),
        opacities: change(from.opacities, 1, 0.02).map((value) => Math.min(value, 1)),
        colors: change(from.colors, 3, 0.05),
    };
}

/** A cloud of more than one row of slots at a time: only the first few splats move, so that the other rows are never uploaded again. */
function mostlyStillAt(time: number): ISplatFrame {
    const cloud = makeFrame(ROW_SPLATS + 300, 0, 8);
    return { ...cloud, positions: cloud.positions.map((value, i) => (i < 150 ? value + 0.15 * time : value)) };
}

/** A still cloud with identities, without every fifth splat where it is told so. */
function partOf(isWhole: boolean): ISplatFrame {
    const cloud = makeFrame(SPLATS, 0, 6);
    const rows = Uint32Array.from(Array(SPLATS).keys()).filter((row) => isWhole || row % 5 !== 0);
    return { ...takeRows(cloud, rows), ids: Int32Array.from(rows), sourceIndices: undefined };
}

/** The still cloud with every fifth splat fainter. */
function faded(opacity: number): ISplatFrame {
    const cloud = makeFrame(SPLATS, 0, 6);
    return { ...cloud, opacities: cloud.opacities.map((value, row) => (row % 5 === 0 ? value * opacity : value)) };
}

describe("Between two frames", () => {
    before(async () => {
        const options = { ...BOUNDS, up: "+y", tracked: true, segmentLength: FRAMES } as const;
        const write = async (name: string, frames: ISplatFrame[]): Promise<void> => {
            writeTestFile(name, (await encodeFramesAsync(frames, options)).bytes);
        };
        await write(
            "blended.fvv",
            Array.from({ length: FRAMES }, (_, time) => cloudAt(time)),
        );
        await write("between.fvv", [cloudAt(2 + PART)]);
        await write(
            "mostlyStill.fvv",
            Array.from({ length: FRAMES }, (_, time) => mostlyStillAt(time)),
        );
        await write("stillBetween.fvv", [mostlyStillAt(2 + PART)]);
        const { bytes: deaths } = await encodeFramesAsync([partOf(true), partOf(false)], { ...BOUNDS, up: "+y" });
        writeTestFile("deaths.fvv", deaths);
        const { bytes: births } = await encodeFramesAsync([partOf(false), partOf(true)], { ...BOUNDS, up: "+y" });
        writeTestFile("births.fvv", births);
        await write("dying.fvv", [faded(1 - PART)]);
        await write("coming.fvv", [faded(PART)]);
    });

    for (const kind of ["webgl2", "webgpu"] as const) {
        describe(`on ${kind}`, () => {
            let session: IPageSession<PlayerPageApi>;

            const pictureAsync = async (name: string, show: () => Promise<unknown>): Promise<Uint8Array> => {
                await session.call.start(kind, 160);
                await session.call.load(`${session.url}/files/${name}.fvv`, {});
                await session.call.view(VIEW);
                await show();
                return fromBase64(await session.call.pixels());
            };

            before(async () => {
                session = await openSessionAsync("playerPage");
            });

            after(async () => {
                expectNoErrors(session);
                await session.page.close();
            });

            it("shows what is between them, and frames themselves as they are", async () => {
                const wanted = await pictureAsync("between", () => session.call.seek(0));
                const plain = await pictureAsync("blended", () => session.call.seek(2));
                const blended = await pictureAsync("blended", async () => {
                    await session.call.seek(2);
                    await session.call.showBetween(2, PART);
                });
                console.log(`        ${psnr(blended, wanted).toFixed(1)} dB to the picture of that time, ${psnr(plain, wanted).toFixed(1)} dB without`);
                expect(psnr(blended, wanted)).to.be.at.least(40);
                expect(psnr(plain, wanted)).to.be.below(30);
                // Played on from there, each frame by itself is what it is without.
                await session.call.seek(3);
                const after = fromBase64(await session.call.pixels());
                expect(after).to.deep.equal(await pictureAsync("blended", () => session.call.seek(3)));
            });

            it("keeps what was uploaded once, frame after frame", async () => {
                const wanted = await pictureAsync("stillBetween", () => session.call.seek(0));
                const blended = await pictureAsync("mostlyStill", async () => {
                    await session.call.seek(0);
                    for (const frame of [0, 1, 2]) {
                        await session.call.showBetween(frame, PART);
                    }
                });
                expect(psnr(blended, wanted)).to.be.at.least(40);
            });

            // On WebGL2 splats that are born are not in the order of the frame before.
            for (const [name, wanted, says] of [
                ["deaths", "dying", "fades out who dies"] as const,
                ...(kind === "webgpu" ? [["births", "coming", "fades in who is born"] as const] : []),
            ]) {
                it(says, async () => {
                    const picture = await pictureAsync(wanted, () => session.call.seek(0));
                    const blended = await pictureAsync(name, async () => {
                        await session.call.seek(0);
                        await session.call.showBetween(0, PART);
                    });
                    const plain = await pictureAsync(name, () => session.call.seek(0));
                    expect(psnr(blended, picture)).to.be.at.least(45);
                    expect(psnr(plain, picture)).to.be.below(40);
                });
            }
        });
    }
});
