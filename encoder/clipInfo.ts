import { bytesByGroup } from "../format/bytesByGroup.js";
import type { IClipHeader } from "../format/clipHeader.js";
import type { IClipMetadata } from "../format/clipHead.js";
import { CHUNK_HEADER_BYTES, CHUNK_TYPES, readChunkHeader } from "../format/chunk.js";
import type { IFvvLimits } from "../format/limits.js";
import { SymbolMeter } from "../format/symbolMeter.js";
import { ClipReader } from "./clipReader.js";

/** What `fvv info` tells of a clip. */
export interface IClipInfo {
    /** Bytes of the file. */
    byteLength: number;
    /** Header of the file; its bounds as plain numbers. */
    header: Omit<IClipHeader, "bounds"> & { bounds: number[] };
    /** Title, author, licence and whatever else the file says. */
    metadata: IClipMetadata;
    /** The audio track: what it is, when it begins, its bytes. */
    audio?: { mimeType: string; startTime: number; bytes: number };
    /** Whether segments can be found without reading all of the file. */
    hasIndex: boolean;
    /** Frames a second. */
    fps: number;
    /** Frames that are there. */
    frameCount: number;
    /** Seconds. */
    duration: number;
    /** Mean bytes of a frame, everything included. */
    bytesPerFrame: number;
    /** Mean bit rate in megabits a second. */
    mbps: number;
    /** Splats: most slots of a segment, fewest and most live ones of a frame. */
    splats: { capacity: number; minLive: number; maxLive: number };
    /** Bytes of key frames and residual frames, and their shares of the file. */
    keyFrames: { count: number; bytes: number; share: number };
    residualFrames: { count: number; bytes: number; share: number };
    /**
     * Where the bytes go: the attribute groups; `audio`, the sound; `gates`, which groups of which splats have a residual; `life`, births and deaths; `tables`, entropy tables and headers.
     * They add up to the file.
     */
    bytesByGroup: Record<string, number>;
    /** The segments in order. */
    segments: {
        firstFrame: number;
        frameCount: number;
        offset: number;
        bytes: number;
        keyBytes: number;
        slots: number;
        activeSlots: number;
        /** Segment whose key frame this one's is coded against; -1: it stands alone. */
        reference: number;
        frameBytes: number[];
    }[];
}

/**
 * Decodes a clip and tells what is in it.
 * @param bytes the file
 * @param limits limits for the counts
 */
export function describeClip(bytes: Uint8Array, limits?: Partial<IFvvLimits>): IClipInfo {
    const meter = new SymbolMeter();
    const clip = new ClipReader(bytes, limits, meter);
    const live = { min: Infinity, max: 0 };
    const segments = clip.segments.map(({ offset, byteLength, keyByteLength, firstFrame, frameCount, referenceDistance = 0 }, segment) => {
        for (let frame = firstFrame; frame < firstFrame + frameCount; frame++) {
            clip.decodeFrame(frame);
            live.min = Math.min(live.min, clip.decoder.state.liveCount);
            live.max = Math.max(live.max, clip.decoder.state.liveCount);
        }
        const { slotCount, activeSlotCount } = clip.decoder.segment;
        const frameBytes = frameByteLengths(bytes, offset, frameCount);
        return {
            firstFrame,
            frameCount,
            offset,
            bytes: byteLength,
            keyBytes: keyByteLength,
            slots: slotCount,
            activeSlots: activeSlotCount,
            reference: referenceDistance > 0 ? segment - referenceDistance : -1,
            frameBytes,
        };
    });
    const keyBytes = segments.reduce((sum, { frameBytes }) => sum + frameBytes[0], 0);
    const residualBytes = segments.reduce((sum, { frameBytes }) => sum + frameBytes.slice(1).reduce((a, b) => a + b, 0), 0);
    const { frameCount, fps } = clip;
    const { shDegree } = clip.header;
    return {
        byteLength: bytes.length,
        header: { ...clip.header, bounds: [...clip.header.bounds] },
        metadata: clip.metadata,
        ...(clip.audio ? { audio: { mimeType: clip.audio.mimeType, startTime: clip.audio.startTime, bytes: clip.audio.byteLength } } : {}),
        hasIndex: clip.hasIndex,
        fps,
        frameCount,
        duration: frameCount / fps,
        bytesPerFrame: bytes.length / frameCount,
        mbps: (bytes.length * 8 * fps) / (frameCount * 1e6),
        splats: { capacity: clip.header.capacity, minLive: Math.min(live.min, live.max), maxLive: live.max },
        keyFrames: { count: segments.length, bytes: keyBytes, share: keyBytes / bytes.length },
        residualFrames: { count: frameCount - segments.length, bytes: residualBytes, share: residualBytes / bytes.length },
        bytesByGroup: clip.audio
            ? { ...bytesByGroup(meter, bytes.length - clip.audio.byteLength, shDegree), audio: clip.audio.byteLength }
            : bytesByGroup(meter, bytes.length, shDegree),
        segments,
    };
}

/** Bytes of each frame of a segment that was decoded; chunks in between count with the frame after them. */
function frameByteLengths(bytes: Uint8Array, offset: number, frameCount: number): number[] {
    const lengths: number[] = [];
    let start = offset + chunkByteLength(bytes, offset);
    for (let at = start; lengths.length < frameCount;) {
        const { type } = readChunkHeader(bytes, at);
        at += chunkByteLength(bytes, at);
        if (type === CHUNK_TYPES.keyFrame || type === CHUNK_TYPES.residualFrame) {
            lengths.push(at - start);
            start = at;
        }
    }
    return lengths;
}

function chunkByteLength(bytes: Uint8Array, at: number): number {
    return CHUNK_HEADER_BYTES + readChunkHeader(bytes, at).length;
}
