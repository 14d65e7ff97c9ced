import type { ClipStream } from "../loader/clipStream.js";
import type { FramePump } from "./framePump.js";
import type { Playhead } from "./playhead.js";

/** How a seek is done: exactly, or to the key frame before. */
export type SeekMode = "exact" | "key";

/** The seek that is under way. The latest counts: each ends the one before. */
export class PlayerSeek {
    private _pending: { frame: number; resolve: (isShown: boolean) => void } | undefined;

    /**
     * @param _stream the clip
     * @param _playhead where time is
     * @param _pump who shows frames
     */
    public constructor(
        private readonly _stream: ClipStream,
        private readonly _playhead: Playhead,
        private readonly _pump: FramePump,
    ) {}

    /** Whether one is under way. */
    public get isUnderWay(): boolean {
        return this._pending !== undefined;
    }

    /** Begins one, see {@link FvvPlayer.seekFrameAsync}. */
    public beginAsync(frame: number, mode: SeekMode): Promise<boolean> {
        const isFirst = !this.isUnderWay;
        this.end();
        const { from, to } = this._playhead.range;
        const exact = Math.min(Math.max(Math.floor(frame), from), to - 1);
        const target = mode === "key" ? Math.max(from, this._stream.segments[this._stream.segmentOf(exact)]?.firstFrame ?? exact) : exact;
        this._playhead.moveTo(target);
        return new Promise((resolve) => {
            this._pending = { frame: target, resolve };
            this._pump.expectSeek(isFirst);
        });
    }

    /** Before each render: it ends where its frame cannot be shown any more; until then time does not go on, however fast it runs. */
    public keep(): void {
        const { _pending: pending, _playhead: playhead } = this;
        if (pending && (this._pump.isLost(pending.frame) || pending.frame < playhead.range.from || pending.frame >= playhead.range.to)) {
            this.end();
        } else if (pending && pending.frame !== playhead.frame) {
            playhead.moveTo(pending.frame);
        }
    }

    /** After each render: what was sought may be on screen now. */
    public finish(shownFrame: number): void {
        const pending = this._pending;
        const isShown = pending?.frame === shownFrame && this._pump.isSorted;
        if (pending && (isShown || this._pump.isLost(pending.frame))) {
            this._pending = undefined;
            pending.resolve(isShown);
        }
    }

    /** What was sought is not shown. */
    public end(): void {
        this._pending?.resolve(false);
        this._pending = undefined;
    }
}
