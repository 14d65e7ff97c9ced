import { expect } from "chai";
import fc from "fast-check";
import { CHUNK_TYPES, fourCc } from "../../format/chunk.js";
import { readClipHead, writeClipHead, type IClipHead } from "../../format/clipHead.js";
import { FvvError } from "../../format/fvvError.js";
import { resolveLimits } from "../../format/limits.js";
import { LiveRelay, type ILiveViewer } from "../../encoder/index.js";
import { changed, chunkBytes, findChunk, listChunks, spliced } from "../support/chunkTools.js";
import { encodeFramesAsync } from "../support/encodeFrames.js";
import { expectErrorAsync } from "../support/expectError.js";
import { decodeLive, encodeLiveAsync } from "../support/liveFrames.js";
import { makeMovingFrames } from "../support/movingFrames.js";

const FRAMES = 9;
const { frames: SOURCES } = makeMovingFrames({ count: 20, frames: FRAMES, turnover: 0.05 });

/** A viewer that keeps what it is sent. */
class Viewer implements ILiveViewer {
    public behind = 0;
    public ended: boolean | undefined;
    private readonly _parts: Uint8Array[] = [];

    public get bytes(): Uint8Array {
        return Uint8Array.from(Buffer.concat(this._parts));
    }

    public send(bytes: Uint8Array): void {
        expect(this.ended, "sent after the end").to.equal(undefined);
        this._parts.push(bytes);
    }

    public end(isWhole: boolean): void {
        this.ended = isWhole;
    }
}

/** Pushes a part of a clip, cut into pieces of a size. */
function pushPieces(relay: LiveRelay, bytes: Uint8Array, size = 1000): void {
    for (let at = 0; at < bytes.length; at += size) {
        relay.push(bytes.subarray(at, at + size));
    }
}

