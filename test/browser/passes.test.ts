import { expect } from "chai";
import { allocateFrame } from "../../encoder/readers/frameArrays.js";
import type { ISplatFrame } from "../../encoder/index.js";
import { encodeFramesAsync } from "../support/encodeFrames.js";
import { psnr } from "../support/pictures.js";
import { writeTestFile } from "../support/testClips.js";
import { expectNoErrors, fromBase64, openSessionAsync, type IPageSession } from "./pageClient.js";
import type { FilterKind, LightKind, PassesPageApi, Point } from "./pages/passesPage.js";

const SIZE = 160;
/** A ball of opaque splats, how far it moves to the right in a frame, and what is beside it: a splat that is almost opaque, and one that is not. */
const BALL: Point = [0, 1, 0];
const RADIUS = 0.4;
const STEP = 0.2;
const OPAQUE: Point = [1.1, 1, 0];
const FAINT: Point = [-1.1, 1, 0];
const FRAMES = 4;
const SHELL = 900;
const MAGENTA = [255, 0, 255];

const FRONT = { alpha: -Math.PI / 2, beta: Math.PI / 2, radius: 4, target: [0, 1, 0] as [number, number, number] };
/** Flat enough that the ball stands behind its shadow. */
const FLAT = { alpha: -Math.PI / 2, beta: 1.2, radius: 6, target: [0, 0, 0] as [number, number, number] };
/** Filters by light; the others are for some lights only. */
const SHADOWS: readonly (readonly [LightKind, readonly FilterKind[]])[] = [
    ["directional", ["none", "poisson", "exponential", "blurExponential", "blurCloseExponential", "percentageCloser", "contactHardening"]],
    ["spot", ["none", "percentageCloser"]],
    ["point", ["none", "poisson"]],
];

/** Filters that let light into the shadow of small things. */
const SOFT_FILTERS: readonly FilterKind[] = ["blurCloseExponential", "contactHardening"];

function makeBall(index: number): ISplatFrame {
    const frame = allocateFrame(SHELL + 2, 0);
    for (let i = 0; i < SHELL; i++) {
        const y = 1 - (2 * i + 1) / SHELL;
        const angle = i * Math.PI * (3 - Math.sqrt(5));
        const width = Math.sqrt(1 - y * y);
        frame.positions.set([BALL[0] + index * STEP + RADIUS * width * Math.cos(angle), BALL[1] + RADIUS * y, BALL[2] + RADIUS * width * Math.sin(angle)], 3 * i);
        frame.colors.set([0.5 + 0.4 * y, 0.6, 0.3], 3 * i);
    }
    frame.scales.fill(0.03);
    frame.opacities.fill(1);
    frame.rotations.forEach((_, i) => (frame.rotations[i] = i % 4 === 0 ? 1 : 0));
    frame.positions.set([...OPAQUE, ...FAINT], 3 * SHELL);
    frame.scales.fill(0.08, 3 * SHELL);
    frame.opacities.set([0.95, 0.3], SHELL);
    frame.colors.set([0.2, 0.3, 0.9, 0.9, 0.9, 0.2], 3 * SHELL);
    return frame;
}

