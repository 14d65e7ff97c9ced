import { expect } from "chai";
import fc from "fast-check";
import { ClipReader, FvvError, sniffAudioType, type AudioMimeType } from "../../encoder/index.js";
import { audioEnd, readAudioChunk, readAudioPlace, writeAudioPlace, type IAudioTrack } from "../../format/audioTrack.js";
import { fourCc } from "../../format/chunk.js";
import { readClipHead } from "../../format/clipHead.js";
import { FVV_DEFAULT_LIMITS } from "../../format/limits.js";
import { makeAudioBytes } from "../support/audioFiles.js";
import { changed, chunkBytes, findChunk, listChunks, spliced } from "../support/chunkTools.js";
import { encodeFramesAsync } from "../support/encodeFrames.js";
import { expectErrorAsync } from "../support/expectError.js";
import { makeFrame } from "../support/makeFrame.js";

const TYPES: readonly AudioMimeType[] = ["audio/ogg", "audio/webm", "audio/mp4", "audio/mpeg", "audio/wav", "audio/aac"];
const FRAMES = Array.from({ length: 4 }, () => makeFrame(12));
const SOUND = makeAudioBytes("audio/ogg");

async function encodeAsync(audio?: { bytes: Uint8Array; startTime?: number; mimeType?: AudioMimeType }): Promise<Uint8Array<ArrayBuffer>> {
    return (await encodeFramesAsync(FRAMES, { segmentLength: 2, tracked: true, audio })).bytes;
}

/** Reads all that a file tells: its frames, and its sound. */
function readAll(bytes: Uint8Array): Uint8Array | undefined {
    const clip = new ClipReader(bytes);
    for (let frame = 0; frame < clip.frameCount; frame++) {
        clip.decodeFrame(frame);
    }
    return clip.readAudio();
}

