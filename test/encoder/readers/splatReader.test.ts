import { expect } from "chai";
import fc from "fast-check";
import { readFrameAsync, writeSplat } from "../../../encoder/index.js";
import { expectErrorAsync } from "../../support/expectError.js";
import { makeFrame } from "../../support/makeFrame.js";
import { sharedBytes } from "../../support/sharedData.js";

describe(".splat reader", () => {
    it("reads the fields of a row", async () => {
        const bytes = new Uint8Array(32);
        const view = new DataView(bytes.buffer);
        [1, -2, 3, 0.1, 0.2, 0.3].forEach((value, i) => view.setFloat32(4 * i, value, true));
        bytes.set([255, 0, 51, 102, 0, 128, 192, 64], 24);
        const frame = await readFrameAsync({ name: "a.splat", bytes });
        expect([...frame.positions]).to.deep.equal([1, -2, 3]);
        expect([...frame.rotations]).to.deep.equal([-1, 0, 0.5, -0.5]);
        expect([...frame.colors]).to.deep.equal([1, 0, Math.fround(0.2)]);
        expect(frame.opacities[0]).to.equal(Math.fround(0.4));
    });

    it("is what the writer writes, to half a step", async () => {
        await fc.assert(
            fc.asyncProperty(fc.integer({ min: 1, max: 60 }), fc.integer(), async (count, seed) => {
                const frame = makeFrame(count, 0, seed);
                const read = await readFrameAsync({ name: "a.splat", bytes: writeSplat(frame) });
                expect(read.positions).to.deep.equal(frame.positions);
                expect(read.scales).to.deep.equal(frame.scales);
                frame.colors.forEach((color, i) => expect(Math.abs(read.colors[i] - color)).to.be.below(0.5001 / 255));
                for (let i = 0; i < count; i++) {
                    const a = frame.rotations.subarray(4 * i, 4 * i + 4);
                    const b = read.rotations.subarray(4 * i, 4 * i + 4);
                    const dot = a.reduce((sum, value, c) => sum + value * b[c], 0) / (Math.hypot(...a) * Math.hypot(...b));
                    expect(Math.abs(dot)).to.be.above(0.9999);
                }
            }),
            { numRuns: 40 },
        );
    });

    it("leaves a zero quaternion zero, which means no rotation", async function () {
        const frame = await readFrameAsync({ name: "a.splat", bytes: writeSplat({ ...makeFrame(1), rotations: new Float32Array(4) }) });
        expect([...frame.rotations]).to.deep.equal([0, 0, 0, 0]);
    });

    it("refuses a cut file", async () => {
        await expectErrorAsync(() => readFrameAsync({ name: "a.splat", bytes: new Uint8Array(33) }), "UNREADABLE_INPUT");
    });

    it("reads an empty file as a frame without splats", async () => {
        expect((await readFrameAsync({ name: "a.splat", bytes: new Uint8Array(0) })).count).to.equal(0);
    });

    it("reads a capture", async function () {
        const frame = await readFrameAsync({ name: "a.splat", bytes: sharedBytes(this, "liam/frame_0010.splat") });
        expect(frame.count).to.equal(32130);
        expect(frame.droppedCount).to.equal(0);
    });
});
