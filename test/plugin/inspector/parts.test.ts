import { Matrix, Vector3 } from "@babylonjs/core/Maths/math.vector.js";
import { expect } from "chai";
import fc from "fast-check";
import { createCrop, cropSize, resizeCrop } from "../../../plugin/inspector/crops.js";
import { layoutRanges } from "../../../plugin/inspector/layoutRanges.js";
import { polyline, RingBuffer } from "../../../plugin/inspector/ringBuffer.js";
import { Scrubber } from "../../../plugin/inspector/scrubber.js";

describe("RingBuffer", () => {
    it("holds the last values in order", () => {
        fc.assert(
            fc.property(fc.integer({ min: 1, max: 9 }), fc.array(fc.nat(1000), { maxLength: 40 }), (capacity, values) => {
                const ring = new RingBuffer(capacity);
                values.forEach((value) => ring.push(value));
                const last = values.slice(-capacity);
                expect(Array.from({ length: ring.length }, (_, i) => ring.at(i))).to.deep.equal(last);
                expect(ring.max).to.equal(Math.max(0, ...last));
            }),
        );
    });

    it("is a curve that ends at the right edge, in the picture", () => {
        const ring = new RingBuffer(5);
        [0, 10, 20].forEach((value) => ring.push(value));
        expect(polyline(ring, 100, 10, 20)).to.equal("50.0,10.0 75.0,5.0 100.0,0.0");
        expect(polyline(new RingBuffer(5), 100, 10, 20)).to.equal("");
        expect(polyline(ring, 100, 10, 0)).to.equal("50.0,10.0 75.0,10.0 100.0,10.0");
    });
});

describe("layoutRanges", () => {
    it("lays ranges on a bar, in order and within it", () => {
        expect(
            layoutRanges(
                [
                    { from: 0, to: 1 },
                    { from: 2, to: 9 },
                ],
                4,
            ),
        ).to.deep.equal([
            { left: 0, width: 25 },
            { left: 50, width: 50 },
        ]);
    });

    it("leaves out what is empty, and all where there is no length yet", () => {
        expect(layoutRanges([{ from: 1, to: 1 }], 4)).to.deep.equal([]);
        expect(layoutRanges([{ from: 0, to: 1 }], 0)).to.deep.equal([]);
    });
});

describe("A crop of the section", () => {
    const [low, high] = [new Vector3(-1, 0, -2), new Vector3(3, 2, 2)];

    for (const shape of ["box", "sphere"] as const) {
        it(`is in the middle of the clip and keeps its centre when it is resized: ${shape}`, () => {
            const crop = createCrop(shape, low, high, 0.5);
            expect(cropSize(crop, low, high)).to.be.closeTo(0.5, 1e-6);
            const larger = resizeCrop(crop, low, high, 1.25);
            expect(cropSize(larger, low, high)).to.be.closeTo(1.25, 1e-6);
            expect(larger.matrix.getTranslation().equalsWithEpsilon(new Vector3(1, 1, 0))).to.equal(true);
        });
    }

    it("keeps its turn when it is resized", () => {
        const turned = { shape: "box" as const, matrix: Matrix.RotationY(0.3) };
        const { matrix } = resizeCrop(turned, low, high, 1);
        expect(matrix.m[2] / matrix.m[0]).to.be.closeTo(turned.matrix.m[2] / turned.matrix.m[0], 1e-6);
    });
});

describe("Scrubber", () => {
    /** A player that shows a frame when it is told to. */
    function makePlayer(): { sought: number[]; settle: () => void; isPlaying: boolean; play(): void; pause(): void; seekFrameAsync(frame: number): Promise<boolean> } {
        const player = {
            sought: [] as number[],
            settle: (): void => {},
            isPlaying: true,
            play: (): void => void (player.isPlaying = true),
            pause: (): void => void (player.isPlaying = false),
            seekFrameAsync: (frame: number): Promise<boolean> => {
                player.sought.push(frame);
                return new Promise((resolve) => (player.settle = () => resolve(true)));
            },
        };
        return player;
    }

    const turnAsync = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

    it("passes over places while a seek is under way, and ends at the last", async () => {
        const player = makePlayer();
        const scrubber = new Scrubber(player);
        const moves = [3, 8, 12].map((frame) => scrubber.moveToAsync(frame));
        player.settle();
        await turnAsync();
        player.settle();
        await Promise.all(moves);
        expect(player.sought).to.deep.equal([3, 12]);
        void scrubber.moveToAsync(4);
        expect(player.sought).to.deep.equal([3, 12, 4]);
    });

    it("stands while the handle is held, and goes on if it played", () => {
        for (const isPlaying of [true, false]) {
            const player = makePlayer();
            player.isPlaying = isPlaying;
            const scrubber = new Scrubber(player);
            scrubber.begin();
            expect(player.isPlaying).to.equal(false);
            scrubber.end();
            expect(player.isPlaying).to.equal(isPlaying);
        }
    });

    it("lets go of a clip that is gone", async () => {
        const player = { ...makePlayer(), seekFrameAsync: () => Promise.reject(new Error("gone")) };
        const scrubber = new Scrubber(player);
        await scrubber.moveToAsync(3);
        scrubber.end();
    });
});
