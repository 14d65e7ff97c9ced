import type { UpAxis } from "../format/clipHeader.js";
import type { ISceneBox } from "./sceneBox.js";
import type { ISplatFrame } from "./splatFrame.js";
import { drawPicture, psnrOf } from "./splatPicture.js";
import { SplatView, type IView } from "./splatView.js";

/** Two views from afar and two from near, on four sides of the scene: others than those that tolerances come from, which would flatter them. */
const VIEWS: readonly IView[] = [
    { azimuth: 65, elevation: 17, nearness: 0.9 },
    { azimuth: 155, elevation: 17, nearness: 0.45 },
    { azimuth: 245, elevation: 17, nearness: 0.9 },
    { azimuth: 335, elevation: 17, nearness: 0.45 },
];
/** Identical pictures, and those that are as good, count as this many dB. */
const MOST_PSNR = 100;

/** Pictures of a frame, to see what errors of its splats make of them. */
export class PictureTrial {
    private readonly _pictures: readonly Float32Array[];

    /**
     * @param frame the frame
     * @param _box where the scene is
     * @param _up axis that points up
     */
    public constructor(
        frame: ISplatFrame,
        private readonly _box: ISceneBox,
        private readonly _up: UpAxis,
    ) {
        this._pictures = this._draw(frame);
    }

    /**
     * How well another frame looks: mean PSNR of its pictures, dB.
     * @param rough the frame with errors
     */
    public judge(rough: ISplatFrame): number {
        const values = this._draw(rough).map((picture, i) => Math.min(MOST_PSNR, psnrOf(picture, this._pictures[i])));
        return values.reduce((sum, value) => sum + value, 0) / values.length;
    }

    private _draw(frame: ISplatFrame): Float32Array[] {
        const scene = new SplatView(frame, this._box, this._up);
        return VIEWS.map((view) => drawPicture(frame, scene, view));
    }
}