describe("LiveRelay", () => {
    /** Live clips of segments of two frames, by key window. */
    const clips: Uint8Array[] = [];
    /** Where in them segments begin. */
    let segments: number[][];
    before(async () => {
        for (const keyWindow of [1, 2]) {
            clips.push(await encodeLiveAsync(SOURCES, { segmentLength: 2, keyWindow, effort: "fast" }));
        }
        segments = clips.map((bytes) => listChunks(bytes).flatMap(({ name, offset }) => (name === "SEGM" ? [offset] : [])));
    });

    it("gives each viewer a clip that decodes exactly to what is published, wherever bytes are cut and whenever it joins or is slow", () => {
        const published = clips.map((bytes) => decodeLive(bytes).frames);
        const events = fc.array(fc.record({ bytes: fc.integer({ min: 1, max: 4000 }), joins: fc.boolean(), isSlow: fc.boolean() }), { minLength: 1 });
        fc.assert(
            fc.property(fc.constantFrom(0, 1), events, (which, steps) => {
                const relay = new LiveRelay({ maxBehind: 100 });
                const viewers: Viewer[] = [];
                for (let at = 0, step = 0; at < clips[which].length; at += steps[step++ % steps.length].bytes) {
                    const { bytes, joins, isSlow } = steps[step % steps.length];
                    if (joins) {
                        viewers.push(new Viewer());
                        relay.join(viewers[viewers.length - 1]);
                    }
                    viewers.forEach((viewer, i) => (viewer.behind = isSlow && (step + i) % 3 === 0 ? 200 : 0));
                    relay.push(clips[which].subarray(at, at + bytes));
                }
                expect(relay.isEnded).to.equal(true);
                relay.close();
                for (const viewer of viewers) {
                    expect(viewer.ended).to.equal(true);
                    const { frames, isEnded } = decodeLive(viewer.bytes);
                    expect(isEnded).to.equal(true);
                    frames.forEach((sum, frame) => expect(sum, `frame ${frame}`).to.equal(published[which].get(frame)));
                }
            }),
            { numRuns: 60 },
        );
    });

    it("lets a viewer that was there from the beginning have every byte", () => {
        const [relay, viewer] = [new LiveRelay(), new Viewer()];
        relay.join(viewer);
        pushPieces(relay, clips[0], 7);
        expect(Buffer.from(viewer.bytes).equals(clips[0])).to.equal(true);
    });

    it("begins a late viewer with the newest segment whose key frame stands alone, whole", () => {
        [
            { which: 0, joined: 3, first: 6 },
            { which: 1, joined: 3, first: 4 },
        ].forEach(({ which, joined, first }) => {
            const [relay, viewer] = [new LiveRelay(), new Viewer()];
            const at = segments[which][joined] + findChunk(clips[which], "SEGM", joined).end - findChunk(clips[which], "SEGM", joined).offset + 5;
            relay.push(clips[which].slice(0, at));
            relay.join(viewer);
            relay.push(clips[which].slice(at));
            const numbers = [...decodeLive(viewer.bytes).frames.keys()];
            expect(numbers).to.deep.equal(Array.from({ length: FRAMES - first }, (_, i) => first + i));
        });
    });

    it("passes a frame on as soon as it is there", () => {
        const [relay, viewer] = [new LiveRelay(), new Viewer()];
        relay.join(viewer);
        const { end } = findChunk(clips[0], "KEYF");
        relay.push(clips[0].slice(0, end - 1));
        expect(decodeLive(viewer.bytes).frames.size).to.equal(0);
        relay.push(clips[0].slice(end - 1, end));
        expect(decodeLive(viewer.bytes).frames.size).to.equal(1);
    });

    it("moves a viewer that is too slow on by whole segments, to one whose key frame stands alone", () => {
        const [relay, viewer] = [new LiveRelay({ maxBehind: 10 }), new Viewer()];
        relay.join(viewer);
        relay.push(clips[1].slice(0, segments[1][1] - 1));
        viewer.behind = 11;
        relay.push(clips[1].slice(segments[1][1] - 1, segments[1][2] - 1));
        viewer.behind = 10;
        relay.push(clips[1].slice(segments[1][2] - 1));
        expect([...decodeLive(viewer.bytes).frames.keys()]).to.deep.equal([0, 1, 4, 5, 6, 7, 8]);
    });

    it("tells viewers whether the clip ended or broke off, and forgets those that leave", () => {
        const [relay, staying, leaving] = [new LiveRelay(), new Viewer(), new Viewer()];
        relay.join(staying);
        relay.join(leaving)();
        relay.push(clips[0].slice(0, -1));
        expect([relay.viewerCount, relay.isEnded]).to.deep.equal([1, false]);
        relay.close();
        relay.push(clips[0].slice(-1));
        relay.close();
        expect([staying.ended, leaving.ended, leaving.bytes.length]).to.deep.equal([false, undefined, 0]);
    });

    it("ignores what comes after the end", () => {
        const [relay, viewer] = [new LiveRelay(), new Viewer()];
        relay.join(viewer);
        relay.push(Uint8Array.from([...clips[0], 1, 2, 3]));
        expect([relay.isEnded, viewer.bytes.length]).to.deep.equal([true, clips[0].length]);
    });

    describe("refuses, and cuts its viewers,", () => {
        const refuse = async (bytes: Uint8Array, code: FvvError["code"], limits = {}): Promise<void> => {
            const [relay, viewer] = [new LiveRelay({ limits }), new Viewer()];
            relay.join(viewer);
            await expectErrorAsync(() => pushPieces(relay, bytes), code);
            expect(viewer.ended).to.equal(false);
        };
        /** The clip with something in front of a chunk, or in its place. */
        const put = (name: string, inserted: Uint8Array, number = 0, removes = false): Uint8Array => {
            const { offset, end } = findChunk(clips[0], name, number);
            return spliced(clips[0], offset, removes ? end - offset : 0, inserted);
        };

        it("what is no clip", () => refuse(new TextEncoder().encode("<html>".repeat(10)), "NOT_FVV"));
        it("a damaged chunk", () =>
            refuse(
                clips[0].map((byte, at) => (at === segments[0][1] + 40 ? byte ^ 1 : byte)),
                "CRC_MISMATCH",
            ));
        it("a clip with an index", async () => refuse((await encodeFramesAsync(SOURCES.slice(0, 2))).bytes, "UNSUPPORTED_INPUT"));
        it("a clip with a number of frames", () => {
            const { header, metadata, byteLength } = readClipHead(clips[0], resolveLimits(), true) as IClipHead;
            return refuse(spliced(clips[0], 0, byteLength, writeClipHead({ ...header, frameCount: 9 }, metadata)), "UNSUPPORTED_INPUT");
        });
        it("a frame outside a segment", () => refuse(put("SEGM", chunkBytes(CHUNK_TYPES.keyFrame)), "BAD_SEGMENT"));
        it("a segment without frames", () => refuse(put("KEYF", new Uint8Array(0), 0, true), "BAD_SEGMENT"));
        it("a second key frame", () => refuse(put("RESF", chunkBytes(CHUNK_TYPES.keyFrame)), "BAD_SEGMENT"));
        it("a segment that was there before", () => refuse(spliced(clips[0], segments[0][2], 0, clips[0].slice(segments[0][1], segments[0][2])), "BAD_SEGMENT"));
        it("a segment whose reference is missing", () => refuse(spliced(clips[1], segments[1][0], segments[1][1] - segments[1][0]), "BAD_SEGMENT"));
        it("a chunk that it does not know and may not skip", () => refuse(put("RESF", chunkBytes(fourCc("NEWS"))), "UNSUPPORTED_FEATURE"));
        it("a segment over the limit", () => refuse(clips[0], "LIMIT_EXCEEDED", { segmentBytes: 500 }));
        it("a length over the limit, before its bytes are there", () => {
            const length = changed(clips[0], (view) => view.setUint32(segments[0][0] + 4, 0xf0000000, true));
            return refuse(length.subarray(0, segments[0][0] + 12), "LIMIT_EXCEEDED");
        });
        it("a head over the limit", () => refuse(put("SEGM", chunkBytes(fourCc("note"), new Uint8Array(300_000))), "LIMIT_EXCEEDED"));
        it("a flood of empty chunks", () => {
            const note = chunkBytes(fourCc("note"));
            return refuse(put("RESF", new Uint8Array(Buffer.concat(Array(100).fill(note) as Uint8Array[]))), "LIMIT_EXCEEDED", { segmentBytes: 10_000 });
        });
    });

    it("passes on or refuses anything, with an FvvError", () => {
        const edits = fc.array(fc.record({ at: fc.nat(clips[0].length - 1), byte: fc.nat(255) }), { maxLength: 4 });
        fc.assert(
            fc.property(edits, (changes) => {
                const bytes = changed(clips[0], (_, copy) => changes.forEach(({ at, byte }) => (copy[at] = byte)));
                try {
                    pushPieces(new LiveRelay(), bytes);
                } catch (error) {
                    expect(error).to.be.instanceOf(FvvError);
                }
            }),
        );
    });
});
