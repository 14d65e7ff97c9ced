/** Least bytes of room. */
const LEAST_ROOM = 64 * 1024;

/** Bytes that arrive in parts of any size and are taken in pieces of a known size. Its memory is at most some times what it holds, however small the parts are. */
export class ByteQueue {
    private _room = new Uint8Array(LEAST_ROOM);
    private _start = 0;
    private _end = 0;

    /** Bytes that are there. */
    public get byteLength(): number {
        return this._end - this._start;
    }

    /** Appends a copy of a part. */
    public push(part: Uint8Array): void {
        if (this._end + part.length > this._room.length) {
            this._makeRoom(part.length);
        }
        this._room.set(part, this._end);
        this._end += part.length;
    }

    /**
     * Looks at the first bytes; valid until the next call of {@link push}.
     * @param length how many; they are there
     */
    public peek(length: number): Uint8Array {
        return this._room.subarray(this._start, this._start + length);
    }

    /**
     * Takes the first bytes away.
     * @param length how many; they are there
     */
    public take(length: number): Uint8Array {
        const bytes = this._room.slice(this._start, this._start + length);
        this._start += length;
        return bytes;
    }

    /** Moves what is there to the front of twice the room that it needs: so each byte is moved only a few times. */
    private _makeRoom(length: number): void {
        const room = new Uint8Array(Math.max(LEAST_ROOM, 2 * (this.byteLength + length)));
        room.set(this.peek(this.byteLength));
        this._end = this.byteLength;
        this._start = 0;
        this._room = room;
    }
}
