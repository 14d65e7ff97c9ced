import { FvvError } from "../../format/fvvError.js";
import { concatClipsAsync, type IConcatReport } from "../concatClips.js";
import type { ICliIo } from "./cliIo.js";
import type { ICommand } from "./command.js";
import { formatBytes } from "./formatting.js";
import { InputFile } from "./inputFile.js";
import type { ICliArguments } from "./options.js";
import { OutputFile } from "./outputFile.js";
import { Progress } from "./progress.js";

/** `fvv concat`. */
export const concatCommand: ICommand = {
    name: "concat",
    usage: "CLIP... -o CLIP",
    summary: "joins clips that were encoded with the same settings, in the order given, without decoding them",
    options: [
        { name: "output", short: "o", value: "CLIP", help: "the clip to write; title and other metadata are those of the first clip" },
        { name: "force", help: "replace a file that is there already" },
    ],
    runAsync: concatAsync,
};

async function concatAsync(args: ICliArguments, io: ICliIo): Promise<void> {
    const path = args.text("output");
    if (args.inputs.length === 0 || path === undefined) {
        throw new FvvError("BAD_OPTION", "concat needs clips and -o CLIP; `fvv concat --help` lists the options");
    }
    const output = await OutputFile.OpenAsync(path, args.has("force"));
    const inputs: InputFile[] = [];
    try {
        for (const input of args.inputs) {
            inputs.push(await InputFile.OpenAsync(input));
        }
        const report = await joinAsync(inputs, output, io);
        await output.keepAsync();
        io.out(
            `${path}: ${formatBytes(report.byteLength)} (${report.byteLength} bytes), ${report.frameCount} frames, ${report.segmentCount} segments of ${inputs.length} clips\n`,
        );
    } finally {
        output.discard();
        await Promise.all(inputs.map((input) => input.closeAsync()));
    }
}

async function joinAsync(inputs: readonly InputFile[], output: OutputFile, io: ICliIo): Promise<IConcatReport> {
    let progress: Progress | undefined;
    const report = await concatClipsAsync(
        inputs,
        async (bytes) => {
            io.signal.throwIfAborted();
            await output.writeAsync(bytes);
        },
        (done, total) => {
            progress ??= new Progress(io, "concat", total);
            progress.frame(done);
        },
    );
    progress?.end();
    return report;
}
