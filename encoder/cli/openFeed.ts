import { FvvError } from "../../format/fvvError.js";
import { resolveEncoderOptions } from "../encoderOptions.js";
import type { ICliIo } from "./cliIo.js";
import { encoderOptions, shardRange } from "./encodeOptions.js";
import { cutFrames, openFrameSourceAsync, type IFileFrameSource } from "./fileFrameSource.js";
import { FollowedFolder } from "./followedFolder.js";
import { feedOf, type IFrameFeed } from "./frameFeed.js";
import type { ICliArguments } from "./options.js";

/**
 * Opens the frames that `encode` is to take: those that are there, or with `--follow` those that come.
 * @param args what the user gave
 * @param io where words go, and what stops it
 */
export async function openFeedAsync(args: ICliArguments, io: ICliIo): Promise<IFrameFeed> {
    if (args.has("follow")) {
        return await followAsync(args, io);
    }
    refuse(args, ["idle", "settle"], "it belongs to --follow");
    const source = await openSourceAsync(args);
    const shard = args.text("shard");
    if (shard === undefined) {
        return feedOf(source);
    }
    const { segmentLength, keyWindow } = resolveEncoderOptions(encoderOptions(args, source));
    return feedOf(cutFrames(source, shardRange(shard, source.frameCount, segmentLength * keyWindow)));
}

/**
 * Opens the frames that are there.
 * @param args what the user gave
 */
export async function openSourceAsync(args: ICliArguments): Promise<IFileFrameSource> {
    return await openFrameSourceAsync(args.inputs, { fps: args.number("fps"), duration: args.number("duration") }, args.range("frames"));
}

async function followAsync(args: ICliArguments, io: ICliIo): Promise<FollowedFolder> {
    refuse(args, ["frames", "shard", "duration"], "--follow takes all frames of a folder");
    const [folder, ...others] = args.inputs;
    if (others.length > 0) {
        throw new FvvError("BAD_OPTION", "--follow takes one folder; give it alone", { source: others[0] });
    }
    io.err(`following ${folder}: a file END in it, or Ctrl+C, ends the clip\n`);
    return await FollowedFolder.OpenAsync(folder, { idle: seconds(args, "idle"), settle: seconds(args, "settle") }, io);
}

function refuse(args: ICliArguments, names: readonly string[], why: string): void {
    const name = names.find((option) => args.text(option) !== undefined);
    if (name !== undefined) {
        throw new FvvError("BAD_OPTION", `--${name} cannot be given here, ${why}; leave it away`, { source: `--${name}` });
    }
}

function seconds(args: ICliArguments, name: string): number | undefined {
    const value = args.number(name);
    if (value !== undefined && !(value > 0 && value <= 1e6)) {
        throw new FvvError("BAD_OPTION", `--${name} is ${value}; give seconds, over 0`, { source: `--${name}` });
    }
    return value;
}
