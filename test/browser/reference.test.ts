import { expect } from "chai";
import { ClipReader, type ShDegree } from "../../encoder/index.js";
import { encodeFramesAsync } from "../support/encodeFrames.js";
import { makeMovingFrames } from "../support/movingFrames.js";
import { writeTestFile } from "../support/testClips.js";
import type { IView } from "./pages/playerPage.js";
import { ReferencePage, type IComparison } from "./referencePage.js";

const VIEWS: Readonly<Record<string, IView>> = {
    near: { alpha: -1.2, beta: 1.3, radius: 1.1, target: [0.1, 0, 0] },
    far: { alpha: 0.4, beta: 1.1, radius: 3, target: [0, 0, 0] },
};
/** Half the height of what the orthographic camera sees. */
const HALF = 1.2;
/** A key frame, one with births and deaths before it, one of the second segment. */
const FRAMES = [0, 4, 7];
/** Frame for all that is looked at once. */
const FRAME = 4;
const BOUNDS = { positionError: 0.0002, scaleError: 0.002, colorError: 0.25, opacityError: 0.25, shError: 0.002 };

/** What a cloud is like. */
interface ICloud {
    count: number;
    shDegree: ShDegree;
    /** Least and greatest standard deviation. */
    sizes: readonly [number, number];
    /** Greatest opacity. */
    opacity: number;
    /** Whether the clip says that it was trained with Mip-style compensation. */
    antialiased?: boolean;
}

/**
 * Splats of two pixels and more from afar, none quite opaque. Where an opaque splat ends, at sqrt(8) standard deviations, is a step of up to 4.7 levels of
 * 255, and the rasteriser, which puts corners on a raster (of 1/16 px in software), decides on which side of it a pixel is.
 */
const LARGE = { count: 400, sizes: [0.03, 0.1], opacity: 0.8 } as const;
/** Splats of a tenth of a pixel to two from afar, up to opaque ones: a corner moved by 1/32 px, to the raster, is worth more than three levels in a few pixels. */
const SMALL = { count: 1800, sizes: [0.001, 0.02], opacity: 1 } as const;

/** The same, trained with Mip-style compensation. */
const MIP = { ...SMALL, count: 1700, shDegree: 0, antialiased: true } as const;

/**
 * Encodes a moving cloud whose splats are born and die. Its colours stay in 0..1 from all sides, since a frame buffer of bytes cuts what is outside at
 * every blend.
 */
async function makeClipAsync({ count, shDegree, sizes: [least, greatest], opacity, antialiased }: ICloud): Promise<ClipReader> {
    const { frames } = makeMovingFrames({ count, frames: 8, shDegree, turnover: 0.05, speed: 0.03, seed: 41 + shDegree });
    for (const { positions, scales, opacities, colors, sh } of frames) {
        positions.forEach((value, i) => (positions[i] = 0.8 * value));
        scales.forEach((value, i) => (scales[i] = least + ((greatest - least) * value) / 0.05));
        opacities.forEach((value, i) => (opacities[i] = opacity * value));
        colors.forEach((value, i) => (colors[i] = 0.2 + 0.5 * value));
        sh.forEach((value, i) => (sh[i] = 0.4 * value));
    }
    const { bytes } = await encodeFramesAsync(frames, { ...BOUNDS, up: "+y", segmentLength: 5, antialiased });
    return new ClipReader(writeTestFile(fileName(count, shDegree), bytes));
}

function fileName(count: number, shDegree: ShDegree): string {
    return `reference-${count}-${shDegree}.fvv`;
}

function expectRight({ fine, canvas }: IComparison): void {
    expect(fine.psnr).to.be.at.least(60);
    expect(fine.max).to.be.at.most(3);
    expect(canvas.psnr).to.be.at.least(45);
    expect(canvas.offShare).to.be.below(0.005);
}

