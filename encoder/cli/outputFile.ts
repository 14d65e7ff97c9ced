import { createReadStream, existsSync, rmSync } from "node:fs";
import { open, rename, type FileHandle } from "node:fs/promises";
import { FvvError } from "../../format/fvvError.js";
import type { IClipOutput } from "../clipOutput.js";

/**
 * A file that is there whole or not at all: it is written under another name in the same folder and renamed at the end.
 */
export class OutputFile {
    private _isKept = false;

    private constructor(
        private readonly _path: string,
        private readonly _temporary: string,
        private readonly _handle: FileHandle,
    ) {}

    /**
     * Opens a file for writing; an existing one stays as it is until {@link keepAsync}.
     * @param path where the file is to be
     * @param force whether it may take the place of another
     */
    public static async OpenAsync(path: string, force: boolean): Promise<OutputFile> {
        OutputFile.CheckFree(path, force);
        const temporary = `${path}.${process.pid}.tmp`;
        const handle = await open(temporary, "w").catch((error: unknown) => {
            throw unwritable(error, path);
        });
        return new OutputFile(path, temporary, handle);
    }

    /**
     * Refuses to take the place of another file unless that is wanted.
     * @param path where a file is to be
     * @param force whether it may take the place of another
     */
    public static CheckFree(path: string, force: boolean): void {
        if (!force && existsSync(path)) {
            throw new FvvError("OUTPUT_EXISTS", "The output is there already; give another name, or --force to replace it", {
                source: path,
            });
        }
    }

    /** Appends bytes. */
    public async writeAsync(bytes: Uint8Array): Promise<void> {
        await this._handle.writeFile(bytes).catch((error: unknown) => {
            throw unwritable(error, this._path);
        });
    }

    /** Appends another file that is still being written. */
    public async writeFileAsync(other: OutputFile): Promise<void> {
        for await (const part of createReadStream(other._temporary)) {
            await this.writeAsync(part as Uint8Array);
        }
    }

    /** Gives the file its name: from now on it is there. */
    public async keepAsync(): Promise<void> {
        await this._handle.close();
        await rename(this._temporary, this._path).catch((error: unknown) => {
            throw unwritable(error, this._path);
        });
        this._isKept = true;
    }

    /** Removes what was written unless it was kept. Synchronous, so that it works while the process ends. */
    public discard(): void {
        if (!this._isKept) {
            void this._handle.close().catch(() => {});
            rmSync(this._temporary, { force: true });
        }
    }
}

/** A clip that is being written to a file: what follows the head waits in a file of its own until the head is known. */
export class ClipOutputFile implements IClipOutput {
    private constructor(
        private readonly _clip: OutputFile,
        private readonly _body: OutputFile,
    ) {}

    /**
     * Opens a clip for writing.
     * @param path where the clip is to be
     * @param force whether it may take the place of another file
     */
    public static async OpenAsync(path: string, force: boolean): Promise<ClipOutputFile> {
        const clip = await OutputFile.OpenAsync(path, force);
        try {
            return new ClipOutputFile(clip, await OutputFile.OpenAsync(`${path}.body`, true));
        } catch (error) {
            clip.discard();
            throw error;
        }
    }

    public async writeBodyAsync(bytes: Uint8Array): Promise<void> {
        await this._body.writeAsync(bytes);
    }

    public async writeHeadAsync(bytes: Uint8Array): Promise<void> {
        await this._clip.writeAsync(bytes);
        await this._clip.writeFileAsync(this._body);
    }

    /** Gives the clip its name. */
    public async keepAsync(): Promise<void> {
        await this._clip.keepAsync();
    }

    /** Removes everything but a clip that was kept. */
    public discard(): void {
        this._clip.discard();
        this._body.discard();
    }
}

/**
 * The error for an output that cannot be written.
 * @param error what went wrong
 * @param path the output
 */
export function unwritable(error: unknown, path: string): FvvError {
    return FvvError.From(error, "UNWRITABLE_OUTPUT", "The output cannot be written; check the folder, its rights and the space left", {
        source: path,
    });
}
