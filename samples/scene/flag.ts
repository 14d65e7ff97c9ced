import type { Lighting } from "./lighting.js";
import type { SplatList } from "./splatList.js";
import { cross, normalize, subtract, type Vec3 } from "./vec3.js";

const WIDTH = 1.25;
const HEIGHT = 0.78;
const SPACING = 0.0115;
const POLE: Vec3 = [-1.25, 0, -1.05];
const POLE_HEIGHT = 2.45;
const POLE_RADIUS = 0.022;
const WOOD: Vec3 = [0.72, 0.52, 0.33];
const GOLD: Vec3 = [1, 0.82, 0.4];

/** A flag in the wind on a pole with a golden ball. Two waves run along the cloth; both end where they began when the clip does. */
export class Flag {
    /**
     * Adds the flag to a frame.
     * @param list takes the splats
     * @param firstId identity of its first splat
     * @param lighting light of the frame
     * @param phase 0 to 2 pi over the clip
     * @returns the next free identity
     */
    public addTo(list: SplatList, firstId: number, lighting: Lighting, phase: number): number {
        let id = addPole(list, firstId, lighting);
        const spacing = SPACING * list.spacing;
        const columns = Math.round(WIDTH / spacing);
        const rows = Math.round(HEIGHT / spacing);
        for (let i = 0; i < columns; i++) {
            for (let j = 0; j < rows; j++) {
                const u = (i + (j & 1 ? 0.5 : 0)) / columns;
                const v = (j + 0.5) / rows;
                const position = cloth(u, v, phase);
                const tangent = normalize(subtract(cloth(u + 0.004, v, phase), position));
                const across = subtract(cloth(u, v + 0.004, phase), position);
                const normal = normalize(cross(tangent, across));
                // Cloth is lit from both sides: the light comes through.
                const lit: Vec3 = normal[2] < 0 ? [-normal[0], -normal[1], -normal[2]] : normal;
                list.add(id++, { position, normal, tangent, size: [0.68 * spacing, 0.68 * spacing], color: lighting.shade(position, lit, pattern(u, v)) });
            }
        }
        return id;
    }
}

function cloth(u: number, v: number, phase: number): Vec3 {
    const slack = u ** 0.8;
    const wave = 0.11 * slack * Math.sin(9 * u - 3 * phase + 1.2 * v) + 0.035 * slack * Math.sin(17 * u - 5 * phase - 2.5 * v);
    const sink = 0.1 * u * u + 0.02 * Math.sin(5 * u - 2 * phase) * u;
    // The wind blows to the right and a little to the back.
    return [POLE[0] + WIDTH * u * 0.96, POLE_HEIGHT - 0.08 - HEIGHT * v - sink, POLE[2] - 0.25 * u + wave];
}

/** A sun over waves. */
function pattern(u: number, v: number): Vec3 {
    const x = (u - 0.46) * (WIDTH / HEIGHT);
    const y = v - 0.47;
    const radius = Math.hypot(x, y);
    if (radius < 0.2) {
        return [1, 0.86, 0.36];
    }
    if (radius < 0.3 && Math.cos(12 * Math.atan2(y, x)) > 0.35) {
        return [1, 0.7, 0.28];
    }
    if (v > 0.72 + 0.03 * Math.sin(22 * u)) {
        return v > 0.86 + 0.03 * Math.sin(22 * u + 2) ? [0.12, 0.25, 0.52] : [0.2, 0.45, 0.72];
    }
    return [0.93, 0.36, 0.3];
}

function addPole(list: SplatList, firstId: number, lighting: Lighting): number {
    let id = firstId;
    const around = 12;
    const step = 0.014;
    for (let row = 0; row * step < POLE_HEIGHT; row++) {
        for (let i = 0; i < around; i++) {
            const angle = (2 * Math.PI * (i + 0.5 * (row & 1))) / around;
            const normal: Vec3 = [Math.cos(angle), 0, Math.sin(angle)];
            const position: Vec3 = [POLE[0] + POLE_RADIUS * normal[0], row * step, POLE[2] + POLE_RADIUS * normal[2]];
            list.add(id++, { position, normal, tangent: [0, 1, 0], size: [0.0095, 0.008], color: lighting.shade(position, normal, WOOD) });
        }
    }
    const count = 420;
    for (let i = 0; i < count; i++) {
        const y = 1 - (2 * (i + 0.5)) / count;
        const angle = 2.399963 * i;
        const flat = Math.sqrt(1 - y * y);
        const normal: Vec3 = [flat * Math.cos(angle), y, flat * Math.sin(angle)];
        const tangent = normalize(cross(normal, Math.abs(y) > 0.9 ? [1, 0, 0] : [0, 1, 0]));
        const position: Vec3 = [POLE[0] + 0.05 * normal[0], POLE_HEIGHT + 0.04 + 0.05 * y, POLE[2] + 0.05 * normal[2]];
        list.add(id++, { position, normal, tangent, size: [0.006, 0.006], color: lighting.shade(position, normal, GOLD) });
    }
    return id;
}
