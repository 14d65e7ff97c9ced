import { open, type FileHandle } from "node:fs/promises";
import { FvvError } from "../../format/fvvError.js";
import type { IByteSource } from "../byteSource.js";

/** A file that is read in parts. */
export class InputFile implements IByteSource {
    private constructor(
        public readonly name: string,
        public readonly byteLength: number,
        private readonly _handle: FileHandle,
    ) {}

    /**
     * Opens a file for reading.
     * @param path the file
     */
    public static async OpenAsync(path: string): Promise<InputFile> {
        const handle = await open(path, "r").catch((error: unknown) => {
            throw unreadable(error, path);
        });
        const { size } = await handle.stat();
        return new InputFile(path, size, handle);
    }

    public async readAsync(offset: number, length: number): Promise<Uint8Array> {
        const bytes = new Uint8Array(length);
        for (let at = 0; at < length;) {
            const { bytesRead } = await this._handle.read(bytes, at, length - at, offset + at).catch((error: unknown) => {
                throw unreadable(error, this.name);
            });
            if (bytesRead === 0) {
                throw new FvvError("UNREADABLE_INPUT", "The file became shorter while it was read; write it again", { source: this.name });
            }
            at += bytesRead;
        }
        return bytes;
    }

    /** Closes it. */
    public async closeAsync(): Promise<void> {
        await this._handle.close();
    }
}

function unreadable(error: unknown, path: string): FvvError {
    return FvvError.From(error, "UNREADABLE_INPUT", "The file cannot be read; check the path", { source: path });
}
