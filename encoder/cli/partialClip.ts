import { existsSync, rmSync } from "node:fs";
import { open, type FileHandle } from "node:fs/promises";
import { CHUNK_HEADER_BYTES, readChunk } from "../../format/chunk.js";
import { FvvError } from "../../format/fvvError.js";
import type { IClipOutput } from "../clipOutput.js";
import type { ISegmentResult } from "../segmentJob.js";
import { InputFile } from "./inputFile.js";
import { OutputFile, unwritable } from "./outputFile.js";
import {
    readPartialAsync,
    writePartialSegment,
    writePartialStart,
    type IPartialContent,
    type IPartialSegment,
    type PartialInput,
    type PartialSettings,
} from "./partialFile.js";

/** What a partial clip is opened with. */
export interface IPartialClipOptions {
    /** Where the clip is to be; the partial clip is beside it and has ".partial" after its name. */
    path: string;
    /** Whether the clip may take the place of another file. */
    force: boolean;
    /** What the bytes depend on, apart from the input. */
    settings: PartialSettings;
    /** Frames of a full segment. */
    segmentLength: number;
    /** Segments of a full window. */
    keyWindow: number;
    /** Whether source rows are kept. */
    withRows: boolean;
}

/**
 * A clip that is written segment by segment into a file beside its place, so that another run can go on where this one was interrupted, however that happened. The encoder is deterministic:
 * what two runs write at one place is the same.
 */
export class PartialClip implements IClipOutput {
    private readonly _inputs: PartialInput[];
    private readonly _ending: Uint8Array[] = [];
    private _clip: OutputFile | undefined;
    private _isKept = false;

    private constructor(
        private readonly _options: IPartialClipOptions,
        /** Name of the partial clip. */
        public readonly path: string,
        private readonly _handle: FileHandle,
        /** Segments that are finished, those of earlier runs first. */
        public readonly segments: IPartialSegment[],
        private _at: number,
    ) {
        this._inputs = segments.flatMap(({ inputs }) => inputs);
    }

    /**
     * Opens the partial clip that an earlier run left, or begins one.
     * @param options what it is for
     */
    public static async OpenAsync(options: IPartialClipOptions): Promise<PartialClip> {
        OutputFile.CheckFree(options.path, options.force);
        const path = `${options.path}.partial`;
        const content = existsSync(path) ? await readContentAsync(path, options) : undefined;
        const handle = await open(path, content ? "r+" : "w+").catch((error: unknown) => {
            throw unwritable(error, path);
        });
        const start = writePartialStart(options.settings);
        const clip = new PartialClip(options, path, handle, content?.segments ?? [], content?.end ?? 0);
        await handle.truncate(content?.end ?? 0);
        if (!content) {
            await clip._appendAsync(start);
        }
        return clip;
    }

    /** Frames that are finished. */
    public get frameCount(): number {
        return this.segments.reduce((sum, { frameCount }) => sum + frameCount, 0);
    }

    /**
     * Checks that a frame is the one that an earlier run had at its place.
     * @param index number of the frame, below the {@link frameCount} of the earlier run
     * @param input its name and bytes; undefined when there is no such frame
     */
    public checkInput(index: number, input: PartialInput | undefined): void {
        const [name, byteLength] = this._inputs[index];
        if (input?.[0] !== name || input[1] !== byteLength) {
            const now = input ? `${input[0]} of ${input[1]} bytes` : "none";
            throw mismatch(this.path, `frame ${index} was ${name} of ${byteLength} bytes and is ${now}`);
        }
    }

    /**
     * Notes the input of the next frame, before the encoder gets it.
     * @param input its name and bytes
     */
    public noteInput(input: PartialInput): void {
        this._inputs.push(input);
    }

    /**
     * Source rows of the segments of earlier runs, as `--perm-out` has them.
     * @param writeAsync takes those of each segment in order
     */
    public async copyRowsAsync(writeAsync: (bytes: Uint8Array) => Promise<void>): Promise<void> {
        for (const { rows } of this.segments) {
            if (rows) {
                await writeAsync(await this._readAsync(rows.offset, rows.byteLength));
            }
        }
    }

