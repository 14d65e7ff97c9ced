/** How a read goes. */
export interface IReadOptions {
    /** Ends the read, which then rejects with ABORTED. */
    signal: AbortSignal;
    /** Takes the bytes in order, part by part as they come. An empty part says that what is asked for comes nearer. */
    onPart: (bytes: Uint8Array) => void;
}

/** Where the bytes of a clip come from. */
export interface IClipSource {
    /** Name for messages. */
    readonly name: string;
    /** Whether bytes come in order only, so that going elsewhere is slow or cannot be done. May become known with the first read. */
    readonly isForwardOnly: boolean;
    /** Whether bytes are still being made while they are read: there is no end to wait for. May become known with the first read. */
    readonly isLive: boolean;
    /**
     * Reads bytes. Fewer than asked for come only at the end.
     * @param start first byte
     * @param end byte after the last, or undefined for all to the end
     * @param options how
     */
    readAsync(start: number, end: number | undefined, options: IReadOptions): Promise<void>;
    /** Another way to the same bytes, whose reads do not wait for those of this one. Absent where there is none. */
    openAnother?(): IClipSource;
    /** Ends what is under way. */
    dispose(): void;
}

/**
 * Reads bytes into one array.
 * @param source where they are
 * @param start first byte
 * @param end byte after the last, or undefined for all to the end
 * @param signal ends the read
 * @param onProgress told how many bytes have come
 */
export async function readBytesAsync(
    source: IClipSource,
    start: number,
    end: number | undefined,
    signal: AbortSignal,
    onProgress?: (loaded: number) => void,
): Promise<Uint8Array<ArrayBuffer>> {
    const parts: Uint8Array[] = [];
    let loaded = 0;
    await source.readAsync(start, end, {
        signal,
        onPart: (part) => {
            parts.push(part);
            loaded += part.length;
            onProgress?.(loaded);
        },
    });
    const bytes = new Uint8Array(loaded);
    let at = 0;
    for (const part of parts) {
        bytes.set(part, at);
        at += part.length;
    }
    return bytes;
}
