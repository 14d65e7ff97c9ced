import { expect } from "chai";
import type { FvvError } from "../../format/fvvError.js";
import { MemoryClipSource } from "../../loader/sources/localClipSources.js";
import { ClipStream } from "../../loader/clipStream.js";
import { DecodeClient } from "../../loader/decodeClient.js";
import type { DecodeResponse } from "../../loader/decodeProtocol.js";
import { FrameFeed, FRAMES_AHEAD } from "../../loader/frameFeed.js";
import type { IOrderPacket } from "../../loader/framePacket.js";
import { makeCamera } from "../support/makeCamera.js";
import { encodeFramesAsync } from "../support/encodeFrames.js";
import { makeMovingFrames } from "../support/movingFrames.js";

describe("DecodeClient and FrameFeed on this thread", () => {
    let clip: Uint8Array<ArrayBuffer>;

    before(async () => {
        const { frames } = makeMovingFrames({ count: 30, frames: 7 });
        clip = (await encodeFramesAsync(frames, { segmentLength: 3, tracked: true })).bytes;
    });

    async function makeFeedAsync(bytes: Uint8Array = clip): Promise<FrameFeed> {
        return new FrameFeed(await ClipStream.OpenAsync(new MemoryClipSource(bytes, "clip.fvv")), { useWorker: false });
    }

    /** Waits for the frames asked for; an error ends the wait. */
    function arrivedAsync(feed: FrameFeed, count: number): Promise<void> {
        return new Promise((resolve, reject: (error: FvvError) => void) => {
            let arrived = 0;
            feed.onArrived = () => ++arrived === count && resolve();
            feed.onError = reject;
        });
    }

    it("decode without a worker where there is none", async () => {
        const feed = await makeFeedAsync();
        expect(feed.usesWorker).to.equal(false);
        const arrived = arrivedAsync(feed, FRAMES_AHEAD);
        [0, 1, 2].forEach((frame) => feed.request(frame));
        expect(feed.hasRoom).to.equal(false);
        await arrived;
        expect(feed.hasRoom).to.equal(false);
        for (const frame of [0, 1, 2]) {
            expect(feed.next?.packet.frame).to.equal(frame);
            const { packet, orders } = feed.take()!;
            expect(orders.length).to.equal(1);
            expect([packet.frame, orders[0].frame, orders[0].count]).to.deep.equal([frame, frame, packet.liveCount]);
        }
        expect(feed.take()).to.equal(undefined);
        expect(feed.hasRoom).to.equal(true);
        feed.dispose();
    });

    it("go on for as long as memory is handed back", async () => {
        const feed = await makeFeedAsync();
        for (let i = 0; i < 40; i++) {
            const arrived = arrivedAsync(feed, 1);
            feed.request((i * 3) % 7);
            await arrived;
            const fed = feed.take()!;
            const { packet } = fed;
            expect(packet.frame).to.equal((i * 3) % 7);
            feed.release(packet.frame, packet.generation);
            feed.recycle(fed);
        }
        feed.dispose();
    });

    it("forget what was asked for before a flush, whatever of it has come", async () => {
        const feed = await makeFeedAsync();
        for (let i = 0; i < 12; i++) {
            const arrived = arrivedAsync(feed, 2);
            feed.request(i % 7);
            feed.request((i + 1) % 7);
            if (i % 3 === 0) {
                await arrived;
            }
            feed.flush();
            expect(feed.next).to.equal(undefined);
            expect(feed.hasRoom).to.equal(true);
            const wanted = arrivedAsync(feed, 1);
            feed.request(6 - (i % 7));
            await wanted;
            const fed = feed.take()!;
            const { packet } = fed;
            expect(packet.frame).to.equal(6 - (i % 7));
            feed.release(packet.frame, packet.generation);
            feed.recycle(fed);
        }
        feed.dispose();
    });

    it("give a newer order to a frame that waits, and tell of one for a frame that was taken", async () => {
        const feed = await makeFeedAsync();
        const arrived = arrivedAsync(feed, 2);
        feed.request(0);
        feed.request(1);
        await arrived;
        const { packet } = feed.take()!;
        feed.setCamera(makeCamera({ forward: [0, 0, -1] }));
        feed.setCamera(makeCamera({ id: 5, forward: [1, 0, 0] }));
        [0, 5].forEach((camera) => feed.sortAgain(1, 0, camera));
        const order = new Promise<IOrderPacket>((resolve) => (feed.onOrder = resolve));
        feed.sortAgain(packet.frame, packet.generation, 5);
        const { frame, camera, forward } = await order;
        expect([frame, camera, forward]).to.deep.equal([0, 5, [1, 0, 0]]);
        expect(feed.next?.orders.map((waiting) => [waiting.camera, waiting.forward])).to.deep.equal([
            [0, [0, 0, -1]],
            [5, [1, 0, 0]],
        ]);
        feed.dispose();
    });

    it("tell of an error, and go on afterwards", async () => {
        const feed = await makeFeedAsync(clip.subarray(0, clip.length - 200));
        const failed = arrivedAsync(feed, 1).catch((error: FvvError) => error.code);
        feed.request(6);
        expect(await failed).to.equal("TRUNCATED");
        expect(feed.hasRoom).to.equal(true);
        const arrived = arrivedAsync(feed, 1);
        feed.request(1);
        await arrived;
        expect(feed.next?.packet.frame).to.equal(1);
        feed.dispose();
    });

    it("say nothing more once they are disposed of", async () => {
        const responses: DecodeResponse[] = [];
        const stream = await ClipStream.OpenAsync(new MemoryClipSource(clip, "clip.fvv"));
        const client = new DecodeClient((response) => responses.push(response), { useWorker: false });
        const { header } = stream.head;
        const { offset, byteLength } = stream.segments[0];
        client.post({ type: "open", capacity: header.capacity, shDegree: header.shDegree, limits: {}, keyStateBytes: 1000, sorts: true });
        client.post({ type: "rendition", rendition: 0, header, segments: [...stream.segments] });
        client.post({ type: "bytes", segment: 0, rendition: 0, at: 0, bytes: clip.slice(offset, offset + byteLength), isCut: false });
        client.post({ type: "frame", frame: 0, generation: 0 });
        client.dispose();
        client.post({ type: "frame", frame: 1, generation: 0 });
        client.dispose();
        // Another client's frame comes after whatever this one had still to say.
        const feed = await makeFeedAsync();
        const arrived = arrivedAsync(feed, 3);
        [0, 1, 2].forEach((frame) => feed.request(frame));
        await arrived;
        feed.dispose();
        expect(responses).to.deep.equal([]);
    });
});
