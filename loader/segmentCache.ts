/**
 * Compressed segments by number, up to a number of bytes. The one not used for longest goes first; the newest always stays.
 */
export class SegmentCache {
    private readonly _segments = new Map<number, Uint8Array>();
    private _byteLength = 0;

    /** @param _maxBytes most bytes to keep */
    public constructor(private readonly _maxBytes: number) {}

    /** Whether a segment is there. */
    public has(segment: number): boolean {
        return this._segments.has(segment);
    }

    /** The bytes of a segment, or undefined. */
    public get(segment: number): Uint8Array | undefined {
        const bytes = this._segments.get(segment);
        if (bytes) {
            // A map iterates in the order of insertion: what is used goes to the end.
            this._segments.delete(segment);
            this._segments.set(segment, bytes);
        }
        return bytes;
    }

    /** Adds a segment. */
    public add(segment: number, bytes: Uint8Array): void {
        this._remove(segment);
        this._segments.set(segment, bytes);
        this._byteLength += bytes.length;
        for (const oldest of this._segments.keys()) {
            if (this._byteLength <= this._maxBytes || oldest === segment) {
                break;
            }
            this._remove(oldest);
        }
    }

    private _remove(segment: number): void {
        const bytes = this._segments.get(segment);
        if (bytes) {
            this._segments.delete(segment);
            this._byteLength -= bytes.length;
        }
    }
}
