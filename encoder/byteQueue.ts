/** Bytes that arrive in parts of any size and are taken in pieces of a known size. */
export class ByteQueue {
    private _parts: Uint8Array[] = [];
    private _byteLength = 0;

    /** Bytes that are there. */
    public get byteLength(): number {
        return this._byteLength;
    }

    /** Appends a part; the queue keeps it. */
    public push(part: Uint8Array): void {
        this._parts.push(part);
        this._byteLength += part.length;
    }

    /**
     * Looks at the first bytes.
     * @param length how many; they are there
     */
    public peek(length: number): Uint8Array {
        if (this._parts.length !== 1 && (this._parts[0]?.length ?? 0) < length) {
            this._join(length);
        }
        return (this._parts[0] ?? new Uint8Array(0)).subarray(0, length);
    }

    /**
     * Takes the first bytes away.
     * @param length how many; they are there
     */
    public take(length: number): Uint8Array {
        const bytes = this.peek(length);
        if (length > 0) {
            this._parts[0] = this._parts[0].subarray(length);
            this._byteLength -= length;
        }
        return bytes;
    }

    /** Puts the first bytes into one part; the others stay as they are, so that no byte is copied again and again. */
    private _join(length: number): void {
        const joined: Uint8Array[] = [];
        let total = 0;
        while (total < length) {
            const part = this._parts[joined.length];
            joined.push(part);
            total += part.length;
        }
        const bytes = new Uint8Array(total);
        let at = 0;
        for (const part of joined) {
            bytes.set(part, at);
            at += part.length;
        }
        this._parts.splice(0, joined.length, bytes);
    }
}
