import { expect } from "chai";
import { allocateFrame } from "../../encoder/readers/frameArrays.js";
import type { ISplatFrame } from "../../encoder/splatFrame.js";
import { drawReference, type IReferenceCamera } from "./referencePicture.js";
import { realHarmonics } from "./realHarmonics.js";

const SIZE = 32;
const BACKGROUND = [0.1, 0.2, 0.3] as const;
const IDENTITY = [1, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1];
/** 90 degrees wide, left-handed, near plane 1, far plane 100. */
const PERSPECTIVE: IReferenceCamera = {
    view: IDENTITY,
    world: IDENTITY,
    projection: [1, 0, 0, 0, 0, 1, 0, 0, 0, 0, 101 / 99, 1, 0, 0, -200 / 99, 0],
    minZ: 1,
    maxZ: 100,
};
/** Two units wide. */
const ORTHOGRAPHIC: IReferenceCamera = { ...PERSPECTIVE, projection: [1, 0, 0, 0, 0, 1, 0, 0, 0, 0, 2 / 99, 0, 0, 0, -101 / 99, 1] };

interface ISplat {
    position: number[];
    scale?: number[];
    rotation?: number[];
    opacity?: number;
    color?: number[];
}

function frameOf(...splats: ISplat[]): ISplatFrame {
    const frame = allocateFrame(splats.length, 0);
    splats.forEach(({ position, scale = [0.5, 0.5, 0.5], rotation = [1, 0, 0, 0], opacity = 0.75, color = [1, 1, 1] }, i) => {
        frame.positions.set(position, 3 * i);
        frame.scales.set(scale, 3 * i);
        frame.rotations.set(rotation, 4 * i);
        frame.opacities[i] = opacity;
        frame.colors.set(color, 3 * i);
    });
    return frame;
}

function pixelOf(picture: Float64Array, column: number, row: number): number[] {
    return [...picture.subarray(4 * (row * SIZE + column), 4 * (row * SIZE + column) + 4)];
}

function draw(camera: IReferenceCamera, ...splats: ISplat[]): Float64Array {
    return drawReference(frameOf(...splats), camera, { width: SIZE, height: SIZE, background: BACKGROUND });
}

function expectClose(actual: number[], expected: number[]): void {
    actual.forEach((value, c) => expect(value).to.be.closeTo(expected[c], 1e-7));
}

describe("Reference picture", () => {
    it("draws an isotropic splat on the axis as a round Gaussian, cut where it is defined to be", () => {
        // 16 pixels a unit at depth 1: two pixels at depth 4, and the low-pass.
        const picture = draw(PERSPECTIVE, { position: [0, 0, 4], color: [1, 0.5, 0] });
        const variance = 4 + 0.075;
        for (let row = 0; row < SIZE; row++) {
            for (let column = 0; column < SIZE; column++) {
                const square = ((column - 15.5) ** 2 + (row - 15.5) ** 2) / variance;
                const alpha = square > 8 ? 0 : 0.75 * Math.exp(-square / 2);
                expectClose(pixelOf(picture, column, row), [0.1 + 0.9 * alpha, 0.2 + 0.3 * alpha, 0.3 - 0.3 * alpha, 1]);
            }
        }
    });

    it("ends a weak splat where its alpha is 1/255", () => {
        const picture = draw(PERSPECTIVE, { position: [0, 0, 4], opacity: 2 / 255 });
        // Alpha is half its peak at 1.177 standard deviations, 2.38 px.
        expect(pixelOf(picture, 17, 15)[0]).to.be.above(0.1);
        expectClose(pixelOf(picture, 18, 15), [...BACKGROUND, 1]);
    });

    it("places and stretches by the linearised projection", () => {
        // Off the axis by a slope of 1/2, long along z: X = 16 x / z, so dX = -16 x / z^2 dz = -2 dz.
        const picture = draw(PERSPECTIVE, { position: [2, 0, 4], scale: [0, 0, 1], opacity: 1 });
        const alpha = (column: number): number => (pixelOf(picture, column, 16)[0] - 0.1) / 0.9;
        const row = Math.exp(-(0.5 ** 2) / 0.075 / 2);
        expectClose(
            [alpha(24), alpha(26)],
            [0.5 ** 2, 2.5 ** 2].map((square) => row * Math.exp(-square / 4.075 / 2)),
        );
    });

    it("turns splats by their quaternion", () => {
        const turned = draw(ORTHOGRAPHIC, { position: [0, 0, 4], scale: [0.2, 0.02, 0.02], rotation: [Math.SQRT1_2, 0, 0, Math.SQRT1_2] });
        const upright = draw(ORTHOGRAPHIC, { position: [0, 0, 4], scale: [0.02, 0.2, 0.02] });
        turned.forEach((value, i) => expect(value).to.be.closeTo(upright[i], 1e-7));
        expect(pixelOf(upright, 16, 20)[0]).to.be.above(pixelOf(upright, 20, 16)[0] + 0.1);
    });

    it("blends the nearer splat over the farther one, whatever their rows", () => {
        const near = { position: [0, 0, 4], scale: [9, 9, 9], opacity: 0.5, color: [1, 0, 0] };
        const far = { position: [0, 0, 5], scale: [9, 9, 9], opacity: 0.5, color: [0, 1, 0] };
        const expected = [0.5 + 0.25 * 0.1, 0.25 + 0.25 * 0.2, 0.25 * 0.3, 1];
        for (const picture of [draw(ORTHOGRAPHIC, near, far), draw(ORTHOGRAPHIC, far, near)]) {
            pixelOf(picture, 15, 15).forEach((value, c) => expect(value).to.be.closeTo(expected[c], 1e-4));
        }
    });

    it("leaves out splats whose centre is before the near plane or behind the far one", () => {
        const picture = draw(PERSPECTIVE, { position: [0, 0, 0.99] }, { position: [0, 0, -4] }, { position: [0, 0, 100.5] });
        expect(picture).to.deep.equal(draw(PERSPECTIVE));
    });

    it("knows the signs and sizes of the harmonics", () => {
        const [x, y, z] = [2 / 7, 3 / 7, 6 / 7];
        const values = realHarmonics(3, x, y, z);
        expect(values.length).to.equal(15);
        expectClose(values.slice(0, 4), [-0.4886025119 * y, 0.4886025119 * z, -0.4886025119 * x, 1.0925484306 * x * y]);
        expectClose([values[5], values[7], values[8]], [0.3153915653 * (3 * z * z - 1), 0.5462742153 * (x * x - y * y), -0.5900435899 * y * (3 * x * x - y * y)]);
        expectClose([values[11], values[13]], [0.3731763326 * z * (5 * z * z - 3), 1.4453057213 * z * (x * x - y * y)]);
    });
});
