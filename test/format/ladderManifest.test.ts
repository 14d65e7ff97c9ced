import { expect } from "chai";
import fc from "fast-check";
import { FvvError } from "../../format/fvvError.js";
import { readLadderManifest, writeLadderManifest, type ILadderRendition } from "../../format/ladderManifest.js";
import { expectErrorAsync } from "../support/expectError.js";

const RENDITION: ILadderRendition = { url: "clip-q40.fvv", byteLength: 1000, bitrate: 8000, peakBitrate: 9000, splats: 300, quality: 40 };

/** A manifest with something else in it. */
function manifestWith(change: Record<string, unknown>, rendition: Record<string, unknown> = {}): string {
    return JSON.stringify({ type: "fvv-ladder", version: 1, renditions: [{ ...RENDITION, ...rendition }], ...change });
}

describe("Ladder manifest", () => {
    it("reads what was written, by ascending bitrate", () => {
        const renditions = [{ ...RENDITION, bitrate: 9e6, url: "https://cdn.example/a.fvv" }, RENDITION];
        expect(readLadderManifest(writeLadderManifest({ renditions })).renditions).to.deep.equal([renditions[1], renditions[0]]);
    });

    it("ignores what it does not know", () => {
        const { quality: _, ...plain } = RENDITION;
        const text = manifestWith({ later: [1], renditions: [{ ...plain, later: "x" }] });
        expect(readLadderManifest(text)).to.deep.equal({ renditions: [plain] });
    });

    const BAD: readonly [string, string][] = [
        ["no JSON", "<html>"],
        ["no object", "[]"],
        ["null", "null"],
        ["another type", manifestWith({ type: "other" })],
        ["no renditions", manifestWith({ renditions: [] })],
        ["renditions that are no list", manifestWith({ renditions: {} })],
        ["too many renditions", manifestWith({ renditions: Array(17).fill(RENDITION) })],
        ["a rendition that is no object", manifestWith({ renditions: [3] })],
        ["a falling bitrate", manifestWith({ renditions: [RENDITION, { ...RENDITION, bitrate: 1 }] })],
        ["no bitrate", manifestWith({}, { bitrate: undefined })],
        ["a bitrate of 0", manifestWith({}, { bitrate: 0 })],
        ["a peak that is a text", manifestWith({}, { peakBitrate: "9000" })],
        ["a size beyond numbers", manifestWith({}).replace("1000", "1e999")],
        ["half a byte", manifestWith({}, { byteLength: 10.5 })],
        ["half a splat", manifestWith({}, { splats: 10.5 })],
        ["a quality over 100", manifestWith({}, { quality: 101 })],
        ["no url", manifestWith({}, { url: 7 })],
        ["an empty url", manifestWith({}, { url: "" })],
        ["a long url", manifestWith({}, { url: "a".repeat(2049) })],
        ["a script for a url", manifestWith({}, { url: "JavaScript:alert(1)" })],
        ["data for a url", manifestWith({}, { url: "data:text/plain,x" })],
        ["a script behind a control character", manifestWith({}, { url: "\u0001java\nscript:alert(1)" })],
        ["a file for a url", manifestWith({}, { url: "file:///etc/passwd" })],
        ["too much text", `${manifestWith({})}${" ".repeat(300_000)}`],
    ];
    for (const [name, text] of BAD) {
        it(`refuses ${name}`, async () => {
            await expectErrorAsync(() => readLadderManifest(text), "BAD_MANIFEST");
        });
    }

    it("refuses another version and too many splats", async () => {
        await expectErrorAsync(() => readLadderManifest(manifestWith({ version: 2 })), "UNSUPPORTED_VERSION");
        await expectErrorAsync(() => readLadderManifest(manifestWith({}), { splats: 299 }), "LIMIT_EXCEEDED");
    });

    it("reads or refuses anything", () => {
        fc.assert(
            fc.property(fc.json(), fc.object(), (json, rendition) => {
                for (const text of [json, manifestWith({ renditions: [rendition] }), manifestWith({}, rendition)]) {
                    try {
                        readLadderManifest(text);
                    } catch (error) {
                        expect(error).to.be.instanceOf(FvvError);
                    }
                }
            }),
        );
    });
});
