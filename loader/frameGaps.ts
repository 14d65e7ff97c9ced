import type { IFrameRange } from "./clipStream.js";

/** Frames that cannot be had: behind damage, up to the next key frame. */
export class FrameGaps {
    private readonly _gaps: IFrameRange[] = [];

    /** Number of gaps. */
    public get count(): number {
        return this._gaps.length;
    }

    /** Adds a gap; what it has in common with others is one. */
    public add(from: number, to: number): void {
        const joined = { from, to };
        for (let i = this._gaps.length - 1; i >= 0; i--) {
            const gap = this._gaps[i];
            if (gap.from <= joined.to && gap.to >= joined.from) {
                joined.from = Math.min(joined.from, gap.from);
                joined.to = Math.max(joined.to, gap.to);
                this._gaps.splice(i, 1);
            }
        }
        this._gaps.push(joined);
    }

    /** Forgets all gaps. */
    public clear(): void {
        this._gaps.length = 0;
    }

    /** Whether a frame is in a gap. */
    public has(frame: number): boolean {
        return this._find(frame) !== undefined;
    }

    /** Whether no frame of a range can be had. */
    public covers({ from, to }: IFrameRange): boolean {
        const gap = this._find(from);
        return gap !== undefined && gap.to >= to;
    }

    /** The first frame from one on, in a direction, that is in no gap; it may be outside the clip. */
    public pass(frame: number, direction: 1 | -1): number {
        const gap = this._find(frame);
        return gap === undefined ? frame : direction > 0 ? gap.to : gap.from - 1;
    }

    private _find(frame: number): IFrameRange | undefined {
        for (const gap of this._gaps) {
            if (frame >= gap.from && frame < gap.to) {
                return gap;
            }
        }
        return undefined;
    }
}
