import type { IFrameSource, ISplatFrame } from "../../encoder/index.js";
import { addFigure } from "./figure.js";
import { addFireBowls } from "./fireBowl.js";
import { Flag } from "./flag.js";
import { Floor } from "./floor.js";
import { Lighting } from "./lighting.js";
import { dance } from "./pose.js";
import { Sparks } from "./sparks.js";
import { SplatList } from "./splatList.js";

/**
 * The scene of the sample clip: someone dances on a checkered stage under two coloured lamps that go round, beside a flag in the wind and two fires that throw sparks.
 * Three seconds that loop without a seam; metres, y up, right-handed; the same splats from the same code on every machine that rounds as IEEE 754 says.
 */
export class SampleScene implements IFrameSource {
    public readonly frameCount = 90;
    public readonly fps = 30;
    private readonly _floor: Floor;
    private readonly _flag = new Flag();
    private readonly _sparks = new Sparks();

    /** @param _spacing how much farther apart the splats of surfaces are, and how much larger: 1.5 has half as many. Default 1 */
    public constructor(private readonly _spacing = 1) {
        this._floor = new Floor(_spacing);
    }

    public frameName(index: number): string {
        return `frame ${index} of the sample scene`;
    }

    /** Makes a frame; any number, since the scene loops. */
    public readFrameAsync(index: number): Promise<ISplatFrame> {
        const frame = ((index % this.frameCount) + this.frameCount) % this.frameCount;
        const phase = (2 * Math.PI * frame) / this.frameCount;
        const pose = dance(phase);
        const lighting = new Lighting(phase, [
            [pose.ankles[0][0], pose.ankles[0][2], 0.2, 0.55],
            [pose.ankles[1][0], pose.ankles[1][2], 0.2, 0.55],
            [pose.pelvis[0], pose.pelvis[2], 0.55, 0.35],
            [-1.25, -1.05, 0.12, 0.5],
            [1.45, -0.75, 0.25, 0.5],
            [-1.5, 0.75, 0.25, 0.5],
        ]);
        const list = new SplatList(this._spacing);
        let id = this._floor.addTo(list, 0, lighting);
        id = addFireBowls(list, id, lighting);
        id = this._flag.addTo(list, id, lighting, phase);
        id = addFigure(list, id, lighting, pose);
        this._sparks.addTo(list, id, frame, this.frameCount, this.fps);
        return Promise.resolve(list.toFrame());
    }
}