    public async writeBodyAsync(bytes: Uint8Array, segment?: ISegmentResult): Promise<void> {
        if (!segment) {
            this._ending.push(bytes);
            return;
        }
        const { firstFrame, frameCount } = segment;
        const inputs = this._inputs.slice(firstFrame, firstFrame + frameCount);
        const offset = this._at;
        await this._appendAsync(writePartialSegment(segment, inputs, this._options.withRows));
        const { bytes: _, sourceIndices: _rows, key: _key, ...finished } = segment;
        this.segments.push({ ...finished, byteLength: bytes.length, inputs, offset, end: this._at });
    }

    public async writeHeadAsync(bytes: Uint8Array): Promise<void> {
        this._clip = await OutputFile.OpenAsync(this._options.path, this._options.force);
        await this._clip.writeAsync(bytes);
        for (const { offset, byteLength } of this.segments) {
            await this._clip.writeAsync(checked(await this._readAsync(offset, byteLength), offset));
        }
        for (const part of this._ending) {
            await this._clip.writeAsync(part);
        }
    }

    /** Gives the clip its name and removes the partial one. */
    public async keepAsync(): Promise<void> {
        await this._clip?.keepAsync();
        this._isKept = true;
    }

    /** Keeps the partial clip for another run when it has a segment and the clip was not kept. */
    public discard(): void {
        this._clip?.discard();
        void this._handle.close().catch(() => {});
        if (this._isKept || this.segments.length === 0) {
            rmSync(this.path, { force: true });
        }
    }

    private async _appendAsync(bytes: Uint8Array): Promise<void> {
        for (let done = 0; done < bytes.length;) {
            const { bytesWritten } = await this._handle.write(bytes, done, bytes.length - done, this._at + done).catch((error: unknown) => {
                throw unwritable(error, this.path);
            });
            done += bytesWritten;
        }
        this._at += bytes.length;
    }

    private async _readAsync(offset: number, byteLength: number): Promise<Uint8Array> {
        const bytes = new Uint8Array(byteLength);
        for (let at = 0; at < byteLength;) {
            const { bytesRead } = await this._handle.read(bytes, at, byteLength - at, offset + at);
            if (bytesRead === 0) {
                throw new FvvError("TRUNCATED", "The partial clip became shorter; is another run writing it? Run the command again", { source: this.path });
            }
            at += bytesRead;
        }
        return bytes;
    }
}

/** The bytes went through a disk since they were verified: their CRCs are checked once more. */
function checked(bytes: Uint8Array, offset: number): Uint8Array {
    for (let at = 0; at < bytes.length;) {
        at += CHUNK_HEADER_BYTES + readChunk(bytes, at, offset).payload.length;
    }
    return bytes;
}

async function readContentAsync(path: string, { settings, segmentLength, keyWindow }: IPartialClipOptions): Promise<IPartialContent | undefined> {
    const file = await InputFile.OpenAsync(path);
    let content: IPartialContent | undefined;
    try {
        content = await readPartialAsync(file);
    } finally {
        await file.closeAsync();
    }
    if (!content) {
        return undefined;
    }
    for (const [name, value] of Object.entries(settings)) {
        const before = JSON.stringify(content.settings[name]);
        if (before !== JSON.stringify(value)) {
            throw mismatch(path, `${name} was ${before ?? "not set"} and is ${JSON.stringify(value) ?? "not set"}`);
        }
    }
    // A last segment that is short may have been so because the input ended there, which it need not do any more.
    if ((content.segments.at(-1)?.frameCount ?? segmentLength) < segmentLength) {
        content.end = content.segments.pop()!.offset;
    }
    // Splats keep their slots throughout a window: it goes on with the splats of its last frame, which are not known any more.
    const windowStart = content.segments.map(({ referenceFrame }) => referenceFrame < 0).lastIndexOf(true);
    if (content.segments.length - windowStart < keyWindow) {
        content.segments.splice(Math.max(0, windowStart));
        content.end = content.segments.at(-1)?.end ?? content.start;
    }
    return content;
}

function mismatch(path: string, what: string): FvvError {
    return new FvvError("RESUME_MISMATCH", `The partial clip does not go on with this: ${what}; give what it was begun with, or remove it to begin again`, {
        source: path,
    });
}
