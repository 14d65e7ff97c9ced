import { expect } from "chai";
import { writeLadderManifest } from "../../format/ladderManifest.js";
import { readAudioFileAsync, type IClipAudio } from "../../loader/clipAudio.js";
import { ClipStream, type IStreamOptions } from "../../loader/clipStream.js";
import { fetchLadderAsync } from "../../loader/ladder.js";
import { BlobClipSource, MemoryClipSource } from "../../loader/sources/localClipSources.js";
import { UrlClipSource } from "../../loader/sources/urlClipSource.js";
import { makeAudioBytes } from "../support/audioFiles.js";
import { findChunk } from "../support/chunkTools.js";
import { encodeFramesAsync } from "../support/encodeFrames.js";
import { expectErrorAsync } from "../support/expectError.js";
import { FakeClock } from "../support/fakeClock.js";
import { FakeServer, type IAnswer } from "../support/fakeServer.js";
import { makeFrame } from "../support/makeFrame.js";

const SOUND = makeAudioBytes("audio/ogg", 3000);
const URL = "https://clips.example/clip.fvv";

describe("The sound of a stream", () => {
    let clip: Uint8Array<ArrayBuffer>;

    before(async () => {
        const frames = Array.from({ length: 6 }, () => makeFrame(900));
        clip = (await encodeFramesAsync(frames, { segmentLength: 1, keyWindow: 1, tracked: true, audio: { bytes: SOUND, startTime: 0.5 } })).bytes;
        expect(clip.length).to.be.above(66_000);
    });

    async function openAsync(answer: IAnswer = {}, options: IStreamOptions = {}): Promise<{ server: FakeServer; stream: ClipStream }> {
        const server = new FakeServer(new FakeClock(), clip);
        server.script = () => answer;
        return { server, stream: await ClipStream.OpenAsync(new UrlClipSource(URL, { fetch: server.fetch }), options) };
    }

    function expectSound(audio: IClipAudio | undefined): void {
        expect([audio?.mimeType, audio?.startTime]).to.deep.equal(["audio/ogg", 0.5]);
        expect(Buffer.from(audio?.bytes ?? []).equals(SOUND)).to.equal(true);
    }

    it("comes by one request, of its own range, when it is asked for", async () => {
        const { server, stream } = await openAsync();
        const before = server.requests.length;
        expect(stream.hasAudio).to.equal(true);
        expectSound(await stream.readAudioAsync());
        const { offset, end } = findChunk(clip, "audi");
        expect(server.requests.slice(before).map(({ start, end: last }) => [start, last])).to.deep.equal([[offset, end]]);
    });

    it("comes from memory and from files", async () => {
        for (const source of [new MemoryClipSource(clip, "clip"), new BlobClipSource(new Blob([clip]), "clip")]) {
            expectSound(await (await ClipStream.OpenAsync(source)).readAudioAsync());
        }
    });

    it("goes a way of its own where bytes come in order only, so that no segment waits for it", async () => {
        const { server, stream } = await openAsync({ ignoresRange: true });
        expect(server.requests.length).to.equal(1);
        expectSound(await stream.readAudioAsync());
        expect([server.requests.length, server.requests[0].sent < clip.length]).to.deep.equal([2, true]);
    });

    it("is refused where it is damaged, cut or too long, and the clip goes on", async () => {
        const { start } = findChunk(clip, "audi");
        const { server, stream } = await openAsync();
        const damaged = clip.map((byte, i) => (i === start + 50 ? byte ^ 4 : byte));
        server.script = () => ({ file: damaged });
        expect((await expectErrorAsync(() => stream.readAudioAsync(), "CRC_MISMATCH")).where.source).to.equal(URL);
        await expectErrorAsync(() => openAsync({}, { limits: { audioBytes: 2999 } }), "LIMIT_EXCEEDED");
        const cut = await ClipStream.OpenAsync(new MemoryClipSource(clip.subarray(0, start + 100), "cut"));
        await expectErrorAsync(() => cut.readAudioAsync(), "TRUNCATED");
        expect(cut.frameCount).to.equal(6);
    });

    it("is ended with its stream", async () => {
        const { server, stream } = await openAsync();
        server.script = () => ({ stallsAfter: 10 });
        const read = stream.readAudioAsync();
        stream.dispose();
        await expectErrorAsync(() => read, "ABORTED");
    });

    it("of a ladder is the file that its manifest names", async () => {
        const rendition = { url: "clip.fvv", byteLength: 1000, bitrate: 1e6, peakBitrate: 2e6, splats: 50 };
        const manifest = writeLadderManifest({ renditions: [rendition], audio: { url: "sound.ogg", startTime: 0.5 } });
        const files: Record<string, Uint8Array> = { "clip.fvvm": new TextEncoder().encode(manifest), "clip.fvv": clip, "sound.ogg": SOUND };
        const server = new FakeServer(new FakeClock(), SOUND);
        server.script = ({ url }) => ({ file: files[url.split("/").pop() as string] });
        const stream = await ClipStream.OpenLadderAsync(await fetchLadderAsync("https://clips.example/clip.fvvm", { fetch: server.fetch }, {}));
        expect(stream.hasAudio).to.equal(true);
        expectSound(await stream.readAudioAsync());
        const elsewhere = writeLadderManifest({ renditions: [rendition], audio: { url: "https://other.example/sound.ogg", startTime: 0 } });
        files["clip.fvvm"] = new TextEncoder().encode(elsewhere);
        await expectErrorAsync(() => fetchLadderAsync("https://clips.example/clip.fvvm", { fetch: server.fetch }, {}), "BAD_MANIFEST");
    });

    it("is refused where the file beside a clip is no sound, or too long", async () => {
        const { signal } = new AbortController();
        const read = (bytes: Uint8Array, audioBytes?: number): Promise<IClipAudio> => readAudioFileAsync(new MemoryClipSource(bytes, "sound"), 0, { audioBytes }, signal);
        expect((await read(SOUND)).mimeType).to.equal("audio/ogg");
        await expectErrorAsync(() => read(new Uint8Array(50)), "UNSUPPORTED_AUDIO");
        await expectErrorAsync(() => read(SOUND, 2999), "LIMIT_EXCEEDED");
    });
});
