import { SWEEP } from "./sweep.js";

/** First bytes of audio files, by MIME type; what follows does not matter to who only carries them. */
const BEGINNINGS = {
    "audio/ogg": [..."OggS\0\x02"],
    "audio/webm": [..."\x1a\x45\xdf\xa3\x9f\x42\x86\x81\x01\x42\x82\x84webm"],
    "audio/mp4": [..."\0\0\0\x20ftypM4A "],
    "audio/mpeg": [..."\xff\xfb\x90\x64"],
    "audio/wav": [..."RIFF\x24\0\0\0WAVEfmt "],
    "audio/aac": [..."\xff\xf1\x50\x80"],
} as const;

/**
 * Bytes that begin as an audio file does. They do not play.
 * @param mimeType its container
 * @param byteLength its bytes
 */
export function makeAudioBytes(mimeType: keyof typeof BEGINNINGS = "audio/ogg", byteLength = 200): Uint8Array<ArrayBuffer> {
    const bytes = Uint8Array.from({ length: byteLength }, (_, i) => (i * 37) & 255);
    BEGINNINGS[mimeType].forEach((letter, i) => (bytes[i] = letter.charCodeAt(0)));
    return bytes;
}

/**
 * A WAV file with a tone whose pitch tells the time: 16 bits, one channel.
 * @param seconds its length
 * @param rate samples a second
 */
export function makeWav(seconds: number, rate = 16000): Uint8Array<ArrayBuffer> {
    const count = Math.round(seconds * rate);
    const bytes = new Uint8Array(44 + 2 * count);
    const view = new DataView(bytes.buffer);
    const text = (at: number, letters: string): void => [...letters].forEach((letter, i) => (bytes[at + i] = letter.charCodeAt(0)));
    text(0, "RIFF");
    view.setUint32(4, 36 + 2 * count, true);
    text(8, "WAVEfmt ");
    view.setUint32(16, 16, true);
    view.setUint16(20, 1, true);
    view.setUint16(22, 1, true);
    view.setUint32(24, rate, true);
    view.setUint32(28, 2 * rate, true);
    view.setUint16(32, 2, true);
    view.setUint16(34, 16, true);
    text(36, "data");
    view.setUint32(40, 2 * count, true);
    for (let i = 0, turns = 0; i < count; i++) {
        view.setInt16(44 + 2 * i, 8000 * Math.sin(2 * Math.PI * turns), true);
        turns += (SWEEP.from + SWEEP.perSecond * ((i / rate) % SWEEP.seconds)) / rate;
    }
    return bytes;
}