describe("Passes of a scene that know no transparency", () => {
    before(async () => {
        const frames = Array.from({ length: FRAMES }, (_, index) => makeBall(index));
        const { bytes } = await encodeFramesAsync(frames, { up: "+y", positionError: 0.0005 });
        writeTestFile("passes.fvv", bytes);
    });

    for (const kind of ["webgl2", "webgpu"] as const) {
        describe(`on ${kind}`, () => {
            let session: IPageSession<PassesPageApi>;

            before(async () => {
                session = await openSessionAsync<PassesPageApi>("passesPage");
                await session.call.start(kind, SIZE, `${session.url}/files/passes.fvv`);
            });

            after(async () => {
                expectNoErrors(session);
                await session.page.close();
            });

            const pictureAsync = async (): Promise<Uint8Array> => fromBase64(await session.call.pixels());
            /** Pictures go from the bottom up. */
            const at = (picture: Uint8Array, [x, y]: readonly [number, number]): number[] => {
                const from = 4 * ((SIZE - 1 - Math.floor(y)) * SIZE + Math.floor(x));
                return [...picture.subarray(from, from + 3)];
            };
            /** Brightness of a place of the world in the picture. */
            const lightAtAsync = async (picture: Uint8Array, points: readonly Point[]): Promise<number[]> =>
                (await session.call.project(points)).map((place) => at(picture, place).reduce((sum, value) => sum + value / 3, 0));

            for (const [light, filters] of SHADOWS) {
                it(`shadows what is below it in ${light} light, whatever the filter`, async () => {
                    // Spot and point lights are twice as high as the ball.
                    const large = light === "directional" ? 1 : 2;
                    const ring = (radius: number): Point[] =>
                        Array.from({ length: 8 }, (_, i) => [large * (BALL[0] + STEP + radius * Math.cos(i * 0.785)), 0, large * radius * Math.sin(i * 0.785)]);
                    const inside = [...ring(0.6 * RADIUS), [large * OPAQUE[0], 0, 0] as const];
                    const outside = [...ring(1.6 * RADIUS), [large * FAINT[0], 0, 0] as const];
                    await session.call.view(FLAT);
                    await session.call.seek(1);
                    await session.call.floor(light);
                    const lit = await pictureAsync();
                    const shareAsync = async (picture: Uint8Array, points: readonly Point[]): Promise<number[]> => {
                        const before = await lightAtAsync(lit, points);
                        return (await lightAtAsync(picture, points)).map((value, i) => value / before[i]);
                    };
                    for (const filter of filters) {
                        await session.call.castShadow(filter);
                        const picture = await pictureAsync();
                        expect(Math.max(...(await shareAsync(picture, inside))), filter).to.be.below(SOFT_FILTERS.includes(filter) ? 0.8 : 0.1);
                        expect(Math.min(...(await shareAsync(picture, outside))), filter).to.be.above(0.95);
                        await session.call.endShadow();
                    }
                    await session.call.endFloor();
                });
            }

            it("is in the depth map, as meshes are", async () => {
                await session.call.view(FRONT);
                await session.call.seek(0);
                const [[x, y], ...beside] = await session.call.project([BALL, OPAQUE, FAINT]);
                const [near, far] = [0.1, 20];
                const distance = FRONT.radius - RADIUS;
                const tolerance = 0.02;
                const cameraZ = await session.call.depth("cameraZ", x, y);
                expect(cameraZ).to.be.closeTo(distance, tolerance);
                const clipZ = kind === "webgpu" ? (far * (distance - near)) / (far - near) : ((far + near) * distance - 2 * far * near) / (far - near);
                const linear = kind === "webgpu" ? clipZ / far : (clipZ + near) / (near + far);
                expect(await session.call.depth("linear", x, y)).to.be.closeTo(linear, tolerance / 10);
                const nonLinear = (far * (distance - near)) / ((far - near) * distance);
                expect(await session.call.depth("nonLinear", x, y)).to.be.closeTo(nonLinear, 0.001);
                expect(await session.call.depth("cameraZ", ...beside[0])).to.be.closeTo(FRONT.radius, tolerance);
                expect(await session.call.depth("cameraZ", ...beside[1])).to.equal(0);
                await session.call.threshold(0.2, null);
                expect(await session.call.depth("cameraZ", ...beside[1])).to.be.closeTo(FRONT.radius, tolerance);
                await session.call.threshold(0.5, null);
            });

            it("hides what is drawn later behind it when it writes depth, and looks the same", async () => {
                await session.call.view(FRONT);
                await session.call.seek(0);
                const alone = await pictureAsync();
                const [middle, faint, aside] = await session.call.project([BALL, FAINT, [0, 1.7, 0]]);
                await session.call.threshold(0.5, 0.5);
                expect(await pictureAsync()).to.deep.equal(alone);
                await session.call.box(4, [0, 1, 3.5], true);
                const hidden = await pictureAsync();
                expect(at(hidden, middle)).to.deep.equal(at(alone, middle));
                expect(at(hidden, faint)).to.deep.equal(MAGENTA);
                expect(at(hidden, aside)).to.deep.equal(MAGENTA);
                await session.call.threshold(0.5, null);
                expect(at(await pictureAsync(), middle)).to.deep.equal(MAGENTA);
                await session.call.removeBoxes();
            });

            it("is picked: the nearest splat, where it is, or nothing", async () => {
                await session.call.view(FRONT);
                await session.call.seek(0);
                const [middle, left, opaque, faint, aside] = await session.call.project([BALL, [-0.3, 1, 0], OPAQUE, FAINT, [0, 1.7, 0]]);
                const hit = await session.call.pick(...middle);
                expect(hit?.distance).to.be.closeTo(FRONT.radius - RADIUS, 0.02);
                [0, 1, -RADIUS].forEach((value, c) => expect(hit?.point[c]).to.be.closeTo(value, 0.03));
                const onLeft = await session.call.pick(...left);
                expect(onLeft?.slot).not.to.equal(hit?.slot);
                expect(onLeft?.point[2]).to.be.closeTo(-Math.sqrt(RADIUS ** 2 - 0.09), 0.05);
                const blue = await session.call.pick(...opaque);
                OPAQUE.forEach((value, c) => expect(blue?.point[c]).to.be.closeTo(value, 0.03));
                expect(await session.call.pick(...faint)).to.equal(null);
                expect(await session.call.pick(...aside)).to.equal(null);
                expect(await session.call.pick(-5, 20)).to.equal(null);
                expect((await session.call.pick(...middle))?.slot).to.equal(hit?.slot);
                expect(await session.call.gpuPick([middle, opaque, faint, aside])).to.deep.equal([true, true, false, false]);
            });

            it("is hit by rays from anywhere, as far as they reach", async () => {
                const above = await session.call.pickRay([0, 5, 0], [0, -2, 0], 100);
                expect(above?.distance).to.be.closeTo(4 - RADIUS, 0.02);
                const inside = await session.call.pickRay([...BALL], [1, 0, 0], 100);
                [RADIUS, 1, 0].forEach((value, c) => expect(inside?.point[c]).to.be.closeTo(value, 0.03));
                expect(await session.call.pickRay([0, 5, 0], [0, -1, 0], 3)).to.equal(null);
                expect(await session.call.pickRay([0, 5, 0], [0, 1, 0], 100)).to.equal(null);
                expect(await session.call.pickRay([5, 1, 0], [-1, 0, 0], 100)).to.have.property("slot", (await session.call.pickRay([3, 1, 0], [-1, 0, 0], 100))?.slot);
            });

            it("does not glow, and hides what glows behind it", async () => {
                await session.call.view(FRONT);
                await session.call.seek(0);
                const alone = await pictureAsync();
                const [middle] = await session.call.project([BALL]);
                for (const layer of ["glow", "highlight"] as const) {
                    expect(fromBase64(await session.call.layer(layer)), layer).to.deep.equal(alone);
                }
                await session.call.box(0.3, [0, 1, 2]);
                for (const layer of ["glow", "highlight"] as const) {
                    expect(psnr(fromBase64(await session.call.layer(layer)), alone), layer).to.be.above(40);
                }
                await session.call.removeBoxes();
                expect(at(await pictureAsync(), middle)).to.deep.equal(at(alone, middle));
            });

            it("is in a screenshot as on the canvas", async () => {
                await session.call.view(FRONT);
                await session.call.seek(0);
                const canvas = await pictureAsync();
                expect(psnr(canvas, fromBase64(await session.call.screenshot()))).to.be.above(50);
            });

            it("plays on when the active meshes are frozen", async () => {
                await session.call.view(FRONT);
                await session.call.seek(2);
                const moved = await pictureAsync();
                await session.call.seek(0);
                await session.call.freezeActiveMeshes();
                await session.call.seek(2);
                expect(await pictureAsync()).to.deep.equal(moved);
                await session.call.unfreezeActiveMeshes();
            });

            if (kind === "webgpu") {
                const TURNED = { ...FRONT, alpha: 0.3, radius: 5 };

                it("plays on in standard snapshot rendering, seen from anywhere", async () => {
                    await session.call.view(TURNED);
                    await session.call.seek(2);
                    const turned = await pictureAsync();
                    await session.call.view(FRONT);
                    const moved = await pictureAsync();
                    await session.call.seek(0);
                    await session.call.snapshot("standard");
                    await session.call.seek(2);
                    expect(await pictureAsync()).to.deep.equal(moved);
                    await session.call.view(TURNED);
                    expect(await pictureAsync()).to.deep.equal(turned);
                    await session.call.snapshot(null);
                });

                it("stands still in fast snapshot rendering, says so once, and plays on afterwards", async () => {
                    await session.call.view(FRONT);
                    await session.call.seek(2);
                    const moved = await pictureAsync();
                    await session.call.seek(0);
                    const still = await pictureAsync();
                    expect(await session.call.warnings()).to.deep.equal([]);
                    await session.call.snapshot("fast");
                    await session.call.seek(2);
                    expect(await pictureAsync()).to.deep.equal(still);
                    expect((await session.call.warnings()).map((text) => text.includes("clip stands still in fast snapshot"))).to.deep.equal([true]);
                    await session.call.snapshot(null);
                    expect(await pictureAsync()).to.deep.equal(moved);
                });
            }

            it("has bounds that move with it", async () => {
                const before = await session.call.move([0, 0, 0]);
                const after = await session.call.move([1, 2, 3]);
                expect(after.map((value, c) => value - before[c])).to.deep.equal([1, 2, 3]);
                await session.call.move([0, 0, 0]);
            });
        });
    }
});
