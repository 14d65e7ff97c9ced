/** Bytes of a segment of a rendition, as far as they have come. */
export interface IStoredSegment {
    /** Number of the rendition. */
    rendition: number;
    /** Number of the segment. */
    segment: number;
    /** Room for all that is wanted of it. */
    bytes: Uint8Array<ArrayBuffer>;
    /** How many bytes have come. */
    available: number;
    /** Whether no more will come, because the file ends. */
    isCut: boolean;
}

/** Compressed segments in memory, up to a number of bytes; room counts from the moment that it is made, not as it fills. */
export class SegmentStore {
    private readonly _segments = new Map<number, IStoredSegment[]>();
    private _byteLength = 0;
    private _peakByteLength = 0;

    /** @param _maxBytes most bytes to hold */
    public constructor(private readonly _maxBytes: number) {}

    /** Bytes of memory that it holds. */
    public get byteLength(): number {
        return this._byteLength;
    }

    /** Most bytes that it has held at once. */
    public get peakByteLength(): number {
        return this._peakByteLength;
    }

    /** A segment of a rendition, or undefined. */
    public get(rendition: number, segment: number): IStoredSegment | undefined {
        return this._segments.get(segment)?.find((stored) => stored.rendition === rendition);
    }

    /** All renditions of a segment that there is something of. */
    public all(segment: number): readonly IStoredSegment[] {
        return this._segments.get(segment) ?? [];
    }

    /**
     * Makes room for a segment, or more room where it has come in part.
     * @param rendition number of the rendition
     * @param segment number of the segment
     * @param byteLength bytes
     */
    public reserve(rendition: number, segment: number, byteLength: number): IStoredSegment {
        const stored = this.get(rendition, segment);
        if (stored && stored.bytes.length >= byteLength) {
            return stored;
        }
        const bytes = new Uint8Array(byteLength);
        this._count(byteLength - (stored?.bytes.length ?? 0));
        if (stored) {
            bytes.set(stored.bytes);
            stored.bytes = bytes;
            return stored;
        }
        const made = { rendition, segment, bytes, available: 0, isCut: false };
        this._segments.set(segment, [...this.all(segment), made]);
        return made;
    }

    /**
     * Frees segments until some bytes fit.
     * @param byteLength bytes to come
     * @param rank how dispensable a segment is: the highest goes first, -1 stays
     * @returns whether they fit
     */
    public makeRoom(byteLength: number, rank: (stored: IStoredSegment) => number): boolean {
        while (this._byteLength + byteLength > this._maxBytes) {
            let worst: IStoredSegment | undefined;
            let worstRank = -1;
            for (const renditions of this._segments.values()) {
                for (const stored of renditions) {
                    const value = rank(stored);
                    if (value > worstRank) {
                        worst = stored;
                        worstRank = value;
                    }
                }
            }
            if (!worst) {
                return false;
            }
            this.remove(worst);
        }
        return true;
    }

    /** Frees a segment. */
    public remove(stored: IStoredSegment): void {
        const others = this.all(stored.segment).filter((other) => other !== stored);
        if (others.length > 0) {
            this._segments.set(stored.segment, others);
        } else {
            this._segments.delete(stored.segment);
        }
        this._count(-stored.bytes.length);
    }

    /** Frees everything. */
    public clear(): void {
        this._segments.clear();
        this._byteLength = 0;
    }

    private _count(bytes: number): void {
        this._byteLength += bytes;
        this._peakByteLength = Math.max(this._peakByteLength, this._byteLength);
    }
}
