import { haveSameIds, type ISplatFrame } from "./splatFrame.js";

const ATTRIBUTES = ["positions", "rotations", "scales", "opacities", "colors", "sh"] as const;

/**
 * Takes the arrays of the frame before where they hold the same: many sequences move their splats and leave their looks as they are. What is the same array need not be looked at
 * again, by whoever plans, checks or sends it.
 * @param frame a frame
 * @param before the frame before
 */
export function shareUnchanged(frame: ISplatFrame, before: ISplatFrame): ISplatFrame {
    if (frame.count !== before.count || frame.shDegree !== before.shDegree) {
        return frame;
    }
    const shared = { ...frame };
    for (const name of ATTRIBUTES) {
        shared[name] = areEqual(frame[name], before[name]) ? before[name] : frame[name];
    }
    shared.ids = haveSameIds(frame, before) ? before.ids : frame.ids;
    return shared;
}

function areEqual(a: Float32Array, b: Float32Array): boolean {
    if (a.length !== b.length) {
        return false;
    }
    for (let i = 0; i < a.length; i++) {
        if (a[i] !== b[i]) {
            return false;
        }
    }
    return true;
}
