/** Bytes that an array of a state takes of its memory: arrays begin at multiples of 16. */
export function arrayByteLength(byteLength: number): number {
    return Math.ceil(byteLength / 16) * 16;
}

/** Makes the arrays of a state one after the other in a memory, so that what reads its frames can reach them. */
export class StateMemory {
    /**
     * @param _buffer the memory
     * @param _at where the arrays begin, a multiple of 16
     */
    public constructor(
        private readonly _buffer: ArrayBuffer,
        private _at: number,
    ) {}

    public bytes(length: number): Uint8Array {
        return new Uint8Array(this._buffer, this._take(length), length);
    }

    public halves(length: number): Uint16Array {
        return new Uint16Array(this._buffer, this._take(2 * length), length);
    }

    public words(length: number): Int32Array {
        return new Int32Array(this._buffer, this._take(4 * length), length);
    }

    public doubles(length: number): Float64Array {
        return new Float64Array(this._buffer, this._take(8 * length), length);
    }

    private _take(byteLength: number): number {
        const at = this._at;
        this._at += arrayByteLength(byteLength);
        return at;
    }
}
