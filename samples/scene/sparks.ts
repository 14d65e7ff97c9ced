import { FIRE_BOWLS } from "./fireBowl.js";
import type { SplatList } from "./splatList.js";
import { add, cross, mix, normalize, type Vec3 } from "./vec3.js";

const COUNT = 1400;
const GRAVITY = -1.1;
const HOT: Vec3 = [1, 0.95, 0.7];
const WARM: Vec3 = [1, 0.55, 0.15];
const COLD: Vec3 = [0.75, 0.12, 0.05];

/** Sparks that rise from two fires, drift, cool down and go out. Each lives once in the clip, at the same time in every loop. */
export class Sparks {
    /**
     * Adds the sparks that are alive to a frame.
     * @param list takes the splats
     * @param firstId identity of the first of all sparks
     * @param frame number of the frame
     * @param frameCount frames of the clip
     * @param fps frames a second
     */
    public addTo(list: SplatList, firstId: number, frame: number, frameCount: number, fps: number): void {
        for (let i = 0; i < COUNT; i++) {
            const life = Math.round(16 + 26 * noise(i, 1));
            const birth = Math.floor((i * frameCount) / COUNT);
            const age = (frame - birth + frameCount) % frameCount;
            if (age < life) {
                addSpark(list, firstId + i, i, age / fps, age / life);
            }
        }
    }
}

function addSpark(list: SplatList, id: number, i: number, seconds: number, t: number): void {
    const angle = 2 * Math.PI * noise(i, 2);
    const out = 0.28 * Math.sqrt(noise(i, 3));
    const rise = 1.1 + 0.9 * noise(i, 4);
    const swirl = 0.07 * seconds;
    const start = add(FIRE_BOWLS[i % FIRE_BOWLS.length], [0.12 * out * Math.cos(angle), 0, 0.12 * out * Math.sin(angle)]);
    const turn = angle + 4 * seconds;
    const position = add(start, [
        out * Math.cos(angle) * seconds + swirl * Math.cos(turn),
        rise * seconds + 0.5 * GRAVITY * seconds * seconds,
        out * Math.sin(angle) * seconds + swirl * Math.sin(turn),
    ]);
    const tangent = normalize([out * Math.cos(angle), rise + GRAVITY * seconds, out * Math.sin(angle)]);
    const normal = normalize(cross(tangent, Math.abs(tangent[0]) > 0.9 ? [0, 0, 1] : [1, 0, 0]));
    const size = (0.0035 + 0.0035 * noise(i, 5)) * (1 - 0.6 * t);
    const color = t < 0.4 ? mix(HOT, WARM, t / 0.4) : mix(WARM, COLD, (t - 0.4) / 0.6);
    list.add(id, { position, normal, tangent, size: [2.6 * size, size], color, opacity: 0.95 * (1 - t * t) + 0.02 });
}

/** A number from 0 to 1 that looks random and is the same each time. */
function noise(i: number, salt: number): number {
    let h = Math.imul(i + 1, 0x9e3779b1) ^ Math.imul(salt, 0x85ebca6b);
    h = Math.imul(h ^ (h >>> 15), 0x2c1b3c6d);
    h = Math.imul(h ^ (h >>> 12), 0x297a2d39);
    return ((h ^ (h >>> 15)) >>> 0) / 4294967296;
}