describe("Audio track", () => {
    let clip: Uint8Array<ArrayBuffer>;
    let silent: Uint8Array<ArrayBuffer>;

    before(async () => {
        clip = await encodeAsync({ bytes: SOUND, startTime: -0.25 });
        silent = await encodeAsync();
    });

    it("is behind all segments, and the head tells where", () => {
        expect(listChunks(clip).map(({ name }) => name)).to.deep.equal(["HEAD", "audp", "INDX", "SEGM", "KEYF", "RESF", "SEGM", "KEYF", "RESF", "audi", "FEND"]);
        const { audio } = new ClipReader(clip);
        expect(audio).to.deep.equal({ mimeType: "audio/ogg", startTime: -0.25, offset: findChunk(clip, "audi").offset, byteLength: SOUND.length });
        expect(new ClipReader(clip).readAudio()).to.deep.equal(SOUND);
        expect([new ClipReader(silent).audio, new ClipReader(silent).readAudio()]).to.deep.equal([undefined, undefined]);
    });

    it("changes nothing else, and who does not know it skips it", () => {
        const place = findChunk(clip, "audp");
        const audio = findChunk(clip, "audi");
        const without = spliced(spliced(clip, audio.offset, audio.end - audio.offset), place.offset, place.end - place.offset);
        // The segments moved by the place in the head.
        const shift = place.end - place.offset;
        const moved = changed(without, (view) => {
            const { start } = findChunk(without, "INDX");
            for (let i = 0; i < 2; i++) {
                view.setUint32(start + 4 + 52 * i, view.getUint32(start + 4 + 52 * i, true) - shift, true);
            }
        });
        expect(Buffer.from(moved).equals(silent)).to.equal(true);
        const unknown = changed(clip, (_, copy) => {
            copy.set([0x78], place.offset);
            copy.set([0x78], audio.offset);
        });
        expect(readAll(unknown)).to.equal(undefined);
        expect(new ClipReader(unknown).frameCount).to.equal(4);
    });

    it("is written and read whatever its container, length and start", () => {
        const track = fc.record<IAudioTrack>({
            mimeType: fc.constantFrom(...TYPES),
            startTime: fc.double({ noNaN: true, noDefaultInfinity: true }),
            offset: fc.nat(2 ** 31),
            byteLength: fc.integer({ min: 1, max: FVV_DEFAULT_LIMITS.audioBytes }),
        });
        fc.assert(fc.property(track, (value) => void expect(readAudioPlace(writeAudioPlace(value), 0, FVV_DEFAULT_LIMITS)).to.deep.equal(value)));
    });

    it("knows containers by their first bytes, and nothing else", () => {
        for (const type of TYPES) {
            expect(sniffAudioType(makeAudioBytes(type))).to.equal(type);
        }
        expect(sniffAudioType(Uint8Array.of(0x49, 0x44, 0x33, 4))).to.equal("audio/mpeg");
        for (const text of ["", "O", "\xff", "\xff\x00", "\xff\xed", "<html>", "RIFF\x24\0\0\0AVI ", "\x1a\x45\xdf\xa3 matroska", "fLaC"]) {
            expect(sniffAudioType(Uint8Array.from(text, (letter) => letter.charCodeAt(0))), text).to.equal(undefined);
        }
        fc.assert(fc.property(fc.uint8Array({ maxLength: 80 }), (bytes) => void expect([undefined, ...TYPES]).to.include(sniffAudioType(bytes))));
    });

    it("is refused by the encoder where it is none that players take", async () => {
        await expectErrorAsync(() => encodeAsync({ bytes: new Uint8Array(100) }), "UNSUPPORTED_AUDIO");
        await expectErrorAsync(() => encodeAsync({ bytes: SOUND, mimeType: "audio/mpeg" }), "UNSUPPORTED_AUDIO");
        await expectErrorAsync(() => encodeAsync({ bytes: makeAudioBytes("audio/wav", FVV_DEFAULT_LIMITS.audioBytes + 1) }), "UNSUPPORTED_AUDIO");
        await expectErrorAsync(() => encodeAsync({ bytes: SOUND, startTime: NaN }), "BAD_OPTION");
    });

    it("is passed over where its container is one of a later version", () => {
        const later = changed(clip, (_, copy) => (copy[findChunk(clip, "audp").end - 1] = 200));
        expect(readAll(later)).to.equal(undefined);
    });

    it("is refused where the head tells what cannot be", async () => {
        const { start, offset, end } = findChunk(clip, "audp");
        const lies: [(view: DataView) => void, "BAD_AUDIO" | "LIMIT_EXCEEDED"][] = [
            [(view) => view.setUint32(start + 4, 1 << 30, true), "BAD_AUDIO"],
            [(view) => view.setUint32(start, 20, true), "BAD_AUDIO"],
            [(view) => view.setUint32(start, findChunk(clip, "audi").offset - 1, true), "BAD_AUDIO"],
            [(view) => view.setUint32(start + 8, 0, true), "BAD_AUDIO"],
            [(view) => view.setUint32(start + 8, FVV_DEFAULT_LIMITS.audioBytes + 1, true), "LIMIT_EXCEEDED"],
            [(view) => view.setFloat64(start + 12, Infinity, true), "BAD_AUDIO"],
        ];
        for (const [lie, code] of lies) {
            await expectErrorAsync(() => readClipHead(changed(clip, lie), FVV_DEFAULT_LIMITS, true), code);
        }
        await expectErrorAsync(() => readAll(spliced(clip, end, 0, clip.subarray(offset, end))), "BAD_AUDIO");
        await expectErrorAsync(() => readAll(spliced(clip, offset, end - offset, chunkBytes(fourCc("audp"), clip.subarray(start, end - 1)))), "BAD_AUDIO");
    });

    it("is refused where it is not what the head tells", async () => {
        const { offset, start } = findChunk(clip, "audi");
        const place = findChunk(clip, "audp").start;
        const edits: [Uint8Array, "BAD_AUDIO" | "CRC_MISMATCH" | "TRUNCATED"][] = [
            [changed(clip, (_, copy) => copy.set([0x78], offset)), "BAD_AUDIO"],
            [changed(clip, (_, copy) => copy.set([0], start)), "BAD_AUDIO"],
            [changed(clip, (view) => view.setUint32(place + 8, SOUND.length - 1, true)), "BAD_AUDIO"],
            [changed(clip, (view) => view.setUint32(place, offset + 16, true)), "BAD_AUDIO"],
            [changed(clip, (view) => view.setUint32(place, offset + 1e6, true)), "TRUNCATED"],
            [clip.map((byte, i) => (i === start + 90 ? byte ^ 1 : byte)), "CRC_MISMATCH"],
            [clip.subarray(0, start + SOUND.length - 1), "TRUNCATED"],
        ];
        for (const [bytes, code] of edits) {
            await expectErrorAsync(() => readAll(bytes), code);
        }
        const track = new ClipReader(clip).audio as IAudioTrack;
        for (let length = 0; length < audioEnd(track) - track.offset; length++) {
            await expectErrorAsync(() => readAudioChunk(clip.subarray(track.offset, track.offset + length), track), "TRUNCATED");
        }
    });

    it("is whole or refused, whatever single byte is damaged", () => {
        const { offset, start, end } = findChunk(clip, "audi");
        const place = findChunk(clip, "audp");
        for (const [from, to] of [
            [place.offset, place.end],
            [offset, end],
        ]) {
            for (let at = from; at < to; at++) {
                const damaged = clip.slice();
                damaged[at] ^= 1 << (at % 8);
                for (const bytes of [damaged, at >= start ? damaged : changed(damaged, () => {})]) {
                    try {
                        const audio = readAll(bytes);
                        expect(audio === undefined || Buffer.from(audio).equals(SOUND)).to.equal(true);
                    } catch (error) {
                        expect(error).to.be.instanceOf(FvvError);
                    }
                }
            }
        }
    });
});
