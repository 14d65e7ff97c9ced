import { FvvError } from "../../format/fvvError.js";
import { describeClip, type IClipInfo } from "../clipInfo.js";
import type { ICliIo } from "./cliIo.js";
import type { ICommand } from "./command.js";
import { formatBytes, formatErrors } from "./formatting.js";
import { describeLadder, readLadderAsync } from "./ladderInfo.js";
import { readClipBytesAsync } from "./openClip.js";
import type { ICliArguments } from "./options.js";

/** `fvv info`. */
export const infoCommand: ICommand = {
    name: "info",
    usage: "CLIP",
    summary: "tells what is in a clip and where its bytes go, or what is in a manifest (.fvvm)",
    options: [{ name: "json", help: "as JSON" }],
    runAsync: infoAsync,
};

async function infoAsync(args: ICliArguments, io: ICliIo): Promise<void> {
    if (args.inputs.length !== 1) {
        throw new FvvError("BAD_OPTION", "info needs one clip; `fvv info --help` lists the options");
    }
    const [path] = args.inputs;
    const info = path.endsWith(".fvvm") ? await readLadderAsync(path) : describeClip(await readClipBytesAsync(path));
    const text = "renditions" in info ? describeLadder(path, info) : describe(path, info);
    io.out(args.has("json") ? `${JSON.stringify(info, null, 2)}\n` : text);
}

function describe(path: string, info: IClipInfo): string {
    const { header, splats, byteLength, frameCount } = info;
    const percent = (bytes: number): string => `${((100 * bytes) / byteLength).toFixed(1)} %`;
    const rows: [string, string][] = [
        ["file", `${path}, ${formatBytes(byteLength)} (${byteLength} bytes)${info.hasIndex ? "" : ", no index"}`],
        ...Object.entries(info.metadata).map(([name, value]): [string, string] => [name, typeof value === "string" ? value : JSON.stringify(value)]),
        ["frames", `${frameCount} at ${Number(info.fps.toFixed(3))} fps, ${info.duration.toFixed(2)} s`],
        ["rate", `${formatBytes(info.bytesPerFrame)} a frame, ${info.mbps.toFixed(2)} Mbps`],
        [
            "splats",
            `${splats.minLive === splats.maxLive ? splats.maxLive : `${splats.minLive}..${splats.maxLive}`} live, capacity ${splats.capacity}, SH degree ${header.shDegree}`,
        ],
        [
            "space",
            `${header.up} up, ${header.handedness}-handed, ${header.metresPerUnit ? `${header.metresPerUnit} m a unit` : "unit not known"}${header.antialiased ? ", antialiased" : ""}`,
        ],
        ["box", `${header.bounds.slice(0, 3).map(short).join(" ")} to ${header.bounds.slice(3).map(short).join(" ")}`],
        ["bounds", formatErrors(header.errorBounds)],
        ...(info.audio ? [["audio", `${info.audio.mimeType}, ${formatBytes(info.audio.bytes)}, from ${short(info.audio.startTime)} s`] as [string, string]] : []),
        ["key frames", `${info.keyFrames.count}, ${formatBytes(info.keyFrames.bytes)}, ${percent(info.keyFrames.bytes)}`],
        ["residuals", `${info.residualFrames.count}, ${formatBytes(info.residualFrames.bytes)}, ${percent(info.residualFrames.bytes)}`],
        ...Object.entries(info.bytesByGroup).map(([name, bytes]): [string, string] => [`  ${name}`, `${formatBytes(bytes)}, ${percent(bytes)}`]),
        ...info.segments.map(({ firstFrame, frameCount: count, bytes, keyBytes, slots, activeSlots, reference }, i): [string, string] => [
            `segment ${i}`,
            `frames ${firstFrame}..${firstFrame + count - 1}, ${formatBytes(bytes)}, key ${formatBytes(keyBytes)}${reference < 0 ? "" : ` against that of segment ${reference}`}, ${slots} slots, ${activeSlots} of them change`,
        ]),
    ];
    const width = Math.max(...rows.map(([name]) => name.length)) + 2;
    return rows.map(([name, text]) => `${name.padEnd(width)}${text}\n`).join("");
}

function short(value: number): string {
    return String(Number(value.toPrecision(4)));
}
