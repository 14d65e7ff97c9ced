import { FvvError, type IFvvErrorWhere } from "../format/fvvError.js";

/** Where the bytes of a clip come from. */
export interface IClipSource {
    /** Name for messages. */
    readonly name: string;
    /**
     * Reads bytes. Fewer than asked for come back only at the end.
     * @param start first byte
     * @param end byte after the last, or undefined for all to the end
     * @param signal aborts the read
     * @param onProgress told how many bytes of this read have come, and how many will
     */
    readAsync(start: number, end: number | undefined, signal: AbortSignal, onProgress?: (loaded: number, total: number) => void): Promise<Uint8Array<ArrayBuffer>>;
}

/** A clip in memory. */
export class MemoryClipSource implements IClipSource {
    /**
     * @param _bytes the whole file
     * @param name for messages
     */
    public constructor(
        private readonly _bytes: Uint8Array,
        public readonly name: string,
    ) {}

    public readAsync(start: number, end?: number): Promise<Uint8Array<ArrayBuffer>> {
        return Promise.resolve(new Uint8Array(this._bytes.subarray(start, end)));
    }
}

/** A `File` or `Blob`; only what is asked for is read. */
export class BlobClipSource implements IClipSource {
    /**
     * @param _blob the file
     * @param name for messages
     */
    public constructor(
        private readonly _blob: Blob,
        public readonly name: string,
    ) {}

    public async readAsync(start: number, end?: number): Promise<Uint8Array<ArrayBuffer>> {
        try {
            return new Uint8Array(await this._blob.slice(start, end).arrayBuffer());
        } catch (error) {
            throw FvvError.From(error, "NETWORK", "The file cannot be read; has it moved or changed since it was chosen?", { source: this.name, offset: start });
        }
    }
}

/** A clip behind a URL, read by HTTP range requests; from a server without them, whole and once. */
export class UrlClipSource implements IClipSource {
    private _whole: Uint8Array<ArrayBuffer> | undefined;

    /** @param name the address */
    public constructor(public readonly name: string) {}

    public async readAsync(
        start: number,
        end: number | undefined,
        signal: AbortSignal,
        onProgress?: (loaded: number, total: number) => void,
    ): Promise<Uint8Array<ArrayBuffer>> {
        if (!this._whole) {
            const response = await this._fetchAsync(start, end, signal);
            if (response.status === 206) {
                this._checkRange(response, start);
                return await this._bodyAsync(response, start, signal, onProgress);
            }
            this._whole = await this._bodyAsync(response, 0, signal, onProgress);
        }
        return this._whole.slice(start, end);
    }

    private async _fetchAsync(start: number, end: number | undefined, signal: AbortSignal): Promise<Response> {
        const where = { source: this.name, offset: start };
        let response: Response;
        try {
            response = await fetch(this.name, { signal, headers: { Range: `bytes=${start}-${end === undefined ? "" : end - 1}` } });
        } catch (error) {
            throw requestError(error, signal, "The clip cannot be fetched; check the address, the connection, and that its server allows this page (CORS)", where);
        }
        if (response.status === 416) {
            throw new FvvError("TRUNCATED", "The file on the server ends before these bytes; it was cut or has changed, upload it again", where);
        }
        if (!response.ok) {
            throw new FvvError("NETWORK", `The server answered ${response.status} ${response.statusText}; check the address`, where);
        }
        return response;
    }

    /** A page does not see the range of another origin's answer unless its server says so: then there is nothing to check. */
    private _checkRange(response: Response, start: number): void {
        const range = response.headers.get("Content-Range");
        if (range !== null && !range.startsWith(`bytes ${start}-`)) {
            throw new FvvError("NETWORK", `The server answered with other bytes (${range}) than it was asked for; its range requests do not work`, {
                source: this.name,
                offset: start,
            });
        }
    }

    private async _bodyAsync(
        response: Response,
        start: number,
        signal: AbortSignal,
        onProgress?: (loaded: number, total: number) => void,
    ): Promise<Uint8Array<ArrayBuffer>> {
        const total = Number(response.headers.get("Content-Length") ?? 0);
        const parts: Uint8Array[] = [];
        let loaded = 0;
        try {
            const reader = response.body?.getReader();
            for (let part = await reader?.read(); part?.value; part = await reader?.read()) {
                parts.push(part.value);
                loaded += part.value.length;
                onProgress?.(loaded, Math.max(total, loaded));
            }
        } catch (error) {
            throw requestError(error, signal, "The connection broke while the clip was loading; try again", { source: this.name, offset: start + loaded });
        }
        const bytes = new Uint8Array(loaded);
        let at = 0;
        for (const part of parts) {
            bytes.set(part, at);
            at += part.length;
        }
        return bytes;
    }
}

function requestError(error: unknown, signal: AbortSignal, message: string, where: IFvvErrorWhere): FvvError {
    return signal.aborted
        ? new FvvError("ABORTED", "The request was aborted; load the clip again if it is still wanted", where)
        : FvvError.From(error, "NETWORK", message, where);
}
