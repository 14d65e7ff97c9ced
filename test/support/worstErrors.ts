import { shCoefficientCount, type IErrorBounds, type ISplatFrame } from "../../encoder/index.js";

/**
 * Largest errors of decoded splats against their sources, worked out from values alone and without any of the encoder's own checks.
 * @param decoded decoded splats
 * @param source source frame
 * @param rows source splat of each decoded one
 */
export function worstErrors(decoded: ISplatFrame, source: ISplatFrame, rows: ArrayLike<number>): IErrorBounds {
    const worst: IErrorBounds = { position: 0, scale: 0, rotation: 0, opacity: 0, color: 0, sh: 0 };
    const note = (name: keyof IErrorBounds, error: number): void => {
        worst[name] = error > worst[name] || Number.isNaN(error) ? error : worst[name];
    };
    const coefficients = 3 * shCoefficientCount(source.shDegree);
    for (let i = 0; i < decoded.count; i++) {
        const row = rows[i];
        for (let c = 0; c < 3; c++) {
            note("position", Math.abs(decoded.positions[3 * i + c] - source.positions[3 * row + c]));
            note("color", Math.abs(decoded.colors[3 * i + c] - source.colors[3 * row + c]));
            const scale = source.scales[3 * row + c];
            // A scale of zero has no relative error.
            note("scale", scale > 1e-20 ? Math.abs(decoded.scales[3 * i + c] / scale - 1) : decoded.scales[3 * i + c]);
        }
        note("opacity", Math.abs(decoded.opacities[i] - source.opacities[row]));
        note("rotation", rotationError(decoded.rotations.subarray(4 * i, 4 * i + 4), source.rotations.subarray(4 * row, 4 * row + 4)));
        for (let c = 0; c < coefficients; c++) {
            note("sh", Math.abs(decoded.sh[coefficients * i + c] - source.sh[coefficients * row + c]));
        }
    }
    return worst;
}

function rotationError(a: Float32Array, b: Float32Array): number {
    const [p, q] = [unit(a), unit(b)];
    const difference = (sign: number): number => Math.max(...p.map((value, c) => Math.abs(value - sign * q[c])));
    return Math.min(difference(1), difference(-1));
}

function unit(q: Float32Array): number[] {
    const length = Math.hypot(...q);
    return length > 0 ? Array.from(q, (value) => value / length) : [1, 0, 0, 0];
}
