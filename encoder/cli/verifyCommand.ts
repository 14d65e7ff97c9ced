import { FvvError } from "../../format/fvvError.js";
import { ClipReader } from "../clipReader.js";
import { promisesBounds, verifyClipAsync } from "../verifyClip.js";
import type { ICliIo } from "./cliIo.js";
import type { ICommand } from "./command.js";
import { SOURCE_OPTIONS } from "./encodeOptions.js";
import { openFrameSourceAsync } from "./fileFrameSource.js";
import { formatErrors } from "./formatting.js";
import { readClipBytesAsync } from "./openClip.js";
import type { ICliArguments } from "./options.js";
import { Progress } from "./progress.js";

/** `fvv verify`. */
export const verifyCommand: ICommand = {
    name: "verify",
    usage: "CLIP INPUT...",
    summary: "compares every splat of every frame of a clip with what it was made from",
    options: SOURCE_OPTIONS,
    runAsync: verifyAsync,
};

async function verifyAsync(args: ICliArguments, io: ICliIo): Promise<void> {
    const [path, ...inputs] = args.inputs;
    if (inputs.length === 0) {
        throw new FvvError("BAD_OPTION", "verify needs a clip and the input that it was made from; `fvv verify --help` lists the options");
    }
    const clip = new ClipReader(await readClipBytesAsync(path));
    // A sound that is damaged is found here too.
    clip.readAudio();
    const source = await openFrameSourceAsync(inputs, { fps: args.number("fps") ?? clip.fps, duration: args.number("duration") }, args.range("frames"));
    const progress = new Progress(io, "verify", clip.frameCount);
    const report = await verifyClipAsync(clip, source, (frame) => {
        io.signal.throwIfAborted();
        progress.frame(frame + 1);
    });
    progress.end();
    const what = `${path}: ${report.frameCount} frames, ${report.splatCount} splats`;
    io.out(
        promisesBounds(report.errorBounds)
            ? `${what}, each within its bounds\nbounds ${formatErrors(report.errorBounds)}\nworst  ${formatErrors(report.worstErrors)}\n`
            : `${what}; the clip was made with a quality and promises no bounds\nworst of visible splats, about: ${formatErrors(report.worstErrors)}\n`,
    );
}
