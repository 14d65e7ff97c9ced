import { expect } from "chai";
import { ClipReader } from "../../encoder/index.js";
import { readChunk } from "../../format/chunk.js";
import { FVV_DEFAULT_LIMITS } from "../../format/limits.js";
import { isPlain } from "../../format/residualModel.js";
import { readSegmentHeader } from "../../format/segmentHeader.js";
import { SymbolReader } from "../../format/symbolReader.js";
import { listChunks, repairCrcs } from "../support/chunkTools.js";
import { AllocationMeter } from "./allocationMeter.js";
import { FileChecker, MOST_AT_ONCE } from "./fileChecker.js";
import { minimiseFile } from "./minimiseFile.js";
import { mutateClip } from "./mutateClip.js";
import { FUZZ_SOURCES, playFileAsync } from "./playFile.js";
import { runFuzzAsync } from "./runFuzz.js";
import { makeSeedClipsAsync } from "./seedClips.js";

const FILES = 2000;
const LOADED_FILES = 200;

/** A reader with a bug. */
class BadReader extends SymbolReader {
    public constructor(private readonly _spoil: (reader: SymbolReader) => void) {
        super();
    }

    public override numbers(count: number, stride: number): void {
        super.numbers(count, stride);
        this._spoil(this);
    }
}

describe("The fuzzer", () => {
    let clips: Uint8Array<ArrayBuffer>[];

    before(async () => {
        clips = await makeSeedClipsAsync();
    });

    it("finds nothing in a short run, and its files get everywhere", async () => {
        const seed = Date.now() % 1e9;
        const { files, problems, codes } = await runFuzzAsync("decoder", clips, seed, FILES);
        expect(problems, `npm run fuzz -- --seed ${seed} --files ${FILES}`).to.deep.equal([]);
        expect(files).to.equal(FILES);
        expect(Object.keys(codes)).to.include.members(["decoded", "TRUNCATED", "CRC_MISMATCH", "BAD_HEADER", "BAD_INDEX", "BAD_SEGMENT", "BAD_FRAME", "LIMIT_EXCEEDED"]);
    });

    it("finds nothing in the whole loader in a short run", async () => {
        const seed = Date.now() % 1e9;
        const { files, problems, codes } = await runFuzzAsync("loader", clips, seed, LOADED_FILES);
        expect(problems, `npm run fuzz -- --seed ${seed} --loader ${LOADED_FILES}`).to.deep.equal([]);
        expect(files).to.equal(LOADED_FILES);
        expect(Object.keys(codes)).to.include.members(["played", "TRUNCATED", "BAD_SEGMENT", "BAD_FRAME"]);
    });

    it("plays what it starts from, from every kind of source", async () => {
        for (const clip of clips) {
            for (const from of FUZZ_SOURCES) {
                expect((await playFileAsync(clip, from)).codes).to.deep.equal(["played"]);
            }
        }
    });

    it("starts from clips that have everything", () => {
        const segments = clips.flatMap((clip) => {
            const { segments: entries, header } = new ClipReader(clip);
            return entries.map(({ offset, byteLength }) => {
                const { payload } = readChunk(clip.subarray(offset, offset + byteLength), 0, offset);
                return readSegmentHeader(payload, offset, FVV_DEFAULT_LIMITS, header.shDegree, header.capacity);
            });
        });
        const codings = segments.flatMap((segment) => segment.codings);
        expect(segments.some(({ clusterCount }) => clusterCount > 0)).to.equal(true);
        expect(segments.some(({ referenceFrames }) => referenceFrames > 0)).to.equal(true);
        expect(codings.some(({ hasLevels }) => hasLevels)).to.equal(true);
        expect(codings.some(({ paletteSize }) => paletteSize > 0)).to.equal(true);
        expect(codings.some(({ keyLifting, residualLifting }) => !isPlain(keyLifting) && !isPlain(residualLifting))).to.equal(true);
        expect(new Set(codings.map(({ predictor }) => predictor))).to.deep.equal(new Set([0, 1, 2, 3]));
        expect(new Set(clips.map((clip) => new ClipReader(clip).header.shDegree))).to.deep.equal(new Set([0, 1, 2, 3]));
    });

    it("finds nothing in what it starts from", () => {
        const checker = new FileChecker();
        for (const clip of clips) {
            const { problem, codes } = checker.check(clip);
            expect(problem).to.equal(undefined);
            expect(new Set(codes)).to.deep.equal(new Set(["decoded"]));
        }
    });

    it("makes the same file of the same seed and number, others of others", () => {
        expect(mutateClip(clips, 5, 9)).to.deep.equal(mutateClip(clips, 5, 9));
        expect(mutateClip(clips, 5, 9)).not.to.deep.equal(mutateClip(clips, 5, 10));
        expect(mutateClip(clips, 5, 9)).not.to.deep.equal(mutateClip(clips, 6, 9));
    });

    it("sees errors that are not for bad bytes, and readers that differ", () => {
        const throwing = new FileChecker(
            undefined,
            new BadReader(() => {
                throw new TypeError("a bug");
            }),
        );
        expect(throwing.check(clips[0]).problem).to.match(/^uncaught with the reader in TypeScript: TypeError: a bug/);
        const wrong = new FileChecker(undefined, new BadReader(({ values }) => (values[0] ^= 1)));
        expect(wrong.check(clips[0]).problem).to.match(/^readers differ at outcome 0/);
    });

    it("sees allocations that are too large", () => {
        const meter = new AllocationMeter();
        const checker = new FileChecker(meter, new BadReader(() => void new Float64Array(MOST_AT_ONCE)));
        const uninstall = meter.install();
        try {
            expect(checker.check(clips[0]).problem).to.match(/^allocation: 8388608 bytes at once/);
        } finally {
            uninstall();
        }
    });

    it("makes files small that break something", () => {
        const isBroken = (bytes: Uint8Array): boolean => listChunks(bytes).some(({ name, start, end }) => name === "RESF" && bytes.subarray(start, end).includes(0xee));
        const broken = clips[0].slice();
        const { start, end } = listChunks(broken).filter(({ name }) => name === "RESF")[1];
        broken.fill(0, start, end)[end - 20] = 0xee;
        const small = minimiseFile(repairCrcs(broken), isBroken);
        expect(isBroken(small)).to.equal(true);
        expect(small.length).to.be.below(clips[0].length / 10);
    });
});