describe("Pictures of clips", () => {
    const clips = new Map<string, ClipReader>();

    before(async () => {
        for (const cloud of [{ ...LARGE, shDegree: 0 } as const, { ...LARGE, shDegree: 3 } as const, { ...SMALL, shDegree: 3 } as const, MIP]) {
            clips.set(fileName(cloud.count, cloud.shDegree), await makeClipAsync(cloud));
        }
    });

    for (const kind of ["webgl2", "webgpu"] as const) {
        describe(`on ${kind}`, () => {
            const page = new ReferencePage();

            const openAsync = async (count: number, shDegree: ShDegree, isRightHanded = false): Promise<void> => {
                const name = fileName(count, shDegree);
                await page.showAsync(kind, name, clips.get(name) as ClipReader, isRightHanded);
            };

            const expectAllRightAsync = async (frames: readonly number[]): Promise<void> => {
                for (const frame of frames) {
                    for (const [name, view] of Object.entries(VIEWS)) {
                        expectRight(await page.compareAsync(name, view, frame));
                    }
                }
                await page.call.orthographic(HALF);
                expectRight(await page.compareAsync("orthographic", VIEWS.far, FRAME));
                await page.call.orthographic(0);
            };

            before(async () => await page.openAsync());

            after(async () => await page.closeAsync());

            for (const shDegree of [0, 3] as const) {
                it(`are as the reference says, from three cameras, spherical harmonics of degree ${shDegree}`, async () => {
                    await openAsync(LARGE.count, shDegree);
                    await expectAllRightAsync(FRAMES);
                });

                it(`are as the reference says below a node that is moved, turned, stretched and mirrored, degree ${shDegree}`, async () => {
                    await openAsync(LARGE.count, shDegree);
                    await page.call.transform([-0.8, 1.3, 0.6], [0.3, 0.7, -0.2], [0.1, -0.2, 0.3]);
                    await expectAllRightAsync([FRAME]);
                });
            }

            it("are as the reference says in a right-handed scene", async () => {
                await openAsync(LARGE.count, 3, true);
                await expectAllRightAsync([FRAME]);
                await page.call.transform([1.2, 0.7, 1], [-0.4, 0.2, 1.1], [0.1, 0, -0.2]);
                await expectAllRightAsync([FRAME]);
            });

            it("jump from one camera of a slow orbit to the next no more than the reference does", async () => {
                await openAsync(LARGE.count, 3);
                let before: IStep | undefined;
                let worst = -Infinity;
                for (let step = 0; step <= 12; step++) {
                    const view = { ...VIEWS.far, alpha: VIEWS.far.alpha + (step * 0.25 * Math.PI) / 180 };
                    const now = { picture: await page.finePictureAsync(view, FRAME), reference: await page.referenceAsync(FRAME) };
                    worst = Math.max(worst, before ? largestExcess(before, now) : worst);
                    before = now;
                }
                console.log(`        a pixel jumps by at most ${worst.toFixed(1)} of 255 more than its reference`);
                expect(worst).to.be.at.most(3);
            });

            it("are as the reference says where splats are smaller than a pixel", async () => {
                await openAsync(SMALL.count, 3);
                for (const [name, view] of Object.entries(VIEWS)) {
                    const { fine, canvas } = await page.compareAsync(name, view, FRAME);
                    expect(fine.psnr).to.be.at.least(58);
                    expect(canvas.psnr).to.be.at.least(45);
                    expect(fine.offShare).to.be.below(0.002);
                }
            });

            it("are as the reference says where the clip was trained with Mip-style compensation", async () => {
                await openAsync(MIP.count, MIP.shDegree);
                for (const [name, view] of Object.entries(VIEWS)) {
                    const { fine, canvas } = await page.compareAsync(name, view, FRAME);
                    expect(fine.psnr).to.be.at.least(58);
                    expect(canvas.psnr).to.be.at.least(45);
                }
            });
        });
    }
});

/** One camera of an orbit. */
interface IStep {
    picture: Float32Array;
    reference: Float64Array;
}

/** By how many levels of 255 a pixel jumps more than its reference does. */
function largestExcess(a: IStep, b: IStep): number {
    return b.picture.reduce((worst, value, i) => Math.max(worst, Math.abs(value - a.picture[i]) - 255 * Math.abs(b.reference[i] - a.reference[i])), 0);
}
