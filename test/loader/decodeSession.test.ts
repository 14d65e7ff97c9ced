import { expect } from "chai";
import fc from "fast-check";
import { ClipReader } from "../../encoder/index.js";
import type { DecodeRequest } from "../../loader/decodeProtocol.js";
import { FRAMES_IN_FLIGHT } from "../../loader/decodeSession.js";
import { segmentOf } from "../../loader/segmentOf.js";
import type { IFramePacket, IOrderPacket } from "../../loader/framePacket.js";
import { changed, findChunk, listChunks } from "../support/chunkTools.js";
import { encodeFramesAsync } from "../support/encodeFrames.js";
import { makeMovingFrames, withIds } from "../support/movingFrames.js";
import { PackedState } from "../support/packedState.js";
import { makeCamera } from "../support/makeCamera.js";
import { SessionDriver, type ISessionDriverOptions } from "../support/sessionDriver.js";

const FRAMES = 10;
const SH_DEGREE = 1;

/** Codes of all live slots of a frame, decoded from the start. */
interface IExpectedFrame {
    live: number[];
    codes: number[][];
}

describe("DecodeSession", () => {
    let clip: Uint8Array<ArrayBuffer>;
    let expected: IExpectedFrame[];

    before(async () => {
        const moving = makeMovingFrames({ count: 40, frames: FRAMES, shDegree: SH_DEGREE, turnover: 0.1, seed: 6 });
        clip = (await encodeFramesAsync(withIds(moving), { segmentLength: 4 })).bytes;
        const reader = new ClipReader(clip);
        expected = Array.from({ length: FRAMES }, (_, frame) => {
            reader.decodeFrame(frame);
            const { alive, slotCount, codes } = reader.decoder.state;
            const live = Array.from({ length: slotCount }, (__, slot) => slot).filter((slot) => alive[slot] === 1);
            return { live, codes: live.map((slot) => codes.map((channel) => channel[slot])) };
        });
    });

    /** A driver whose frames go to a GPU of its own, as the plugin's do, and are compared there. */
    function makeDriver(options?: ISessionDriverOptions, bytes = clip): { driver: SessionDriver; shown: number[] } {
        const driver = new SessionDriver(bytes, options);
        const gpu = new PackedState(driver.head.header.capacity, SH_DEGREE);
        const shown: number[] = [];
        driver.onFrame = ({ packet, orders: [order] }) => {
            gpu.apply(packet);
            shown.push(packet.frame);
            expectFrame(gpu, packet, order);
        };
        return { driver, shown };
    }

    function expectFrame(gpu: PackedState, packet: IFramePacket, order: { frame: number; generation: number; count: number; order: Uint32Array }): void {
        const { live, codes } = expected[packet.frame];
        expect(packet.liveCount).to.equal(live.length);
        expect(live.map((slot) => gpu.codes(slot))).to.deep.equal(codes);
        expect([order.frame, order.generation, order.count]).to.deep.equal([packet.frame, packet.generation, live.length]);
        expect([...order.order.subarray(0, order.count)].sort((a, b) => a - b)).to.deep.equal(live);
    }

    function liveOf({ order, count }: IOrderPacket): number[] {
        return [...order.subarray(0, count)];
    }

    function sort(frame: number, camera = 0): DecodeRequest & { type: "sort" } {
        return { type: "sort", frame, generation: 0, camera };
    }

    function request(frame: number, generation = 0): DecodeRequest {
        return { type: "frame", frame, generation };
    }

    it("delivers frames in the order asked for, with data and order of the same frame", () => {
        const { driver, shown } = makeDriver();
        driver.send(...Array.from({ length: FRAMES }, (_, frame) => request(frame)));
        expect(shown).to.deep.equal([0, 1, 2, 3, 4, 5, 6, 7, 8, 9]);
        expect(driver.take("error")).to.deep.equal([]);
    });

    it("gives any frame, forwards, backwards and round, as played from the start", () => {
        fc.assert(
            fc.property(
                fc.array(fc.array(fc.nat(FRAMES - 1), { minLength: 1, maxLength: 5 }), { minLength: 1, maxLength: 6 }),
                fc.constantFrom(1, 1 << 20),
                (seeks, keyStateBytes) => {
                    const { driver, shown } = makeDriver({ keyStateBytes });
                    seeks.forEach((frames, generation) => {
                        driver.send({ type: "flush", generation }, ...frames.map((frame) => request(frame, generation)));
                    });
                    expect(shown).to.deep.equal(seeks.flat());
                    expect(driver.take("error")).to.deep.equal([]);
                },
            ),
            { numRuns: 60 },
        );
    });

    it("gives the same where a seek comes in the middle of the work", () => {
        fc.assert(
            fc.property(fc.array(fc.tuple(fc.nat(FRAMES - 1), fc.nat(FRAMES - 1), fc.nat(6)), { minLength: 1, maxLength: 8 }), (seeks) => {
                // Frames of old generations never reach the GPU: the plugin drops them.
                const driver = new SessionDriver(clip);
                const gpu = new PackedState(driver.head.header.capacity, SH_DEGREE);
                let generation = 0;
                let last = -1;
                driver.onFrame = ({ packet, orders: [order] }) => {
                    if (packet.generation === generation) {
                        gpu.apply(packet);
                        expectFrame(gpu, packet, order);
                        last = packet.frame;
                    }
                };
                for (const [first, second] of seeks) {
                    driver.enqueue(request(first, generation));
                    driver.enqueue(request((first + 1) % FRAMES, generation));
                    generation++;
                    driver.send({ type: "flush", generation }, request(second, generation));
                    expect(last).to.equal(second);
                }
            }),
            { numRuns: 30 },
        );
    });

    it("sends whole frames after a flush, and only what changed without one", () => {
        const { driver } = makeDriver();
        const runs: number[] = [];
        const { onFrame } = driver;
        driver.onFrame = (response) => {
            onFrame(response);
            runs.push(response.packet.splatRuns.length);
        };
        driver.send(request(0), request(1), request(1));
        driver.send({ type: "flush", generation: 1 }, request(1, 1));
        expect(runs).to.deep.equal([1, 1, 0, 1]);
    });

    it("drops requests of another generation", () => {
        const { driver, shown } = makeDriver();
        driver.send({ type: "flush", generation: 3 }, request(1, 2), request(2, 3), request(3, 4));
        expect(shown).to.deep.equal([2]);
    });

    it("asks for the next segment ahead of time, for the key frame alone of one that others refer to, and for nothing that it has", () => {
        const { driver } = makeDriver();
        driver.send(request(0));
        expect(driver.needs.map(({ segment, isAhead, isKeyOnly }) => [segment, isAhead, isKeyOnly])).to.deep.equal([
            [0, false, false],
            [1, true, false],
        ]);
        driver.send(request(9));
        expect(driver.needed).to.deep.equal([0, 2]);
        driver.send(request(3), request(5));
        expect(driver.needed).to.deep.equal([0, 2]);
        const late = makeDriver().driver;
        late.send(request(9));
        expect(late.needs.map(({ segment, isAhead, isKeyOnly }) => [segment, isAhead, isKeyOnly])).to.deep.equal([
            [0, false, true],
            [2, false, false],
            [0, true, false],
        ]);
    });

    it("asks again for what it has let go", async () => {
        const { frames } = makeMovingFrames({ count: 10, frames: 8 });
        const { bytes } = await encodeFramesAsync(frames, { segmentLength: 1, tracked: true, keyWindow: 2 });
        const driver = new SessionDriver(bytes, { keyStateBytes: 1 });
        const shown: number[] = [];
        driver.onFrame = ({ packet }) => shown.push(packet.frame);
        const round = [0, 1, 2, 3, 4, 5, 6, 7];
        driver.send(...[...round, ...round, ...round.reverse()].map((frame) => request(frame)));
        expect(shown).to.deep.equal([0, 1, 2, 3, 4, 5, 6, 7, 0, 1, 2, 3, 4, 5, 6, 7, 7, 6, 5, 4, 3, 2, 1, 0]);
    });

    it("waits for bytes, and goes on when they come", () => {
        const { driver, shown } = makeDriver({ supplies: false });
        driver.send(request(5), request(6));
        // Together with the segment whose key frame this one's is coded against.
        expect(driver.needed).to.deep.equal([0, 1]);
        driver.send({ type: "camera", camera: makeCamera({ forward: [1, 0, 0] }) });
        driver.supply(2);
        driver.supply(0);
        expect([driver.needed, shown]).to.deep.equal([[0, 1], []]);
        driver.supply(1);
        expect(shown).to.deep.equal([5, 6]);
        expect(driver.needed).to.deep.equal([0, 1]);
    });

    it("shows each frame as soon as its bytes are there, however they come", () => {
        const [, { byteLength, keyByteLength }] = new SessionDriver(clip).head.segments!;
        fc.assert(
            fc.property(fc.uniqueArray(fc.nat(byteLength), { maxLength: 12 }), (cuts) => {
                const { driver, shown } = makeDriver({ supplies: false });
                driver.send(...[4, 5, 6, 7].map((frame) => request(frame)));
                driver.supply(0);
                const ends = [...cuts.sort((a, b) => a - b), byteLength];
                let from = 0;
                for (const end of ends) {
                    // Some come twice.
                    driver.supply(1, Math.max(0, from - 7), end);
                    from = end;
                    expect(shown.length > 0).to.equal(end >= keyByteLength);
                }
                expect(shown).to.deep.equal([4, 5, 6, 7]);
            }),
            { numRuns: 40 },
        );
    });

    it("shows the key frame before a frame that is sought, where the rest is still to come", () => {
        const { driver, shown } = makeDriver({ supplies: false });
        const { keyByteLength } = driver.head.segments![1];
        driver.supply(0);
        driver.send({ ...request(6), isSought: true } as DecodeRequest);
        driver.supply(1, 0, keyByteLength);
        expect([driver.take("frame").map(({ packet }) => [packet.frame, packet.isPreview]), shown]).to.deep.equal([[[4, true]], [4]]);
        driver.supply(1, keyByteLength);
        expect([driver.take("frame").map(({ packet }) => [packet.frame, packet.isPreview]), shown]).to.deep.equal([[[6, false]], [4, 6]]);
        const late = makeDriver({ supplies: false }).driver;
        late.send({ ...request(6), isSought: true } as DecodeRequest);
        late.supply(1, 0, keyByteLength);
        late.supply(0, 0, late.head.segments![0].keyByteLength);
        expect(late.take("frame").map(({ packet }) => [packet.frame, packet.isPreview])).to.deep.equal([[4, true]]);
        // All is there: nothing to show before.
        driver.send({ type: "flush", generation: 1 }, { ...request(7, 1), isSought: true } as DecodeRequest);
        expect(shown).to.deep.equal([4, 6, 7]);
    });

    it("says that a file ends before a frame, and shows what is before", () => {
        const { driver, shown } = makeDriver({ supplies: false });
        driver.send(request(1), request(2));
        driver.supply(0, 0, driver.head.segments![0].byteLength - 1, true);
        expect(driver.take("error")).to.deep.equal([]);
        driver.send(request(3));
        const [{ error }] = driver.take("error");
        expect([error.code, error.where.segment, error.where.frame, shown]).to.deep.equal(["TRUNCATED", 0, 3, [1, 2]]);
    });

    it("shows all that is whole of a segment that is cut at any byte, whether it learns of that at once or later", () => {
        const places = listChunks(clip).filter(({ name }) => name === "KEYF" || name === "RESF");
        const { segments } = new SessionDriver(clip).head;
        const { offset, byteLength } = segments![1];
        for (let length = 0; length < byteLength; length++) {
            for (const isLate of [false, true]) {
                const { driver, shown } = makeDriver({ supplies: false });
                driver.supply(0);
                driver.send(...[4, 5, 6, 7].map((frame) => request(frame)));
                driver.supply(1, 0, length, !isLate);
                driver.supply(1, length, length, true);
                expect(shown, `cut after ${length}`).to.deep.equal([4, 5, 6, 7].filter((frame) => places[frame].end - offset <= length));
                const [{ error }] = driver.take("error");
                expect([error.code, error.where.segment, error.where.frame]).to.deep.equal(["TRUNCATED", 1, 4 + shown.length]);
                driver.send(request(2));
                expect(shown.at(-1)).to.equal(2);
            }
        }
    });

    it("makes no more packets than may be under way, and goes on when memory comes back", () => {
        const { driver, shown } = makeDriver({ recycles: false });
        driver.send(...Array.from({ length: FRAMES }, (_, frame) => request(frame)));
        expect(shown.length).to.equal(FRAMES_IN_FLIGHT);
        const [{ packet, orders }] = driver.take("frame");
        driver.send({ type: "recycle", packet }, { type: "recycleOrder", order: orders[0] });
        expect(shown.length).to.equal(FRAMES_IN_FLIGHT);
        driver.send({ type: "release", frame: 0, generation: 0 });
        expect(shown.length).to.equal(FRAMES_IN_FLIGHT + 1);
        const next = driver.take("frame").find((response) => response.packet.frame === FRAMES_IN_FLIGHT);
        expect(next?.packet).to.equal(packet);
        expect(next?.orders).to.deep.equal(orders).and.to.have.lengthOf(1);
        expect(next?.orders[0]).to.equal(orders[0]);
    });

    it("sorts a delivered frame again for another camera, until it is released", () => {
        const { driver } = makeDriver({ recycles: false });
        driver.send(request(0), request(1));
        const orders = driver.take("frame").map(({ orders: [order] }) => liveOf(order));
        driver.send({ type: "camera", camera: makeCamera({ forward: [0, 0, -1] }) }, sort(0));
        const [{ order }] = driver.take("order");
        expect([order.frame, order.generation, order.camera, order.forward, order.count]).to.deep.equal([0, 0, 0, [0, 0, -1], orders[0].length]);
        expect(liveOf(order)).to.not.deep.equal(orders[0]);
        driver.send({ ...sort(0), generation: 1 }, sort(8), sort(0, 1));
        driver.send({ type: "release", frame: 0, generation: 0 }, sort(0));
        expect(driver.take("order")).to.deep.equal([]);
        driver.send(sort(1));
        expect(driver.take("order").length).to.equal(1);
    });

    it("sorts a frame for where the camera is expected to be when it is due, and again for where it is", () => {
        const orderOf = (dueTime: number | undefined, turn: [number, number, number], forward: [number, number, number]) => {
            const { driver } = makeDriver({ recycles: false });
            driver.send({ type: "camera", camera: makeCamera({ forward, turn, time: 5 }) }, { ...request(2), dueTime } as DecodeRequest);
            driver.send(sort(2));
            return [driver.take("frame")[0].orders[0], driver.take("order")[0].order].map((order) => ({ order: liveOf(order), forward: order.forward }));
        };
        const [expected, sortedAgain] = orderOf(5.1, [1, -2, 0], [1, 1, 1]);
        const [there] = orderOf(undefined, [0, 0, 0], [1.1, 0.8, 1]);
        const [here] = orderOf(undefined, [1, -2, 0], [1, 1, 1]);
        expect([sortedAgain.forward, here.forward]).to.deep.equal([
            [1, 1, 1],
            [1, 1, 1],
        ]);
        [1.1, 0.8, 1].forEach((value, c) => expect(expected.forward[c]).to.be.closeTo(value, 1e-9));
        expect(expected.order).to.deep.equal(there.order).and.not.deep.equal(here.order);
        expect(sortedAgain).to.deep.equal(here);
        expect(orderOf(5.1, [0, 0, 0], [1, 1, 1])[0]).to.deep.equal(here);
        expect(orderOf(4.9, [1, -2, 0], [1, 1, 1])[0]).to.deep.equal(here);
    });

    it("sorts for every camera, until it is dropped", () => {
        const { driver } = makeDriver({ recycles: false });
        const there = makeCamera({ id: 4, forward: [0, 0, -1] });
        driver.send({ type: "camera", camera: there }, request(0));
        driver.send({ type: "camera", camera: makeCamera({ id: 7, forward: [1, 0, 0] }) }, { type: "dropCamera", camera: 0 }, sort(0), sort(0, 7), request(1));
        driver.send({ type: "dropCamera", camera: 4 }, { type: "camera", camera: { ...there, id: 7 } }, request(2));
        const [first, second, third] = driver.take("frame").map(({ orders }) => orders);
        expect([first, second, third].map((orders) => orders.map(({ camera }) => camera))).to.deep.equal([[0, 4], [4, 7], [7]]);
        expect(liveOf(first[0])).to.not.deep.equal(liveOf(first[1]));
        expect(second[0].forward).to.deep.equal(third[0].forward);
        expect(driver.take("order").map(({ order }) => [order.frame, order.camera, order.forward])).to.deep.equal([[0, 7, [1, 0, 0]]]);
    });

    it("keeps no hold of the camera that it is given", () => {
        const { driver } = makeDriver({ recycles: false });
        const forward: [number, number, number] = [0, 0, 1];
        driver.send({ type: "camera", camera: makeCamera({ forward }) }, request(0));
        const [before] = driver.take("frame").map(({ orders: [order] }) => liveOf(order));
        forward[2] = -1;
        driver.send(sort(0));
        const [after] = driver.take("order").map(({ order }) => liveOf(order));
        expect(after).to.deep.equal(before);
    });

    it("tells that a frame is not there, and goes on with others", () => {
        const { driver, shown } = makeDriver();
        driver.send(request(FRAMES), request(0));
        expect(driver.take("error").map(({ error, generation }) => [error.code, generation])).to.deep.equal([["FRAME_OUT_OF_RANGE", 0]]);
        driver.send(request(1));
        expect(shown).to.deep.equal([1]);
    });

    it("tells that bytes cannot be had that are needed, and asks again later; also for those that could not be had when nobody needed them", () => {
        const { driver, shown } = makeDriver({ supplies: false });
        const failure = { code: "NETWORK", detail: "no way", where: { segment: 1 } } as const;
        driver.send(request(0));
        driver.supply(0);
        driver.send({ type: "segmentFailed", segment: 1, error: failure });
        driver.send(request(4));
        expect([driver.take("error"), driver.needed, shown]).to.deep.equal([[], [0, 1], [0]]);
        driver.send({ type: "segmentFailed", segment: 1, error: failure });
        expect(driver.take("error").map(({ error }) => [error.code, error.detail, error.where.segment])).to.deep.equal([["NETWORK", "no way", 1]]);
        driver.send(request(4));
        expect(driver.needed).to.deep.equal([0, 1, 1]);
        driver.supply(1);
        expect(shown).to.deep.equal([0, 4]);
    });

    it("asks again for bytes that could not be had while it waited for none of them", () => {
        const { driver, shown } = makeDriver({ supplies: false });
        driver.send(request(0));
        driver.supply(0, 0, driver.head.segments![0].keyByteLength);
        // What is wanted when the failure is told is there already.
        driver.enqueue(request(0));
        driver.send({ type: "segmentFailed", segment: 0, error: { code: "NETWORK", detail: "no way", where: {} } });
        driver.needs.length = 0;
        driver.send(request(1));
        expect([driver.take("error"), driver.needed, shown]).to.deep.equal([[], [0], [0, 0]]);
        driver.supply(0);
        expect(shown).to.deep.equal([0, 0, 1]);
    });

    it("tells of a damaged frame, and shows the others as they are", () => {
        const { start, end } = findChunk(clip, "RESF", 1);
        const damaged = changed(clip, (_, copy) => copy.fill(0x55, Math.floor((start + end) / 2), end));
        const { driver, shown } = makeDriver({}, damaged);
        driver.send(request(1));
        driver.send(request(2), request(3));
        expect(driver.take("error").map(({ error }) => [error.code, error.where.segment, error.where.frame])).to.deep.equal([["BAD_FRAME", 0, 2]]);
        for (const frame of [1, 0, 4, 9, 1]) {
            driver.send(request(frame));
        }
        driver.send(request(3));
        expect(driver.take("error").map(({ error }) => error.code)).to.deep.equal(["BAD_FRAME"]);
        expect(shown).to.deep.equal([1, 1, 0, 4, 9, 1]);
    });

    it("finds the segment of a frame", () => {
        const { segments } = new SessionDriver(clip).head;
        expect([-1, 0, 3, 4, 7, 8, 9, 10].map((frame) => segmentOf(segments!, frame))).to.deep.equal([-1, 0, 0, 1, 1, 2, 2, -1]);
        expect(segmentOf([], 0)).to.equal(-1);
    });
});
