import { readFileSync } from "node:fs";
import type { XRDevice } from "iwer";

/** An emulated headset with two controllers: what {@link headsetScript} makes `window.headset`. */
export type EmulatedHeadset = XRDevice;

/** iwer 2.5 takes the transform of an offset for a matrix, and so offsets nothing. */
const OFFSET_REPAIR = `{
    const { getOffsetReferenceSpace } = IWER.XRReferenceSpace.prototype;
    IWER.XRReferenceSpace.prototype.getOffsetReferenceSpace = function (offset) {
        return getOffsetReferenceSpace.call(this, offset.matrix);
    };
}`;

/** JavaScript that gives a page an emulated Meta Quest 3, when it runs before anything of the page does. Both eyes are side by side on the canvas. */
export function headsetScript(): string {
    const runtime = readFileSync("node_modules/iwer/build/iwer.min.js", "utf8");
    const install = "window.headset = new IWER.XRDevice(IWER.metaQuest3, { stereoEnabled: true }); headset.installRuntime({ forceInstall: true });";
    return `${runtime}\n${OFFSET_REPAIR}\n${install}`;
}
