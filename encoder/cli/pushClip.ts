import { ClipEncoder, type IClipEncoderEvents, type IEncodeReport, type ISegmentWorkers } from "../clipEncoder.js";
import { resolveEncoderOptions, type IClipEncoderOptions } from "../encoderOptions.js";
import type { ISplatFrame } from "../splatFrame.js";
import { LivePush } from "./livePush.js";

/** How a clip is pushed. */
export interface IPushOptions extends IClipEncoderOptions {
    /** Segments whose key frames hang together; a viewer can join only at the first of them. Default 1. */
    keyWindow?: number;
    /** Most splats of any segment, which viewers make room for. Default: those of the first segment if `tracked`, else half as many again. */
    capacity?: number;
    /** What to tell. */
    events?: IClipEncoderEvents;
    /** Where segments are written. Default here, one after the other. */
    workers?: ISegmentWorkers;
}

/**
 * Encodes frames as they come and pushes them to a live endpoint, segment by segment.
 * @param url the endpoint, for instance that of `fvv serve`: http://localhost:8080/live/NAME.fvv
 * @param frames the frames; the clip ends with them, and breaks off where they throw
 * @param options of the encoder and of the way there
 *
 * @example
 * await pushClipAsync("http://localhost:8080/live/stage.fvv", framesOfCamera(), { fps: 30, segmentLength: 15, up: "+y" });
 */
export async function pushClipAsync(url: string, frames: AsyncIterable<ISplatFrame> | Iterable<ISplatFrame>, options: IPushOptions = {}): Promise<IEncodeReport> {
    const { capacity, events, workers, ...others } = options;
    const encoderOptions = { ...others, keyWindow: others.keyWindow ?? 1 };
    const push = new LivePush(url, resolveEncoderOptions(encoderOptions), capacity);
    try {
        const encoder = new ClipEncoder(encoderOptions, push, events, workers);
        for await (const frame of frames) {
            await encoder.addFrameAsync(frame);
        }
        const report = push.describe(await encoder.finishAsync());
        await push.keepAsync();
        return report;
    } finally {
        push.discard();
    }
}
