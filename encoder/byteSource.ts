import { FvvError } from "../format/fvvError.js";

/** Bytes that can be read in parts, for instance a file. */
export interface IByteSource {
    /** Name for messages. */
    readonly name: string;
    /** Number of bytes. */
    readonly byteLength: number;
    /**
     * Reads a part.
     * @param offset where it begins
     * @param length its bytes; all of them are there
     */
    readAsync(offset: number, length: number): Promise<Uint8Array>;
}

/**
 * Reads a part that a file's own numbers name: where the bytes end before it does, the file was cut. Nothing is allocated for what is not there.
 * @param source the bytes
 * @param offset where the part begins
 * @param length its bytes
 */
export async function readPartAsync(source: IByteSource, offset: number, length: number): Promise<Uint8Array> {
    if (offset + length > source.byteLength) {
        throw new FvvError("TRUNCATED", "The file ends too early; fetch or encode it again", { source: source.name, offset: source.byteLength });
    }
    return await source.readAsync(offset, length);
}
