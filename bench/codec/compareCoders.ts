import { ClipReader, describeClip } from "../../encoder/index.js";
import { compressZstd19, loadOtherCodersAsync, meshoptByteLength } from "./otherCoders.js";
import { bytePlanes, ResidualCodes } from "./residualCodes.js";
import { order0Bits } from "./statistics.js";

/** Where the bytes of a clip are, and what others would need for its residual frames. */
export interface IByteFigures {
    /** Bytes a frame by attribute group, gates, life and tables; they add up to the clip. */
    bytesPerFrameByGroup: Record<string, number>;
    /** Share of the key frames in the bytes. */
    keyShare: number;
    /** Bytes of our residual frames. */
    residualBytes: number;
    /**
     * What others need for the same symbols, bytes of all residual frames. The symbols are those of `ResidualCodes`, so the same quantised frames, of all live splats,
     * changed or not, predicted by the frame before.
     * - order0: entropy of each channel of each frame by itself, tables for free
     * - zstd19: zstd at level 19, each frame by itself, its byte planes one after the other
     * - meshopt: meshoptimizer's vertex codec, each frame by itself, a vertex a splat
     */
    others: { order0: number; zstd19: number; meshopt: number };
}

/**
 * Finds where the bytes of a clip are, and gives its symbols to other coders.
 * @param bytes the clip
 */
export async function compareCodersAsync(bytes: Uint8Array): Promise<IByteFigures> {
    await loadOtherCodersAsync();
    const clip = new ClipReader(bytes);
    const residuals = new ResidualCodes();
    const others = { order0: 0, zstd19: 0, meshopt: 0 };
    for (const { firstFrame, frameCount } of clip.segments) {
        clip.decodeFrame(firstFrame);
        const { state } = clip.decoder;
        residuals.keep(state);
        for (let frame = firstFrame + 1; frame < firstFrame + frameCount; frame++) {
            clip.decodeFrame(frame);
            const channels = residuals.take(state);
            const planes = channels.flatMap((symbols, channel) => bytePlanes(symbols, state.masks[channel]));
            others.order0 += channels.reduce((sum, symbols) => sum + order0Bits(symbols), 0) / 8;
            others.zstd19 += compressZstd19(planes).length;
            others.meshopt += meshoptByteLength(planes);
        }
    }
    const info = describeClip(bytes);
    const perFrame = Object.entries(info.bytesByGroup).map(([name, count]) => [name, Math.round(count / info.frameCount)]);
    return {
        bytesPerFrameByGroup: Object.fromEntries(perFrame) as Record<string, number>,
        keyShare: info.keyFrames.share,
        residualBytes: info.residualFrames.bytes,
        others: { ...others, order0: Math.round(others.order0) },
    };
}
