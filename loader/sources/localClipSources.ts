import { FvvError } from "../../format/fvvError.js";
import { abortedError } from "../clock.js";
import type { IClipSource, IReadOptions } from "./clipSource.js";

/** A clip in memory. */
export class MemoryClipSource implements IClipSource {
    /** Any byte can be had. */
    public readonly isForwardOnly = false;
    /** It is all there. */
    public readonly isLive = false;

    /**
     * @param _bytes the whole file
     * @param name for messages
     */
    public constructor(
        private readonly _bytes: Uint8Array,
        public readonly name: string,
    ) {}

    public async readAsync(start: number, end: number | undefined, { signal, onPart }: IReadOptions): Promise<void> {
        // As any other source, it answers later: nobody may count on bytes that come while they are asked for.
        await Promise.resolve();
        throwIfAborted(signal);
        onPart(this._bytes.subarray(start, end));
    }

    public dispose(): void {}
}

/** A `File` or `Blob`; only what is asked for is read. */
export class BlobClipSource implements IClipSource {
    /** Any byte can be had. */
    public readonly isForwardOnly = false;
    /** It is all there. */
    public readonly isLive = false;

    /**
     * @param _blob the file
     * @param name for messages
     */
    public constructor(
        private readonly _blob: Blob,
        public readonly name: string,
    ) {}

    public async readAsync(start: number, end: number | undefined, { signal, onPart }: IReadOptions): Promise<void> {
        let bytes: Uint8Array;
        try {
            bytes = new Uint8Array(await this._blob.slice(start, end).arrayBuffer());
        } catch (error) {
            throw FvvError.From(error, "NETWORK", "The file cannot be read; has it moved or changed since it was chosen?", { source: this.name, offset: start });
        }
        throwIfAborted(signal);
        onPart(bytes);
    }

    public dispose(): void {}
}

function throwIfAborted({ aborted }: AbortSignal): void {
    if (aborted) {
        throw abortedError();
    }
}
