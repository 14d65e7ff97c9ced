import { FvvError } from "../format/fvvError.js";
import type { ISplatFrame } from "../format/splatFrame.js";
import type { FvvPlayer } from "./fvvPlayer.js";

/**
 * Takes a frame of a clip as splats, exactly as `fvv decode` writes it: live splats in the order of their slots, in the coordinates of the clip (look, budget and transform of the mesh do not count).
 * It is decoded again beside the player, from the bytes in memory or, where they are not there, from the source. What is on screen goes on. `writePly` and `writeSplat` of `babylon-fvv/encoder` make
 * files of it.
 * @param player player of the clip
 * @param frame number of the frame, default the one on screen; of a ladder the rendition on screen is taken
 */
export async function captureFrameAsync(player: FvvPlayer, frame = player.currentFrame): Promise<ISplatFrame> {
    const { stream, rendition } = player.streaming;
    if (rendition < 0) {
        throw new FvvError("FRAME_OUT_OF_RANGE", "No frame is on screen yet; await player.firstFramePromise first");
    }
    // Who plays in a worker has no decoder on this thread.
    const [{ decodeFrameAsync }, { dequantizeFrame }] = await Promise.all([
        import(/* webpackChunkName: "decodeSession" */ "../loader/decodeFrame.js"),
        import(/* webpackChunkName: "decodeSession" */ "../format/dequantizeFrame.js"),
    ]);
    const { state, segment } = await decodeFrameAsync(stream, rendition, frame);
    return dequantizeFrame(state, segment.quantization, stream.rendition(rendition).head.header.shDegree);
}
