import { expect } from "chai";
import { ClipStream } from "../../loader/clipStream.js";
import { MemoryClipSource } from "../../loader/sources/localClipSources.js";
import { UrlClipSource } from "../../loader/sources/urlClipSource.js";
import { withDefaults } from "../../loader/withDefaults.js";
import { encodeFramesAsync } from "../support/encodeFrames.js";
import { expectErrorAsync } from "../support/expectError.js";
import { makeFrame } from "../support/makeFrame.js";

const DEFAULTS = { seconds: 6, bytes: 100 };

describe("Options that are numbers", () => {
    it("have their defaults where they are not set, or set to undefined", () => {
        expect(withDefaults(DEFAULTS, undefined, "buffer")).to.deep.equal(DEFAULTS);
        expect(withDefaults(DEFAULTS, { seconds: undefined, bytes: 0 }, "buffer")).to.deep.equal({ seconds: 6, bytes: 0 });
        expect(withDefaults(DEFAULTS, { seconds: Infinity }, "buffer")).to.deep.equal({ seconds: Infinity, bytes: 100 });
    });

    it("are refused by name where they are none", async () => {
        const { bytes } = await encodeFramesAsync([makeFrame(3)]);
        const open = (aheadSeconds: unknown): Promise<ClipStream> =>
            ClipStream.OpenAsync(new MemoryClipSource(bytes, "clip"), { buffer: { aheadSeconds: aheadSeconds as number } });
        expect((await open(undefined)).buffer.aheadSeconds).to.equal(6);
        for (const value of [-1, NaN, "6"]) {
            expect((await expectErrorAsync(() => open(value), "BAD_OPTION")).message).to.include("buffer.aheadSeconds");
        }
        const make = (): Promise<UrlClipSource> => Promise.resolve().then(() => new UrlClipSource("clip.fvv", { retry: { attempts: NaN } }));
        expect((await expectErrorAsync(make, "BAD_OPTION")).message).to.include("retry.attempts");
    });
});
