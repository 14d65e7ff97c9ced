import type { IAudioTrack } from "../format/audioTrack.js";
import { FvvError } from "../format/fvvError.js";
import { FVV_DEFAULT_LIMITS } from "../format/limits.js";
import { sniffAudioType, type AudioMimeType } from "../format/sniffAudioType.js";

/** An audio track to go into a clip. */
export interface IEncoderAudio {
    /** An audio file: Ogg, WebM, MP4 (M4A), MP3, WAV or ADTS AAC. It goes into the clip as it is. */
    bytes: Uint8Array;
    /** What it is. Default: what its first bytes say, which a type given must agree with. */
    mimeType?: AudioMimeType;
    /** Time of the clip at which it begins, seconds at speed 1; negative where it began before the clip. Default 0. */
    startTime?: number;
}

/** An audio track that was checked. */
export type CheckedAudio = Omit<IAudioTrack, "offset"> & { bytes: Uint8Array };

/**
 * Checks an audio track. Throws UNSUPPORTED_AUDIO where a clip cannot have it.
 * @param audio the track
 */
export function checkAudio({ bytes, mimeType, startTime = 0 }: IEncoderAudio): CheckedAudio {
    if (!Number.isFinite(startTime)) {
        throw new FvvError("BAD_OPTION", `The start of the audio is ${startTime}; give a finite number of seconds`, { source: "audio.startTime" });
    }
    const found = sniffAudioType(bytes);
    if (!found) {
        throw new FvvError("UNSUPPORTED_AUDIO", "The audio is no Ogg, WebM, MP4 (M4A), MP3, WAV or AAC (ADTS) file; convert it to one, for instance to Opus in Ogg", {
            source: "audio",
        });
    }
    if (mimeType !== undefined && mimeType !== found) {
        throw new FvvError("UNSUPPORTED_AUDIO", `The audio is said to be ${mimeType} and is ${found}; leave the type away`, { source: "audio" });
    }
    if (bytes.length > FVV_DEFAULT_LIMITS.audioBytes) {
        throw new FvvError("UNSUPPORTED_AUDIO", `The audio has ${bytes.length} bytes, and players take ${FVV_DEFAULT_LIMITS.audioBytes}; compress it`, {
            source: "audio",
        });
    }
    return { bytes, mimeType: found, startTime, byteLength: bytes.length };
}
