import { add, dot, length, normalize, smoothstep, subtract, type Vec3 } from "./vec3.js";

/** A coloured light that moves. */
interface ILamp {
    position: Vec3;
    color: Vec3;
    /** Distance at which it is gone, metres. */
    reach: number;
}

const KEY_DIRECTION = normalize([0.45, 1, 0.55]);
const KEY_COLOR: Vec3 = [0.62, 0.58, 0.52];
const SKY: Vec3 = [0.36, 0.39, 0.48];
const GROUND: Vec3 = [0.24, 0.2, 0.2];
const EXPOSURE = 1.2;
/** Levels of the moving light: it changes in steps, so that what it does not touch stays exactly as it is. */
const LEVELS = 40;

/** The light of one frame: a sky, a fixed key light, two lamps on their rounds, and the soft shadow below the dancer. */
export class Lighting {
    private readonly _lamps: readonly ILamp[];

    /**
     * @param phase 0 to 2 pi over the clip
     * @param _shadows where something stands near the floor: x, z, radius and darkness
     */
    public constructor(
        phase: number,
        private readonly _shadows: readonly (readonly [number, number, number, number])[],
    ) {
        const round = (offset: number, radius: number): Vec3 => [radius * Math.cos(phase + offset), 0.9, radius * Math.sin(phase + offset)];
        this._lamps = [
            { position: round(0, 1.15), color: [1.5, 0.12, 0.75], reach: 1.9 },
            { position: round(Math.PI, 1.15), color: [0.05, 0.8, 1.6], reach: 1.9 },
        ];
    }

    /**
     * Colour of a lit surface.
     * @param position place, metres
     * @param normal normal, length 1
     * @param albedo colour in white light, sRGB 0..1
     */
    public shade(position: Vec3, normal: Vec3, albedo: Vec3): Vec3 {
        const up = 0.5 + 0.5 * normal[1];
        const key = Math.max(0, dot(normal, KEY_DIRECTION)) * this._openness(position);
        const light = [0, 1, 2].map((c) => GROUND[c] + up * (SKY[c] - GROUND[c]) + key * KEY_COLOR[c]);
        for (const { position: from, color, reach } of this._lamps) {
            const toLamp = subtract(from, position);
            const distance = length(toLamp);
            const facing = Math.max(0, dot(normal, toLamp) / Math.max(distance, 1e-6)) * 0.85 + 0.15;
            const strength = Math.round(LEVELS * facing * (1 - smoothstep(0.15 * reach, reach, distance))) / LEVELS;
            color.forEach((value, c) => (light[c] += strength * value));
        }
        // A film curve: bright light bleaches softly and never clips.
        return [0, 1, 2].map((c) => 1 - Math.exp(-EXPOSURE * albedo[c] * light[c])) as unknown as Vec3;
    }

    /** 1 in the open, less in the shadow of the dancer. */
    private _openness(position: Vec3): number {
        if (position[1] > 0.05) {
            return 1;
        }
        let openness = 1;
        for (const [x, z, radius, darkness] of this._shadows) {
            const distance = length(subtract(add(position, [0, -position[1], 0]), [x, 0, z]));
            openness *= 1 - darkness * (1 - smoothstep(0, radius, distance));
        }
        return Math.round(LEVELS * openness) / LEVELS;
    }
}
