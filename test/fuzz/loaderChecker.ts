import type { AllocationMeter } from "./allocationMeter.js";
import { MOST_AT_ONCE, MOST_IN_ALL, MOST_MS, type IFileCheck } from "./fileChecker.js";
import { FUZZ_SOURCES, playFileAsync, type IPlayOutcome } from "./playFile.js";

/** Plays files through the whole loader, from one kind of source after the other. */
export class LoaderChecker {
    /** @param _meter is installed where allocations are to be limited */
    public constructor(private readonly _meter: AllocationMeter) {}

    /**
     * Plays a file.
     * @param bytes the file, whatever it is
     * @param number its number, which says where its bytes come from
     */
    public async checkAsync(bytes: Uint8Array<ArrayBuffer>, number: number): Promise<IFileCheck> {
        const check = await this._checkOnceAsync(bytes, number);
        // Other work on the machine can stop a thread for long: what is slow is so twice.
        return check.ms > MOST_MS ? await this._checkOnceAsync(bytes, number) : check;
    }

    private async _checkOnceAsync(bytes: Uint8Array<ArrayBuffer>, number: number): Promise<IFileCheck> {
        const from = FUZZ_SOURCES[number % FUZZ_SOURCES.length];
        this._meter.reset();
        let outcome: IPlayOutcome = { codes: [], ms: 0 };
        let problem: string | undefined;
        try {
            outcome = await playFileAsync(bytes, from);
        } catch (error) {
            problem = `uncaught, from ${from}: ${error instanceof Error ? error.stack : String(error)}`;
        }
        const { largest, total } = this._meter;
        if (outcome.ms > MOST_MS) {
            problem = `hang: ${Math.round(outcome.ms)} ms in a tick, from ${from}`;
        } else if (largest > MOST_AT_ONCE || total > MOST_IN_ALL) {
            problem ??= `allocation: ${largest} bytes at once, ${total} in all, from ${from}`;
        }
        return { codes: outcome.codes, ms: outcome.ms, largest, total, problem };
    }
}
