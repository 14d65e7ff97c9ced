import { ByteWriter } from "../format/byteWriter.js";
import type { ISegmentEntry } from "../format/clipIndex.js";
import { FvvError } from "../format/fvvError.js";
import { resolveLimits, type IFvvLimits } from "../format/limits.js";
import { SegmentScanner } from "../format/segmentScanner.js";
import type { Rendition } from "./rendition.js";

/** Takes in a clip that is still being made: finds its segments as they come. */
export class LiveIntake {
    private readonly _scanner: SegmentScanner;
    private _bytes = new ByteWriter(1 << 16);
    private _origin: number;

    /**
     * @param _rendition the clip; its segments grow
     * @param limits limits for the counts in the file
     * @param _onSegment takes each segment as it is complete
     */
    public constructor(
        private readonly _rendition: Rendition,
        limits: Partial<IFvvLimits>,
        private readonly _onSegment: (segment: number, entry: ISegmentEntry, bytes: Uint8Array) => void,
    ) {
        const { header, byteLength } = _rendition.head;
        this._scanner = new SegmentScanner(header, resolveLimits(limits), byteLength);
        this._origin = byteLength;
    }

    /** Takes in all there is; settles when the clip has ended, rejects when it breaks off. */
    public async runAsync(signal: AbortSignal): Promise<void> {
        const { source } = this._rendition;
        await source.readAsync(this._origin, undefined, { signal, onPart: (part) => this._take(part) });
        if (!this._scanner.isEnded) {
            throw new FvvError("NETWORK", "The live clip broke off before its end; load it again", { source: source.name });
        }
    }

    private _take(part: Uint8Array): void {
        this._bytes.bytes(part);
        const bytes = this._bytes.toBytes();
        const { segments } = this._rendition;
        for (const entry of this._scanner.scan(bytes, false, this._origin)) {
            segments.push(entry);
            this._onSegment(segments.length - 1, entry, bytes.subarray(entry.offset - this._origin, entry.offset - this._origin + entry.byteLength));
        }
        const rest = bytes.subarray(this._scanner.neededFrom - this._origin);
        this._origin = this._scanner.neededFrom;
        this._bytes.clear();
        this._bytes.bytes(rest);
    }
}
