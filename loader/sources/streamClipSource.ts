import type { IClipSource, IReadOptions } from "./clipSource.js";
import { ForwardBytes } from "./forwardBytes.js";

/** A clip that comes as a stream, by whatever way: a WebSocket, WebTransport, chunked HTTP. Its segments are shown as they come. */
export class StreamClipSource implements IClipSource {
    /** Bytes come in order. */
    public readonly isForwardOnly = true;
    /** They are still being made. */
    public readonly isLive = true;
    private readonly _bytes: ForwardBytes;

    /**
     * @param stream the bytes of an .fvv file from the first on
     * @param name for messages
     */
    public constructor(
        stream: ReadableStream<Uint8Array>,
        public readonly name: string,
    ) {
        this._bytes = new ForwardBytes(stream);
    }

    public readAsync(start: number, end: number | undefined, options: IReadOptions): Promise<void> {
        return this._bytes.readAsync(start, end, options);
    }

    public dispose(): void {
        this._bytes.dispose();
    }
}
