import { readdir, stat } from "node:fs/promises";
import { join } from "node:path";
import type { UpAxis } from "../../format/clipHeader.js";
import { FvvError } from "../../format/fvvError.js";
import { isFrameFileName, readFrameAsync, upAxisOfFile } from "../readers/readFrame.js";
import type { ICliIo } from "./cliIo.js";
import { compareNaturally, frameFileOf, kindOf } from "./fileFrameSource.js";
import type { IFedFrame, IFrameFeed } from "./frameFeed.js";

/** Name of the file that says that no more frames will come. */
const END_FILE = "END";

/** How a folder is followed. */
export interface IFollowOptions {
    /** Seconds that a file must stay unchanged to count as complete. Default 1. */
    settle?: number;
    /** Seconds without anything new after which the sequence is taken as ended. Default: never. */
    idle?: number;
}

/** A file that was seen and not taken yet. */
interface ISeenFile {
    size: number;
    mtimeMs: number;
    /** When it was first seen like this. */
    since: number;
}

/**
 * The frames of a folder that another program is still writing, in natural order. A file is taken when it and all files before it are complete. The sequence ends with a file
 * named END in the folder, after some time without anything new, or by {@link finish}.
 */
export class FollowedFolder implements IFrameFeed {
    private readonly _settleMs: number;
    private readonly _idleMs: number;
    private readonly _taken = new Set<string>();
    private readonly _ready: string[] = [];
    private _seen = new Map<string, ISeenFile>();
    private _lastName: string | undefined;
    private _lastNews = performance.now();
    private _hasEnd = false;
    private _isOver = false;
    private _byteLength = 0;
    private _wake: () => void = () => {};

    private constructor(
        private readonly _folder: string,
        options: IFollowOptions,
        private readonly _signal: AbortSignal,
    ) {
        this._settleMs = 1000 * (options.settle ?? 1);
        this._idleMs = 1000 * (options.idle ?? Infinity);
        _signal.addEventListener("abort", () => this._wake());
    }

    /**
     * Follows a folder; waits for its first frame.
     * @param folder the folder
     * @param options when a file is complete, and when the sequence
     * @param io what stops it: the first interrupt {@link finish | finishes} the sequence
     */
    public static async OpenAsync(folder: string, options: IFollowOptions, io: ICliIo): Promise<FollowedFolder> {
        const followed = new FollowedFolder(folder, options, io.signal);
        io.onInterrupt?.(() => {
            io.err("finishing the clip; interrupt again to give it up\n");
            followed.finish();
        });
        await followed._waitAsync();
        if (followed._ready.length === 0) {
            throw new FvvError("NO_INPUT", "There was no frame in the folder when it ended; write frames before END", { source: folder });
        }
        return followed;
    }

    /** Up axis that the file format prescribes, where it does. */
    public get up(): UpAxis | undefined {
        return upAxisOfFile(this._lastName ?? this._ready[0]);
    }

    public get byteLength(): number {
        return this._byteLength;
    }

    /** Ends the sequence with the frames taken so far. */
    public finish(): void {
        this._isOver = true;
        this._wake();
    }

    public async nextAsync(): Promise<IFedFrame | undefined> {
        await this._waitAsync();
        const id = this._isOver ? undefined : this._ready.shift();
        if (id === undefined) {
            return undefined;
        }
        const name = join(this._folder, id);
        const byteLength = this._seen.get(id)?.size ?? 0;
        this._taken.add(id);
        this._seen.delete(id);
        this._lastName = id;
        this._byteLength += byteLength;
        return { name, id, byteLength, readAsync: async () => await readFrameAsync(await frameFileOf(name)) };
    }

    /** Waits until there is a complete file or the sequence is over. */
    private async _waitAsync(): Promise<void> {
        while (this._ready.length === 0 && !this._isOver) {
            await this._lookAsync();
            if (this._ready.length === 0 && !this._isOver) {
                await this._pauseAsync();
            }
            this._signal.throwIfAborted();
        }
    }

    private async _lookAsync(): Promise<void> {
        const names = await readdir(this._folder).catch((error: unknown) => {
            throw FvvError.From(error, "UNREADABLE_INPUT", "The folder cannot be read; check the path", { source: this._folder });
        });
        const pending = names.filter((name) => isFrameFileName(name) && !this._taken.has(name)).sort(compareNaturally);
        this._checkNames(pending);
        await this._observeAsync(pending);
        const now = performance.now();
        for (const name of pending) {
            const file = this._seen.get(name);
            // An empty file is one that its writer has opened only.
            if (!file || now - file.since < this._settleMs || (file.size === 0 && !this._hasEnd)) {
                break;
            }
            this._ready.push(name);
        }
        // Files that came while the folder was listed are found the next time.
        this._isOver ||= pending.length === 0 && (this._hasEnd || now - this._lastNews >= this._idleMs);
        this._hasEnd = names.includes(END_FILE);
    }

    /** Notes since when each file is as it is. */
    private async _observeAsync(pending: readonly string[]): Promise<void> {
        const seen = new Map<string, ISeenFile>();
        for (const name of pending) {
            const found = await stat(join(this._folder, name)).catch(() => undefined);
            const before = this._seen.get(name);
            if (!found) {
                continue;
            }
            const isSame = before?.size === found.size && before.mtimeMs === found.mtimeMs;
            this._lastNews = isSame ? this._lastNews : performance.now();
            seen.set(name, { size: found.size, mtimeMs: found.mtimeMs, since: isSame ? before.since : performance.now() });
        }
        this._seen = seen;
    }

    private _checkNames(pending: readonly string[]): void {
        const last = this._lastName;
        if (last === undefined || pending.length === 0) {
            return;
        }
        if (compareNaturally(pending[0], last) < 0) {
            throw new FvvError("LATE_FRAME", `The frame appeared when ${last} was taken already; write frames in order, or encode the folder when it is finished`, {
                source: join(this._folder, pending[0]),
            });
        }
        const stranger = pending.find((name) => kindOf(name) !== kindOf(last));
        if (stranger !== undefined) {
            throw new FvvError("UNSUPPORTED_INPUT", `The input mixes ${kindOf(last)} and ${kindOf(stranger)}; give files of one kind`, {
                source: join(this._folder, stranger),
            });
        }
    }

    private async _pauseAsync(): Promise<void> {
        let timer: NodeJS.Timeout | undefined;
        await new Promise<void>((resolve) => {
            this._wake = resolve;
            timer = setTimeout(resolve, this._settleMs);
        });
        clearTimeout(timer);
    }
}
