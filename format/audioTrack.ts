import { ByteReader } from "./byteReader.js";
import { ByteWriter } from "./byteWriter.js";
import { CHUNK_HEADER_BYTES, CHUNK_TYPES, readChunk, readChunkHeader, writeChunk } from "./chunk.js";
import { FvvError } from "./fvvError.js";
import { checkLimit, type IFvvLimits } from "./limits.js";
import { sniffAudioType, type AudioMimeType } from "./sniffAudioType.js";

/** The containers that an audio track may have, by their number in the file; 0 is none. */
const CONTAINERS: readonly (AudioMimeType | undefined)[] = [undefined, "audio/ogg", "audio/webm", "audio/mp4", "audio/mpeg", "audio/wav", "audio/aac"];

/** Bytes of the payload that tells where the audio is. */
const PLACE_BYTES = 21;
/** Bytes of the whole chunk that tells where the audio is. */
export const AUDIO_PLACE_CHUNK_BYTES = CHUNK_HEADER_BYTES + PLACE_BYTES;

/** The audio track of a clip, as its head tells it. */
export interface IAudioTrack {
    /** Container of the audio, as a MIME type. */
    mimeType: AudioMimeType;
    /** Time of the clip at which the audio begins, seconds at speed 1; negative where it began before the clip. */
    startTime: number;
    /** Byte offset of its chunk from the start of the file, behind all segments. */
    offset: number;
    /** Bytes of the audio file, the header of its chunk left out. */
    byteLength: number;
}

/** Writes the payload of the chunk in the head that tells where the audio is. */
export function writeAudioPlace({ offset, byteLength, startTime, mimeType }: IAudioTrack): Uint8Array<ArrayBuffer> {
    const out = new ByteWriter(PLACE_BYTES);
    out.u64(offset);
    out.u32(byteLength);
    out.f64(startTime);
    out.u8(CONTAINERS.indexOf(mimeType));
    return out.toBytes();
}

/**
 * Reads the payload of the chunk in the head that tells where the audio is.
 * @param payload payload
 * @param origin its byte offset in the file
 * @param limits limits for the counts
 * @returns the track; undefined where its container is one of a later version: the clip plays without it
 */
export function readAudioPlace(payload: Uint8Array, origin: number, limits: IFvvLimits): IAudioTrack | undefined {
    const reader = new ByteReader(payload, origin, "The place of the audio", "BAD_AUDIO");
    const offset = reader.u64();
    const byteLength = reader.u32();
    const startTime = reader.f64();
    const mimeType = CONTAINERS[reader.u8()];
    checkLimit(limits, "audioBytes", byteLength, origin + 8);
    if (byteLength === 0 || !Number.isFinite(startTime)) {
        throw reader.error("tells of no bytes, or of a start that is no time");
    }
    return mimeType && { mimeType, startTime, offset, byteLength };
}

/** Writes the chunk that holds an audio file, byte for byte. */
export function writeAudioChunk(bytes: Uint8Array): Uint8Array<ArrayBuffer> {
    const out = new ByteWriter(CHUNK_HEADER_BYTES + bytes.length);
    writeChunk(out, CHUNK_TYPES.audio, bytes);
    return out.toBytes();
}

/** Byte after the audio's chunk. */
export function audioEnd({ offset, byteLength }: IAudioTrack): number {
    return offset + CHUNK_HEADER_BYTES + byteLength;
}

/**
 * Takes an audio file out of its chunk. Throws where that is not what the head told, is damaged, or holds another container.
 * @param bytes the bytes of the chunk, from its offset on; where there are fewer than the head told, the file was cut
 * @param track what the head tells
 * @returns the audio file, a view
 */
export function readAudioChunk(bytes: Uint8Array, track: IAudioTrack): Uint8Array {
    const { offset, byteLength, mimeType } = track;
    if (bytes.length < CHUNK_HEADER_BYTES + byteLength) {
        throw new FvvError("TRUNCATED", "The file ends before its audio does; fetch or encode it again", { offset: offset + bytes.length });
    }
    const { type, length } = readChunkHeader(bytes, 0);
    if (type !== CHUNK_TYPES.audio || length !== byteLength) {
        throw new FvvError("BAD_AUDIO", "The audio is not where the head of the file says; the file is damaged, fetch or encode it again", { offset });
    }
    const { payload } = readChunk(bytes, 0, offset);
    if (sniffAudioType(payload) !== mimeType) {
        throw new FvvError("BAD_AUDIO", `The audio is no ${mimeType}, as the head of the file says; encode it again`, { offset });
    }
    return payload;
}
