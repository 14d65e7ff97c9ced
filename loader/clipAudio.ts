import { audioEnd, readAudioChunk, type IAudioTrack } from "../format/audioTrack.js";
import { FvvError } from "../format/fvvError.js";
import { resolveLimits, type IFvvLimits } from "../format/limits.js";
import { sniffAudioType, type AudioMimeType } from "../format/sniffAudioType.js";
import { readBytesAsync, type IClipSource } from "./sources/clipSource.js";

/** The sound of a clip, fetched. */
export interface IClipAudio {
    /** An audio file. */
    bytes: Uint8Array<ArrayBuffer>;
    /** Its container, by its first bytes. */
    mimeType: AudioMimeType;
    /** Time of the clip at which it begins, seconds. */
    startTime: number;
}

/**
 * Reads the audio track of a clip: one range of its file.
 * @param source where the file is
 * @param track what its head tells
 * @param signal ends the read
 */
export async function readAudioTrackAsync(source: IClipSource, track: IAudioTrack, signal: AbortSignal): Promise<IClipAudio> {
    // Where bytes come in order only, all segments would come before it, and those who play would miss them: it goes a way of its own.
    const other = source.isForwardOnly ? source.openAnother?.() : undefined;
    try {
        const bytes = await readBytesAsync(other ?? source, track.offset, audioEnd(track), signal);
        return { bytes: readAudioChunk(bytes, track) as Uint8Array<ArrayBuffer>, mimeType: track.mimeType, startTime: track.startTime };
    } catch (error) {
        throw named(error, source);
    } finally {
        other?.dispose();
    }
}

/**
 * Reads an audio file that is beside a clip.
 * @param source where it is
 * @param startTime time of the clip at which it begins, seconds
 * @param limits limits for its bytes
 * @param signal ends the read
 */
export async function readAudioFileAsync(source: IClipSource, startTime: number, limits: Partial<IFvvLimits>, signal: AbortSignal): Promise<IClipAudio> {
    const { audioBytes } = resolveLimits(limits);
    try {
        // One byte more tells that there are too many.
        const bytes = await readBytesAsync(source, 0, audioBytes + 1, signal);
        const mimeType = sniffAudioType(bytes);
        if (bytes.length > audioBytes) {
            throw new FvvError("LIMIT_EXCEEDED", `The audio has more than ${audioBytes} bytes; if you trust it, raise limits.audioBytes`);
        } else if (!mimeType) {
            throw new FvvError("UNSUPPORTED_AUDIO", "This is no Ogg, WebM, MP4 (M4A), MP3, WAV or AAC (ADTS) file; check the address, or convert it");
        }
        return { bytes, mimeType, startTime };
    } catch (error) {
        throw named(error, source);
    }
}

/** An error says which file it is about. */
function named(error: unknown, { name }: IClipSource): FvvError {
    const { code, detail, where } = FvvError.From(error, "NETWORK", "The sound cannot be read");
    return new FvvError(code, detail, { source: name, ...where });
}
