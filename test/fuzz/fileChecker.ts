import { createSymbolReader } from "../../format/createSymbolReader.js";
import { SymbolReader, type ISymbolReader } from "../../format/symbolReader.js";
import { WasmSymbolReader } from "../../format/wasmSymbolReader.js";
import { AllocationMeter } from "./allocationMeter.js";
import { decodeFile, type IOutcome } from "./decodeFile.js";

/** Milliseconds that decoding a file may take: those of good files take a few. */
export const MOST_MS = 1000;
/** Bytes that a reader may allocate at once, and for all of a file: several times what good files under the limits of the fuzzer take. */
export const MOST_AT_ONCE = 1 << 20;
export const MOST_IN_ALL = 8 << 20;

/** What came of a file. */
export interface IFileCheck {
    /** "decoded", or the code of the error, of each frame; one code where the head cannot be read. */
    codes: string[];
    /** Time of the slower of both readers. */
    ms: number;
    /** Bytes of the largest buffer that was allocated, and of all, see AllocationMeter. */
    largest: number;
    total: number;
    /** What is wrong with the decoder, where something is. */
    problem: string | undefined;
}

interface IRun {
    outcomes: IOutcome[];
    ms: number;
    largest: number;
    total: number;
    /** Stack of an error that no file may cause. */
    uncaught: string | undefined;
}

/** Decodes files with both readers of symbols, that in WebAssembly and that in TypeScript, and compares. The readers go on from file to file, as those of a player do from segment to segment. */
export class FileChecker {
    private readonly _wasm = createSymbolReader();

    /**
     * @param _meter is installed where allocations are to be limited
     * @param _script the reader that is compared with that in WebAssembly
     */
    public constructor(
        private readonly _meter = new AllocationMeter(),
        private readonly _script: ISymbolReader = new SymbolReader(),
    ) {
        if (!(this._wasm instanceof WasmSymbolReader)) {
            throw new Error("WebAssembly is missing here; both readers are needed");
        }
    }

    /**
     * Decodes a file.
     * @param bytes the file, whatever it is
     */
    public check(bytes: Uint8Array): IFileCheck {
        const runs = [this._run(bytes, this._wasm), this._run(bytes, this._script)] as const;
        const largestOf = (pick: (run: IRun) => number): number => Math.max(...runs.map(pick));
        const check = {
            codes: runs[0].outcomes.map(({ code }) => code),
            ms: largestOf(({ ms }) => ms),
            largest: largestOf(({ largest }) => largest),
            total: largestOf(({ total }) => total),
        };
        return { ...check, problem: problemOf(...runs) };
    }

    private _run(bytes: Uint8Array, reader: ISymbolReader): IRun {
        const run = this._runOnce(bytes, reader);
        // Other work on the machine can stop a thread for long: what is slow is so twice.
        return run.ms > MOST_MS ? this._runOnce(bytes, reader) : run;
    }

    private _runOnce(bytes: Uint8Array, reader: ISymbolReader): IRun {
        let outcomes: IOutcome[] = [];
        let uncaught: string | undefined;
        this._meter.reset();
        const start = performance.now();
        try {
            outcomes = decodeFile(bytes, reader);
        } catch (error) {
            uncaught = error instanceof Error ? error.stack : String(error);
        }
        return { outcomes, uncaught, ms: performance.now() - start, largest: this._meter.largest, total: this._meter.total };
    }
}

function problemOf(wasm: IRun, script: IRun): string | undefined {
    for (const [name, { uncaught, ms, largest, total }] of [["WebAssembly", wasm] as const, ["TypeScript", script] as const]) {
        if (uncaught !== undefined) {
            return `uncaught with the reader in ${name}: ${uncaught}`;
        } else if (ms > MOST_MS) {
            return `hang: ${Math.round(ms)} ms with the reader in ${name}`;
        } else if (largest > MOST_AT_ONCE || total > MOST_IN_ALL) {
            return `allocation: ${largest} bytes at once, ${total} in all, with the reader in ${name}`;
        }
    }
    const length = Math.max(wasm.outcomes.length, script.outcomes.length);
    for (let i = 0; i < length; i++) {
        const [a, b] = [wasm.outcomes[i], script.outcomes[i]].map((outcome) => outcome && `${outcome.code}, ${outcome.detail}`);
        if (a !== b) {
            return `readers differ at outcome ${i}: WebAssembly ${a}; TypeScript ${b}`;
        }
    }
    return undefined;
}
