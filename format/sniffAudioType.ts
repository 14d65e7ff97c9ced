/** MIME type of an audio file that a clip may have. */
export type AudioMimeType = "audio/ogg" | "audio/webm" | "audio/mp4" | "audio/mpeg" | "audio/wav" | "audio/aac";

/** How far a Matroska file's name of its kind is looked for. */
const DOC_TYPE_BYTES = 64;

/**
 * Finds the container of an audio file by its first bytes. What a file calls itself elsewhere is never trusted.
 * @param bytes the file, or its first 64 bytes
 * @returns its MIME type, or undefined where it is none that a clip may have
 */
export function sniffAudioType(bytes: Uint8Array): AudioMimeType | undefined {
    const has = (text: string, at: number): boolean => hasText(bytes, text, at);
    if (has("OggS", 0)) {
        return "audio/ogg";
    }
    if (has("RIFF", 0) && has("WAVE", 8)) {
        return "audio/wav";
    }
    if (has("ftyp", 4)) {
        return "audio/mp4";
    }
    if (has("\x1a\x45\xdf\xa3", 0)) {
        return isWebm(bytes) ? "audio/webm" : undefined;
    }
    if (has("ID3", 0)) {
        return "audio/mpeg";
    }
    return bytes.length >= 2 && bytes[0] === 0xff ? mpegType(bytes[1]) : undefined;
}

function isWebm(bytes: Uint8Array): boolean {
    for (let at = 4; at < DOC_TYPE_BYTES; at++) {
        if (hasText(bytes, "webm", at)) {
            return true;
        }
    }
    return false;
}

/** The second byte of an MPEG audio frame: eleven bits of synchronisation, the version, the layer. AAC has layer 0. */
function mpegType(second: number): AudioMimeType | undefined {
    if ((second & 0xf6) === 0xf0) {
        return "audio/aac";
    }
    const version = (second >> 3) & 3;
    const layer = (second >> 1) & 3;
    return (second & 0xe0) === 0xe0 && version !== 1 && layer === 1 ? "audio/mpeg" : undefined;
}

function hasText(bytes: Uint8Array, text: string, at: number): boolean {
    for (let i = 0; i < text.length; i++) {
        if (bytes[at + i] !== text.charCodeAt(i)) {
            return false;
        }
    }
    return true;
}
