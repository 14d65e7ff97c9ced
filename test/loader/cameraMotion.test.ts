import { expect } from "chai";
import fc from "fast-check";
import { CameraMotion } from "../../loader/cameraMotion.js";
import type { ISortCamera } from "../../loader/framePacket.js";
import { predictForward } from "../../loader/predictForward.js";
import { SplatSorter } from "../../loader/splatSorter.js";
import { makeCamera } from "../support/makeCamera.js";
import { randomNumbers } from "../support/makeFrame.js";

type Direction = [number, number, number];

const TICK = 1 / 60;
/** A frame at 30 a second that is asked for three ahead. */
const AHEAD = 0.1;

function orbit(time: number, radiansPerSecond: number): Direction {
    const angle = radiansPerSecond * time;
    return [0.9 * Math.cos(angle), 0.4, 0.9 * Math.sin(angle)];
}

/** A camera after some ticks of a motion. */
function follow(path: (time: number) => Direction, ticks = 30): ISortCamera {
    const camera = makeCamera();
    const motion = new CameraMotion();
    for (let tick = 1; tick <= ticks; tick++) {
        camera.time = tick * TICK;
        camera.forward = path(camera.time);
        motion.measure(camera);
    }
    return camera;
}

function predict(camera: ISortCamera, time: number): Direction {
    const forward: Direction = [NaN, NaN, NaN];
    predictForward(camera, time, forward);
    return forward;
}

/** How far splats are from their places in another order, mean. */
function displacement(order: Uint32Array, other: Uint32Array): number {
    const places = new Uint32Array(order.length);
    other.forEach((slot, place) => (places[slot] = place));
    return order.reduce((sum, slot, place) => sum + Math.abs(places[slot] - place), 0) / order.length;
}

describe("CameraMotion", () => {
    it("expects a turning camera where it will be: orders for that are several times closer to the true ones", () => {
        const count = 3000;
        const next = randomNumbers(4);
        const sorter = new SplatSorter(count, 1);
        const [cloud] = sorter.clouds;
        cloud.positions.forEach((codes) => codes.forEach((_, slot) => (codes[slot] = Math.floor(10000 * next()))));
        cloud.alive.fill(1);
        cloud.slotCount = count;
        cloud.bounds.set([0, 0, 0, 10000, 10000, 10000]);
        const sort = (forward: Direction): Uint32Array => {
            const out = new Uint32Array(count);
            sorter.sort(cloud, forward, out);
            return out;
        };
        for (const speed of [0.2, -1, 3]) {
            const camera = follow((time) => orbit(time, speed));
            const truth = sort(orbit(camera.time + AHEAD, speed));
            const unpredicted = displacement(sort(camera.forward), truth);
            const predicted = displacement(sort(predict(camera, camera.time + AHEAD)), truth);
            expect(predicted).to.be.below(unpredicted / 2.5);
        }
    });

    it("expects a camera that stands still exactly where it is", () => {
        fc.assert(
            fc.property(fc.tuple(fc.double(), fc.double(), fc.double()), fc.double({ min: 0, max: 10 }), (forward, ahead) => {
                const camera = follow(() => forward);
                expect(predict(camera, camera.time + ahead)).to.deep.equal(forward);
            }),
        );
    });

    it("knows of no motion a moment after it has ended, nor before there are two views", () => {
        const camera = follow((time) => orbit(Math.min(time, 0.2), 2));
        expect(camera.turn.every((perSecond) => perSecond === 0)).to.equal(true);
        expect(follow((time) => orbit(time, 2), 1).turn.every((perSecond) => perSecond === 0)).to.equal(true);
    });

    it("tells whether the turn is another", () => {
        const camera = makeCamera({ forward: [1, 0, 0] });
        const motion = new CameraMotion();
        const turns = [0, 0, 0.1, 0.1, 0, 0, 0, 0, 0].map((y, i) => {
            camera.time = 0.06 * i;
            camera.forward = [1, y, 0];
            return motion.measure(camera);
        });
        expect(turns).to.deep.equal([false, false, true, true, true, true, false, false, false]);
    });

    it("does not go on with a jump, nor into the past, nor without end", () => {
        const jump = follow((time) => (time < 0.48 ? [0, 0, 1] : [0, 1, 0]));
        expect(predict(jump, jump.time + AHEAD)).to.deep.equal([0, 1, 0]);
        const camera = follow((time) => orbit(time, 1));
        expect(predict(camera, camera.time - AHEAD)).to.deep.equal(camera.forward);
        expect(predict(camera, -Infinity)).to.deep.equal(camera.forward);
        expect(predict(camera, camera.time + 100)).to.deep.equal(predict(camera, camera.time + 0.25));
    });
});
