import type { IFrameSource, ISplatFrame } from "../../encoder/index.js";
import { laplacianInteger, randomStream } from "./randomStream.js";

/** Steps of the default error bounds; the encoder's own differ from them by a part in ten thousand, of which rounding makes nothing. */
const POSITION_STEP = 0.004 * (1 - 1e-4);
const ROTATION_STEP = (1 / 256) * (1 - 1e-4);
const SCALE_STEP = 2 * Math.log1p(0.02) * (1 - 1e-4);
const LEVEL_STEP = (8 / 255) * (1 - 1e-4);

/**
 * Groups of the values of a splat: how many, mean size of a change before rounding, range in steps that they stay in, and the least that one of them changes by. The
 * encoder leaves a rotation as it is that is off by one step.
 */
const GROUPS = [
    { size: 3, change: 0.5, low: -500, high: 500, least: 1 },
    { size: 3, change: 0.6, low: -80, high: 80, least: 2 },
    { size: 3, change: 0.33, low: -140, high: -80, least: 1 },
    { size: 1, change: 0.35, low: 4, high: 30, least: 1 },
    { size: 3, change: 0.38, low: 0, high: 31, least: 1 },
] as const;
const SPLAT_VALUES = 13;

/** Share of the splats changed in a frame that were changed in the one before. */
const STAY_SHARE = 0.8;

/**
 * A cloud whose values change by whole quantisation steps of the default error bounds, so that the residuals of its frames are what is drawn here: in each frame a
 * given number of splats change, most of them those of the frame before, in all 13 values (without spherical harmonics), by Laplacian amounts. Frames are read once, in
 * order.
 */
export class SteppingCloud implements IFrameSource {
    private readonly _random = randomStream(200);
    private readonly _values: Int16Array;
    private readonly _isChanging: Uint8Array;
    private _next = 0;

    /**
     * @param count splats
     * @param changedCount splats that change in a frame
     * @param frameCount number of frames
     */
    public constructor(
        public readonly count: number,
        public readonly changedCount: number,
        public readonly frameCount: number,
    ) {
        this._values = new Int16Array(SPLAT_VALUES * count);
        this._isChanging = new Uint8Array(count);
        for (let i = 0, at = 0; i < count; i++) {
            for (const { size, low, high } of GROUPS) {
                for (let c = 0; c < size; c++) {
                    this._values[at++] = low + Math.floor(this._random() * (high - low + 1));
                }
            }
        }
        this._choose(changedCount);
    }

    public frameName(index: number): string {
        return `frame ${index} of the stepping cloud`;
    }

    public readFrameAsync(index: number): Promise<ISplatFrame> {
        if (index !== this._next++) {
            throw new Error("The frames of a stepping cloud are read once, in order");
        }
        if (index > 0) {
            this._step();
        }
        return Promise.resolve(this._frame());
    }

    private _step(): void {
        let stays = 0;
        for (let i = 0; i < this.count; i++) {
            this._isChanging[i] &= Number(this._random() < STAY_SHARE);
            stays += this._isChanging[i];
        }
        this._choose(this.changedCount - stays);
        for (let i = 0; i < this.count; i++) {
            if (this._isChanging[i]) {
                this._change(SPLAT_VALUES * i);
            }
        }
    }

    /** Makes so many more splats changing ones. */
    private _choose(number: number): void {
        for (let left = number; left > 0;) {
            const i = Math.floor(this._random() * this.count);
            left -= 1 - this._isChanging[i];
            this._isChanging[i] = 1;
        }
    }

    private _change(first: number): void {
        let at = first;
        for (const { size, change, low, high, least } of GROUPS) {
            const steps = new Array<number>(size);
            do {
                for (let c = 0; c < size; c++) {
                    steps[c] = laplacianInteger(this._random, change);
                }
            } while (!steps.some((step) => Math.abs(step) >= least));
            for (const step of steps) {
                const moved = this._values[at] + step;
                this._values[at++] += moved < low || moved > high ? -step : step;
            }
        }
    }

    private _frame(): ISplatFrame {
        const { count, _values: values } = this;
        const frame: ISplatFrame = {
            count,
            shDegree: 0,
            positions: new Float32Array(3 * count),
            rotations: new Float32Array(4 * count),
            scales: new Float32Array(3 * count),
            opacities: new Float32Array(count),
            colors: new Float32Array(3 * count),
            sh: new Float32Array(0),
        };
        for (let i = 0, at = 0; i < count; i++, at += SPLAT_VALUES) {
            let rest = 1;
            for (let c = 0; c < 3; c++) {
                frame.positions[3 * i + c] = POSITION_STEP * values[at + c];
                const component = ROTATION_STEP * values[at + 3 + c];
                frame.rotations[4 * i + 1 + c] = component;
                rest -= component * component;
                frame.scales[3 * i + c] = Math.exp(SCALE_STEP * values[at + 6 + c]);
                frame.colors[3 * i + c] = LEVEL_STEP * values[at + 10 + c];
            }
            frame.rotations[4 * i] = Math.sqrt(rest);
            frame.opacities[i] = LEVEL_STEP * values[at + 9];
        }
        return frame;
    }
}
