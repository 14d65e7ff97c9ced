import { expect } from "chai";
import fc from "fast-check";
import { FrameSchedule, type IPlayState } from "../../loader/frameSchedule.js";

const PLAYING: IPlayState = { target: 0, shown: -1, isPlaying: true, isLooping: false, direction: 1, stride: 1, isSeeking: false };

function stateOf(frameCount: number): fc.Arbitrary<IPlayState> {
    return fc.record({
        target: fc.nat(frameCount - 1),
        shown: fc.integer({ min: -1, max: frameCount - 1 }),
        isPlaying: fc.boolean(),
        isLooping: fc.boolean(),
        direction: fc.constantFrom<1 | -1>(1, -1),
        stride: fc.integer({ min: 1, max: 5 }),
        isSeeking: fc.boolean(),
    });
}

/** Frames asked for one after the other, from a first one on. */
function ask(schedule: FrameSchedule, first: number, state: Partial<IPlayState>, count: number): number[] {
    const frames = [first];
    while (frames.length < count && frames[frames.length - 1] >= 0) {
        frames.push(schedule.next(frames[frames.length - 1], { ...PLAYING, target: first, ...state }));
    }
    return frames;
}

describe("FrameSchedule", () => {
    it("asks for one frame after the other, and for none after the last", () => {
        const schedule = new FrameSchedule({ from: 0, to: 5 }, 3);
        expect(ask(schedule, 2, {}, 9)).to.deep.equal([2, 3, 4, -1]);
        expect(ask(schedule, 2, { direction: -1 }, 9)).to.deep.equal([2, 1, 0, -1]);
    });

    it("never leaves out the last frame", () => {
        const schedule = new FrameSchedule({ from: 0, to: 6 }, 3);
        expect(ask(schedule, 0, { stride: 2 }, 9)).to.deep.equal([0, 2, 4, 5, -1]);
        expect(ask(schedule, 5, { stride: 4, direction: -1 }, 9)).to.deep.equal([5, 1, 0, -1]);
    });

    it("goes round in a loop, either way", () => {
        const schedule = new FrameSchedule({ from: 0, to: 3 }, 3);
        expect(ask(schedule, 1, { isLooping: true }, 6)).to.deep.equal([1, 2, 0, 1, 2, 0]);
        expect(ask(schedule, 1, { isLooping: true, direction: -1 }, 5)).to.deep.equal([1, 0, 2, 1, 0]);
        expect(new FrameSchedule({ from: 0, to: 1 }, 3).next(0, { ...PLAYING, isLooping: true }), "a frame that stays").to.equal(-1);
        expect(ask(new FrameSchedule({ from: 0, to: 50 }, 3), 49, { isLooping: true, isSeeking: true }, 4)).to.deep.equal([49, 0, 1, 2]);
    });

    it("goes round loops of few frames without leaving one out or showing one early", () => {
        for (let count = 2; count <= 8; count++) {
            for (const direction of [1, -1] as const) {
                const schedule = new FrameSchedule({ from: 0, to: count }, 3);
                const state = { ...PLAYING, isLooping: true, direction };
                const wrap = (frame: number): number => (((frame * direction) % count) + count) % count;
                for (let target = 0; target < count; target++) {
                    for (let ahead = 0; ahead < 3; ahead++) {
                        const last = wrap(target + ahead);
                        expect(schedule.next(last, { ...state, target: wrap(target) }), `${count} frames, ${ahead} ahead`).to.equal(wrap(target + ahead + 1));
                    }
                    expect(schedule.distance(wrap(target + 1), wrap(target), state)).to.equal(-1);
                }
            }
        }
    });

    it("leaves out what time has passed", () => {
        const schedule = new FrameSchedule({ from: 0, to: 100 }, 3);
        expect(schedule.next(10, { ...PLAYING, target: 20 })).to.equal(21);
        expect(schedule.next(30, { ...PLAYING, target: 20 })).to.equal(31);
        expect(schedule.next(90, { ...PLAYING, target: 80, direction: -1 })).to.equal(79);
    });

    it("asks only for frames that there are", () => {
        fc.assert(
            fc.property(
                fc.integer({ min: 1, max: 20 }).chain((count) => fc.tuple(fc.constant(count), fc.nat(count - 1), stateOf(count))),
                ([count, last, state]) => {
                    const next = new FrameSchedule({ from: 0, to: count }, 3).next(last, state);
                    expect(Number.isInteger(next)).to.equal(true);
                    expect(next).to.be.within(-1, count - 1);
                    if (next === -1 && state.isLooping) {
                        // Whole rounds pass from one frame to the next: it stays.
                        expect(state.stride % count).to.equal(0);
                    } else if (next === -1) {
                        expect(last).to.equal(state.direction > 0 ? count - 1 : 0);
                    }
                },
            ),
        );
    });

    it("measures the short way round a loop", () => {
        const schedule = new FrameSchedule({ from: 0, to: 10 }, 3);
        const looping = { ...PLAYING, isLooping: true };
        expect(schedule.distance(8, 1, looping)).to.equal(3);
        expect(schedule.distance(1, 8, looping)).to.equal(-3);
        expect(schedule.distance(1, 8, { ...looping, direction: -1 })).to.equal(3);
        expect(schedule.distance(8, 1, PLAYING)).to.equal(-7);
        expect(schedule.distance(8, 1, { ...looping, isSeeking: true })).to.equal(-7);
    });

    it("tells how long it is until a frame is due", () => {
        const schedule = new FrameSchedule({ from: 0, to: 10 }, 3);
        const forwards = { ...PLAYING, target: 8, isLooping: true };
        expect([9, 0, 8, 7].map((frame) => schedule.framesUntil(frame, 8.25, forwards))).to.deep.equal([0.75, 1.75, -0.25, -1.25]);
        const backwards: IPlayState = { ...PLAYING, target: 8, direction: -1 };
        expect([7, 6, 8].map((frame) => schedule.framesUntil(frame, 8.25, backwards))).to.deep.equal([0.25, 1.25, -0.75]);
    });

    it("keeps frames on their way that serve the target, and gives up others", () => {
        const schedule = new FrameSchedule({ from: 0, to: 100 }, 3);
        // Nothing to do: the target is there, or the next to come.
        expect(schedule.serves([], { ...PLAYING, target: 5, shown: 5 })).to.equal(true);
        expect(schedule.serves([5], { ...PLAYING, target: 5, isSeeking: true })).to.equal(true);
        // Nothing comes.
        expect(schedule.serves([], { ...PLAYING, target: 5, shown: 4 })).to.equal(false);
        // Playing: a little late or early is fine.
        expect(schedule.serves([3, 4], { ...PLAYING, target: 5 })).to.equal(true);
        expect(schedule.serves([1, 2], { ...PLAYING, target: 5 })).to.equal(true);
        expect(schedule.serves([0, 1], { ...PLAYING, target: 5 })).to.equal(false);
        expect(schedule.serves([7, 8], { ...PLAYING, target: 5 })).to.equal(true);
        expect(schedule.serves([8, 9], { ...PLAYING, target: 5 })).to.equal(false);
        // The wrong way.
        expect(schedule.serves([6, 5, 4], { ...PLAYING, target: 6, shown: 7 })).to.equal(true);
        expect(schedule.serves([5, 4], { ...PLAYING, target: 6, shown: 7 })).to.equal(false);
        // Seeking or at rest, only the target will do.
        expect(schedule.serves([4, 5], { ...PLAYING, target: 5, isSeeking: true })).to.equal(false);
        expect(schedule.serves([4, 5], { ...PLAYING, target: 5, isPlaying: false })).to.equal(false);
    });
});
