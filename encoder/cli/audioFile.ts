import { readFile } from "node:fs/promises";
import { FvvError } from "../../format/fvvError.js";
import type { AudioMimeType } from "../../format/sniffAudioType.js";
import { checkAudio, type CheckedAudio } from "../encoderAudio.js";
import type { ICliArguments, ICliOption } from "./options.js";

/** Options that give a clip a sound. */
export const AUDIO_OPTIONS: readonly ICliOption[] = [
    { name: "audio", value: "FILE", help: "sound of the clip, stored as it is: Ogg (Opus), WebM, M4A, MP3, WAV or AAC; of shards, the first takes it" },
    { name: "audio-start", value: "SECONDS", help: "time of the clip at which the sound begins, negative where that was before (0)" },
];

/** Endings of audio files. */
export const AUDIO_ENDINGS: Readonly<Record<AudioMimeType, string>> = {
    "audio/ogg": ".ogg",
    "audio/webm": ".webm",
    "audio/mp4": ".m4a",
    "audio/mpeg": ".mp3",
    "audio/wav": ".wav",
    "audio/aac": ".aac",
};

/**
 * Reads the sound that the user gave.
 * @param args what the user gave
 * @returns undefined where there is none
 */
export async function readAudioAsync(args: ICliArguments): Promise<CheckedAudio | undefined> {
    const path = args.text("audio");
    const startTime = args.number("audio-start");
    if (path === undefined) {
        if (startTime !== undefined) {
            throw new FvvError("BAD_OPTION", "--audio-start cannot be given here, it belongs to --audio; leave it away", { source: "--audio-start" });
        }
        return undefined;
    }
    const bytes = await readFile(path).catch((error: unknown) => {
        throw FvvError.From(error, "UNREADABLE_INPUT", "The audio cannot be read; check the path", { source: path });
    });
    try {
        return checkAudio({ bytes, startTime });
    } catch (error) {
        const { code, detail } = FvvError.From(error, "INTERNAL", "The audio cannot be checked");
        throw new FvvError(code, detail, { source: path });
    }
}
