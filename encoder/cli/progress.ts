import type { ICliIo } from "./cliIo.js";

const BAR_WIDTH = 24;

/** Tells how far a command is: a bar that moves on a terminal, plain lines in a pipe. */
export class Progress {
    private _lastPercent = -1;

    /**
     * @param _io where to tell it
     * @param _verb what is done, for instance "encode"
     * @param _total number of frames; undefined while it is not known
     */
    public constructor(
        private readonly _io: ICliIo,
        private readonly _verb: string,
        private readonly _total: number | undefined,
    ) {}

    /**
     * A frame is done.
     * @param done number of frames done
     */
    public frame(done: number): void {
        if (this._total === undefined) {
            this._lastPercent = 0;
            this._io.err(this._io.isTerminal ? `\r${this._verb} ${done} frames` : "");
            return;
        }
        const percent = Math.floor((100 * done) / this._total);
        if (this._io.isTerminal && percent !== this._lastPercent) {
            this._lastPercent = percent;
            const filled = Math.round((BAR_WIDTH * done) / this._total);
            this._io.err(`\r${this._verb} [${"#".repeat(filled)}${"-".repeat(BAR_WIDTH - filled)}] ${done}/${this._total} frames`);
        }
    }

    /**
     * Something worth a line of its own happened.
     * @param text the line
     */
    public line(text: string): void {
        this._io.err(this._io.isTerminal ? `\r${text.padEnd(BAR_WIDTH + 32)}\n` : `${text}\n`);
        this._lastPercent = -1;
    }

    /** Ends the bar. */
    public end(): void {
        if (this._io.isTerminal && this._lastPercent >= 0) {
            this._io.err("\n");
        }
    }
}
