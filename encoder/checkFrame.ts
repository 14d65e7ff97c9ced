import { FvvError } from "../format/fvvError.js";
import { FVV_DEFAULT_LIMITS } from "../format/limits.js";
import { areFinite } from "./areFinite.js";
import { haveSameIds, shCoefficientCount, type ISplatFrame } from "./splatFrame.js";

/**
 * Refuses a frame that cannot be encoded: another SH degree, arrays of the wrong length, too many splats, a value that is not
 * finite, an id that occurs twice.
 * @param frame the frame
 * @param number its number in the clip, for the message
 * @param shDegree degree of the clip
 * @param before the frame before, which was not refused
 */
export function checkFrame(frame: ISplatFrame, number: number, shDegree: number, before?: ISplatFrame): void {
    const where = { frame: number };
    if (frame.shDegree !== shDegree) {
        throw new FvvError(
            "MIXED_SH_DEGREE",
            `The frame has spherical harmonics of degree ${frame.shDegree}, the first frame of degree ${shDegree}; make them the same`,
            where,
        );
    }
    if (frame.count > FVV_DEFAULT_LIMITS.splats) {
        throw new FvvError("LIMIT_EXCEEDED", `The frame has ${frame.count} splats, over the limit of ${FVV_DEFAULT_LIMITS.splats}; split the scene`, where);
    }
    const lengths = [
        ["positions", 3],
        ["rotations", 4],
        ["scales", 3],
        ["opacities", 1],
        ["colors", 3],
        ["sh", 3 * shCoefficientCount(shDegree)],
    ] as const;
    for (const [name, size] of lengths) {
        const values = frame[name];
        if (values.length < size * frame.count) {
            throw new FvvError(
                "UNREADABLE_INPUT",
                `The frame's ${name} hold ${values.length} numbers, ${size * frame.count} are needed for ${frame.count} splats`,
                where,
            );
        }
        if (values !== before?.[name] && !areFinite(values, size * frame.count)) {
            const i = values.findIndex((value) => !Number.isFinite(value));
            throw new FvvError("NOT_FINITE", `Splat ${Math.floor(i / size)} has a value in ${name} that is not finite (${values[i]}); remove the splat`, where);
        }
    }
    if (frame.ids && frame.ids.length < frame.count) {
        throw new FvvError("UNREADABLE_INPUT", `The frame has ${frame.ids.length} ids for ${frame.count} splats; give every splat an id, or none`, where);
    }
    if (frame.ids && !haveSameIds(frame, before) && new Set(frame.ids.subarray(0, frame.count)).size !== frame.count) {
        throw new FvvError("DUPLICATE_ID", "Two splats of the frame have the same id (vertex_id); ids must be unique in a frame", where);
    }
}
