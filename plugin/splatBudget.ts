import { FvvError } from "../format/fvvError.js";
import { AdaptiveBudget } from "./adaptiveBudget.js";

/** Most splats that a player draws: a number, or what is found to fit into a time, whichever is less. */
export class SplatBudget {
    private _splats = Infinity;
    private _adaptive: AdaptiveBudget | undefined;

    /**
     * @param _capacity most slots of a segment of the clip
     * @param _send told the most splats to draw when they change
     */
    public constructor(
        private readonly _capacity: number,
        private readonly _send: (splats: number) => void,
    ) {}

    /** The number, see {@link FvvPlayer.splatBudget}. */
    public get splats(): number {
        return this._splats;
    }

    public set splats(value: number) {
        if (!(value >= 1)) {
            throw new FvvError("BAD_OPTION", `splatBudget is ${value}; it must be a number of at least 1, or Infinity`, { source: "splatBudget" });
        }
        this._splats = value;
        this._tell();
    }

    /** The time, see {@link FvvPlayer.targetFrameMs}. */
    public get frameMs(): number | null {
        return this._adaptive?.targetMs ?? null;
    }

    public set frameMs(value: number | null) {
        if (value !== null && !(value > 0 && value < Infinity)) {
            throw new FvvError("BAD_OPTION", `targetFrameMs is ${value}; it must be a number of milliseconds above 0, or null`, { source: "targetFrameMs" });
        }
        this._adaptive = value === null ? undefined : new AdaptiveBudget(value);
        this._tell();
    }

    /**
     * Takes the time of a frame of the scene.
     * @param frameMs time from the frame before, ms
     */
    public update(frameMs: number): void {
        if (this._adaptive?.update(frameMs)) {
            this._tell();
        }
    }

    private _tell(): void {
        const share = this._adaptive?.share ?? 1;
        this._send(share < 1 ? Math.min(this._splats, Math.ceil(share * this._capacity)) : this._splats);
    }
}
