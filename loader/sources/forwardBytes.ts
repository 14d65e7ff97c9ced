import { FvvError } from "../../format/fvvError.js";
import { abortedError } from "../clock.js";
import type { IReadOptions } from "./clipSource.js";

/** Bytes that have come and are kept for those who go back a little. */
const KEPT_BYTES = 16 * 1024 * 1024;

const NOTHING = new Uint8Array(0);

interface IPart {
    start: number;
    bytes: Uint8Array;
}

/**
 * Ranges of bytes that come in order only. Reads take turns. Nothing is taken off the stream that no read has come to yet: what is not wanted stays on its way. Going back further than
 * what is kept begins the stream again.
 */
export class ForwardBytes {
    private readonly _parts: IPart[] = [];
    private _keptBytes = 0;
    /** Number of the byte that comes next. */
    private _at = 0;
    private _reader: ReadableStreamDefaultReader<Uint8Array> | undefined;
    private _pulling: Promise<boolean> | undefined;
    private _lastTurn: Promise<void> = Promise.resolve();

    /**
     * @param stream the bytes from the first on
     * @param _reopenAsync begins the stream again; undefined where that cannot be done
     */
    public constructor(
        stream: ReadableStream<Uint8Array>,
        private readonly _reopenAsync?: (signal: AbortSignal) => Promise<ReadableStream<Uint8Array>>,
    ) {
        this._reader = stream.getReader();
    }

    /** Reads bytes, see {@link IClipSource.readAsync}. */
    public async readAsync(start: number, end: number | undefined, options: IReadOptions): Promise<void> {
        const turn = this._lastTurn;
        let endTurn = (): void => {};
        this._lastTurn = new Promise((resolve) => (endTurn = resolve));
        try {
            await turn;
            await this._readInTurnAsync(start, end ?? Infinity, options);
        } finally {
            endTurn();
        }
    }

    /** Gives up a stream that does not go on, where it can be begun again; the next read does that. */
    public giveUp(): void {
        if (this._reopenAsync) {
            this.dispose();
        }
    }

    /** Ends the stream. */
    public dispose(): void {
        this._parts.length = 0;
        this._keptBytes = 0;
        // It may have failed already.
        this._reader?.cancel().catch(() => {});
        this._reader = undefined;
    }

    private async _readInTurnAsync(start: number, end: number, { signal, onPart }: IReadOptions): Promise<void> {
        let stop = (): void => {};
        const aborted = new Promise<never>((_, reject) => (stop = () => reject(abortedError())));
        // Nobody may be waiting when it comes.
        aborted.catch(() => {});
        signal.addEventListener("abort", stop, { once: true });
        try {
            await this._passOnAsync(start, end, signal, aborted, onPart);
        } finally {
            signal.removeEventListener("abort", stop);
        }
    }

    private async _passOnAsync(start: number, end: number, signal: AbortSignal, aborted: Promise<never>, onPart: (bytes: Uint8Array) => void): Promise<void> {
        let at = start;
        while (at < end) {
            if (signal.aborted) {
                throw abortedError();
            }
            const part = this._parts.find((candidate) => at >= candidate.start && at < candidate.start + candidate.bytes.length);
            if (part) {
                const bytes = part.bytes.subarray(at - part.start, Math.min(end - part.start, part.bytes.length));
                at += bytes.length;
                onPart(bytes);
            } else {
                if (at < this._at || !this._reader) {
                    await Promise.race([this._beginAgainAsync(signal), aborted]);
                }
                const isMore = await Promise.race([(this._pulling ??= this._pullAsync()), aborted]);
                if (!isMore) {
                    return;
                }
                if (at >= this._at) {
                    // What is passed on the way shows that the connection lives.
                    onPart(NOTHING);
                }
            }
        }
    }

    private async _beginAgainAsync(signal: AbortSignal): Promise<void> {
        if (!this._reopenAsync) {
            throw new FvvError("NETWORK", "The clip comes as a stream that has broken off or passed these bytes already, and cannot be begun again");
        }
        this.dispose();
        this._at = 0;
        const stream = await this._reopenAsync(signal);
        this._reader = stream.getReader();
    }

    /** Takes one part off the stream; false at its end. */
    private async _pullAsync(): Promise<boolean> {
        const reader = this._reader;
        try {
            const part = await reader?.read();
            if (reader !== this._reader) {
                throw new FvvError("NETWORK", "The stream was begun again; its bytes are read again");
            }
            if (!part?.value) {
                return false;
            }
            this._keep({ start: this._at, bytes: part.value });
            this._at += part.value.length;
            return true;
        } catch (error) {
            this._reader = reader === this._reader ? undefined : this._reader;
            throw FvvError.From(error, "NETWORK", "The connection broke while the clip was loading; try again", { offset: this._at });
        } finally {
            this._pulling = undefined;
        }
    }

    private _keep(part: IPart): void {
        this._parts.push(part);
        this._keptBytes += part.bytes.length;
        while (this._keptBytes > KEPT_BYTES && this._parts.length > 1) {
            this._keptBytes -= this._parts[0].bytes.length;
            this._parts.shift();
        }
    }
}
