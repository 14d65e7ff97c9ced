import { shCoefficientCount, type IErrorBounds, type ISplatFrame } from "../../encoder/index.js";

/** Mean absolute and largest error, by attribute. */
export interface IAttributeErrors {
    mean: IErrorBounds;
    worst: IErrorBounds;
}

/**
 * Measures how far splats are from others: of positions, opacities, colours and coefficients the difference, of scales that of the logarithm, of rotations that of the
 * components of the unit quaternions up to sign; each component by itself.
 * @param decoded splats
 * @param source the others
 * @param rows which of the others each one belongs to; default the same row
 */
export function attributeErrors(decoded: ISplatFrame, source: ISplatFrame, rows?: Uint32Array): IAttributeErrors {
    const errors: IAttributeErrors = { mean: noErrors(), worst: noErrors() };
    const note = (name: keyof IErrorBounds, a: Float32Array, b: Float32Array, size: number, map: (value: number) => number = (value) => value): void => {
        let sum = 0;
        for (let i = 0; i < decoded.count; i++) {
            const row = rows ? rows[i] : i;
            for (let c = 0; c < size; c++) {
                const error = Math.abs(map(a[size * i + c]) - map(b[size * row + c]));
                sum += error;
                errors.worst[name] = Math.max(errors.worst[name], error);
            }
        }
        errors.mean[name] = sum / Math.max(1, decoded.count * size);
    };
    note("position", decoded.positions, source.positions, 3);
    note("scale", decoded.scales, source.scales, 3, (scale) => Math.log(Math.max(scale, 1e-20)));
    note("rotation", unitRotations(decoded), alignedRotations(source, decoded, rows), 4);
    note("opacity", decoded.opacities, source.opacities, 1);
    note("color", decoded.colors, source.colors, 3);
    note("sh", decoded.sh, source.sh, 3 * shCoefficientCount(source.shDegree));
    return errors;
}

/** No error in any attribute. */
export function noErrors(): IErrorBounds {
    return { position: 0, scale: 0, rotation: 0, opacity: 0, color: 0, sh: 0 };
}

function unitRotations({ count, rotations }: ISplatFrame): Float32Array {
    const units = new Float32Array(4 * count);
    for (let at = 0; at < units.length; at += 4) {
        const length = Math.hypot(rotations[at], rotations[at + 1], rotations[at + 2], rotations[at + 3]);
        for (let c = 0; c < 4; c++) {
            units[at + c] = length > 0 ? rotations[at + c] / length : Number(c === 0);
        }
    }
    return units;
}

/** Unit quaternions with the signs of those that they are compared with. */
function alignedRotations(source: ISplatFrame, decoded: ISplatFrame, rows?: Uint32Array): Float32Array {
    const units = unitRotations(source);
    for (let i = 0; i < decoded.count; i++) {
        const at = 4 * (rows ? rows[i] : i);
        const dot = [0, 1, 2, 3].reduce((sum, c) => sum + units[at + c] * decoded.rotations[4 * i + c], 0);
        for (let c = 0; c < 4; c++) {
            units[at + c] *= dot < 0 ? -1 : 1;
        }
    }
    return units;
}
