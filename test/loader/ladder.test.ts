import { expect } from "chai";
import { writeLadderManifest } from "../../format/ladderManifest.js";
import { checkRendition, fetchLadderAsync } from "../../loader/ladder.js";
import { Rendition } from "../../loader/rendition.js";
import { MemoryClipSource } from "../../loader/sources/localClipSources.js";
import { encodeFramesAsync } from "../support/encodeFrames.js";
import { expectErrorAsync } from "../support/expectError.js";
import { FakeClock } from "../support/fakeClock.js";
import { FakeServer } from "../support/fakeServer.js";
import { makeMovingFrames } from "../support/movingFrames.js";

const URL = "https://clips.example/a/clip.json";
const NUMBERS = { byteLength: 1000, bitrate: 1e6, peakBitrate: 2e6, splats: 50 };

describe("A ladder", () => {
    function fetchAsync(urls: readonly string[], options: { allowsOtherOrigins?: boolean } = {}): ReturnType<typeof fetchLadderAsync> {
        const manifest = writeLadderManifest({ renditions: urls.map((url, i) => ({ ...NUMBERS, url, bitrate: (i + 1) * 1e6 })) });
        const { fetch } = new FakeServer(new FakeClock(), new TextEncoder().encode(manifest));
        return fetchLadderAsync(URL, { ...options, fetch }, {});
    }

    it("finds its renditions beside its manifest", async () => {
        const { renditions, sources } = await fetchAsync(["low.fvv", "../b/high.fvv?x=1"]);
        expect(renditions.map(({ bitrate }) => bitrate)).to.deep.equal([1e6, 2e6]);
        expect(sources.map(({ name }) => name)).to.deep.equal(["https://clips.example/a/low.fvv", "https://clips.example/b/high.fvv?x=1"]);
    });

    for (const url of ["https://other.example/clip.fvv", "//other.example/clip.fvv", "http://clips.example/a/clip.fvv", "https://clips.example:8443/clip.fvv"]) {
        it(`fetches nothing from ${url}, unless it is allowed to`, async () => {
            await expectErrorAsync(() => fetchAsync(["low.fvv", url]), "BAD_MANIFEST");
            const { sources } = await fetchAsync([url], { allowsOtherOrigins: true });
            expect(sources.length).to.equal(1);
        });
    }

    it("refuses files that are no renditions of the same clip", async () => {
        const open = async (frames: number, options: object, count = 20, shDegree: 0 | 1 = 0): Promise<Rendition> => {
            const { bytes } = await encodeFramesAsync(makeMovingFrames({ count, frames, shDegree }).frames, { segmentLength: 3, tracked: true, ...options });
            return Rendition.OpenAsync(new MemoryClipSource(bytes, "clip.fvv"), {}, new AbortController().signal);
        };
        const first = await open(7, {});
        const { capacity } = first.head.header;
        checkRendition(await open(7, { positionError: 0.01, colorError: 8 }), first, capacity);
        for (const other of [await open(8, {}), await open(7, { segmentLength: 4 }), await open(7, { fps: 25 }), await open(7, {}, 20, 1), await open(7, {}, 21)]) {
            await expectErrorAsync(() => checkRendition(other, first, capacity), "BAD_MANIFEST");
        }
    });
});
