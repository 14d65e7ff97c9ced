import type { Lighting } from "./lighting.js";
import type { SplatList } from "./splatList.js";
import type { Vec3 } from "./vec3.js";

const RADIUS = 2.1;
const SPACING = 0.0215;
const TILE = 0.35;
const RIM_HEIGHT = 0.12;
const LIGHT_TILE: Vec3 = [0.86, 0.83, 0.78];
const DARK_TILE: Vec3 = [0.2, 0.22, 0.28];
const RIM: Vec3 = [0.5, 0.33, 0.2];
const BRASS: Vec3 = [0.95, 0.74, 0.36];

interface IPatch {
    position: Vec3;
    normal: Vec3;
    tangent: Vec3;
    size: readonly [number, number];
    albedo: Vec3;
}

/** A round checkered stage with a wooden rim and a line of brass. Its splats never move; only light changes them. */
export class Floor {
    private readonly _patches: readonly IPatch[];

    /** @param spacing how much farther apart its splats are than in the sample clip, and how much larger */
    public constructor(spacing = 1) {
        this._patches = [...top(SPACING * spacing), ...rim(SPACING * spacing)];
    }

    /**
     * Adds the stage to a frame.
     * @param list takes the splats
     * @param firstId identity of its first splat
     * @param lighting light of the frame
     * @returns the next free identity
     */
    public addTo(list: SplatList, firstId: number, lighting: Lighting): number {
        this._patches.forEach(({ position, normal, tangent, size, albedo }, i) =>
            list.add(firstId + i, { position, normal, tangent, size, color: lighting.shade(position, normal, albedo) }),
        );
        return firstId + this._patches.length;
    }
}

function top(spacing: number): IPatch[] {
    const rowSpacing = 0.87 * spacing;
    const patches: IPatch[] = [];
    const columns = Math.ceil(RADIUS / spacing);
    const rows = Math.ceil(RADIUS / rowSpacing);
    for (let i = -columns; i <= columns; i++) {
        for (let j = -rows; j <= rows; j++) {
            // Every other row is shifted by half a step: a hexagonal grid has the smallest gaps.
            const x = spacing * (i + (j & 1 ? 0.5 : 0));
            const z = rowSpacing * j;
            const radius = Math.hypot(x, z);
            if (radius > RADIUS) {
                continue;
            }
            const isBrass = Math.abs(radius - (RADIUS - 0.1)) < 0.02;
            const isLight = (Math.floor(x / TILE) + Math.floor(z / TILE)) % 2 === 0;
            const albedo = isBrass ? BRASS : radius > RADIUS - 0.1 ? RIM : isLight ? LIGHT_TILE : DARK_TILE;
            patches.push({ position: [x, 0, z], normal: [0, 1, 0], tangent: [1, 0, 0], size: [0.62 * spacing, 0.62 * spacing], albedo });
        }
    }
    return patches;
}

function rim(spacing: number): IPatch[] {
    const patches: IPatch[] = [];
    const around = Math.round((2 * Math.PI * RADIUS) / spacing);
    for (let row = 0; row * spacing < RIM_HEIGHT; row++) {
        for (let i = 0; i < around; i++) {
            const angle = (2 * Math.PI * (i + (row & 1 ? 0.5 : 0))) / around;
            const normal: Vec3 = [Math.cos(angle), 0, Math.sin(angle)];
            patches.push({
                position: [RADIUS * normal[0], -spacing * (row + 0.5), RADIUS * normal[2]],
                normal,
                tangent: [-normal[2], 0, normal[0]],
                size: [0.65 * spacing, 0.65 * spacing],
                albedo: ((i * spacing) / SPACING) % 24 < 2 && row === 1 ? BRASS : RIM,
            });
        }
    }
    return patches;
}
