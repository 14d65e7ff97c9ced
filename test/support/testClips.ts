import { existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import { openFrameSourceAsync } from "../../encoder/cli/fileFrameSource.js";
import { ClipEncoder, MemoryClipOutput, type IClipEncoderOptions, type IFrameSource } from "../../encoder/index.js";

/** Where browser tests find the clips that they load, below `/files` of the test server. */
export const TEST_FILES = resolve(".cache/test-files");

/**
 * Encodes a sequence in memory.
 * @param source the sequence
 * @param options of the encoder
 */
export async function encodeAsync(source: IFrameSource, options: IClipEncoderOptions = {}): Promise<Uint8Array<ArrayBuffer>> {
    const output = new MemoryClipOutput();
    const encoder = new ClipEncoder(options, output);
    for (let index = 0; index < source.frameCount; index++) {
        await encoder.addFrameAsync(await source.readFrameAsync(index));
    }
    await encoder.finishAsync();
    return output.toBytes();
}

/**
 * Encodes files into a clip that browser tests can load.
 * @param name name of the clip
 * @param input folder of frames or .splatv
 * @param options of the encoder
 */
export async function makeClipFileAsync(name: string, input: string, options: IClipEncoderOptions = {}): Promise<Uint8Array<ArrayBuffer>> {
    return writeTestFile(name, await encodeAsync(await openFrameSourceAsync([input], {}), options));
}

/**
 * Writes a file that browser tests can load.
 * @param name its name
 * @param bytes its bytes
 */
export function writeTestFile(name: string, bytes: Uint8Array<ArrayBuffer>): Uint8Array<ArrayBuffer> {
    const path = join(TEST_FILES, name);
    mkdirSync(dirname(path), { recursive: true });
    // The server may be reading it.
    writeFileSync(`${path}.tmp`, bytes);
    renameSync(`${path}.tmp`, path);
    return bytes;
}

/**
 * Bytes of a clip made before.
 * @param name its name
 */
export function readTestFile(name: string): Uint8Array | undefined {
    const path = join(TEST_FILES, name);
    return existsSync(path) ? readFileSync(path) : undefined;
}
