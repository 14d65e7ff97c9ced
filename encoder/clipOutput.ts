import type { ISegmentResult } from "./segmentJob.js";

/** Where an encoder's bytes go. Parts arrive in order; the head, which holds the index, comes last and belongs to the front. */
export interface IClipOutput {
    /** Whether bytes are shown while they come: there is no place for a sound then, which a clip has at its end. Default false. */
    readonly isLive?: boolean;
    /**
     * Takes the next piece of what follows the head.
     * @param bytes a segment, or at the end the audio track and the closing chunk
     * @param segment the segment that the bytes are of
     */
    writeBodyAsync(bytes: Uint8Array, segment?: ISegmentResult): Promise<void>;
    /**
     * Takes the head, once, after everything else.
     * @param bytes what belongs in front of the body
     */
    writeHeadAsync(bytes: Uint8Array): Promise<void>;
}

/** Collects a clip in memory. */
export class MemoryClipOutput implements IClipOutput {
    private readonly _body: Uint8Array[] = [];
    private _head: Uint8Array = new Uint8Array(0);

    public writeBodyAsync(bytes: Uint8Array): Promise<void> {
        this._body.push(bytes);
        return Promise.resolve();
    }

    public writeHeadAsync(bytes: Uint8Array): Promise<void> {
        this._head = bytes;
        return Promise.resolve();
    }

    /** The whole clip. Valid once the encoder has finished. */
    public toBytes(): Uint8Array<ArrayBuffer> {
        const parts = [this._head, ...this._body];
        const bytes = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
        let at = 0;
        for (const part of parts) {
            bytes.set(part, at);
            at += part.length;
        }
        return bytes;
    }
}
