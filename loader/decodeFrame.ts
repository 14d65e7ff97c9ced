import { referenceOf } from "../format/clipIndex.js";
import { FvvError } from "../format/fvvError.js";
import { SegmentDecoder } from "../format/segmentDecoder.js";
import type { ISymbolReader } from "../format/symbolReader.js";
import type { ClipStream } from "./clipStream.js";
import { segmentOf } from "./segmentOf.js";

/**
 * Decodes one frame of a clip beside those who play it, from its key frame on. The thread gets to other things between the frames on the way.
 * @param stream the clip
 * @param rendition number of the rendition, 0 where there is one file only
 * @param frame number of the frame
 * @param symbolReader what reads the symbols of the frame's segment; another one can count them
 * @returns a decoder that holds the frame
 */
export async function decodeFrameAsync(stream: ClipStream, rendition: number, frame: number, symbolReader?: ISymbolReader): Promise<SegmentDecoder> {
    const { segments, head } = stream.rendition(rendition);
    const segment = segmentOf(segments, frame);
    if (segment < 0 || !Number.isInteger(frame)) {
        throw new FvvError("FRAME_OUT_OF_RANGE", `There is no frame ${frame}; the clip has frames ${stream.firstFrame} to ${stream.frameCount - 1}`);
    }
    const decoder = new SegmentDecoder(head.header, stream.limits, symbolReader);
    const reference = referenceOf(segments, segment);
    if (reference >= 0) {
        const before = new SegmentDecoder(head.header, stream.limits);
        before.begin(await stream.readSegmentAsync(rendition, reference), segments[reference]);
        before.decodeFrame();
        decoder.reference = before.reference;
    }
    decoder.begin(await stream.readSegmentAsync(rendition, segment), segments[segment]);
    while (decoder.decodeFrame() !== frame) {
        await new Promise((resolve) => setTimeout(resolve, 0));
    }
    return decoder;
}
