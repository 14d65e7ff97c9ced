import { FvvError, type FvvErrorCode } from "./fvvError.js";

/**
 * A little-endian cursor over bytes. Reading past the end throws the given code with the byte offset in the file, so a parser
 * needs no length checks of its own.
 */
export class ByteReader {
    private readonly _view: DataView;
    private _position = 0;

    /**
     * @param _bytes bytes to read
     * @param _origin byte offset of `bytes` in the file, for messages
     * @param _what name of the structure, for messages
     * @param _code code of the error when the bytes end early
     */
    public constructor(
        private readonly _bytes: Uint8Array,
        private readonly _origin = 0,
        private readonly _what = "The data",
        private readonly _code: FvvErrorCode = "TRUNCATED",
    ) {
        this._view = new DataView(_bytes.buffer, _bytes.byteOffset, _bytes.byteLength);
    }

    /** Bytes not read yet. */
    public get remaining(): number {
        return this._bytes.length - this._position;
    }

    /** Offset of the next byte in the file. */
    public get offset(): number {
        return this._origin + this._position;
    }

    public u8(): number {
        return this._view.getUint8(this._take(1));
    }

    public u16(): number {
        return this._view.getUint16(this._take(2), true);
    }

    public u32(): number {
        return this._view.getUint32(this._take(4), true);
    }

    public i16(): number {
        return (this.u16() << 16) >> 16;
    }

    public i32(): number {
        return this._view.getInt32(this._take(4), true);
    }

    /** A 64-bit count; over 2^53 it is an error. */
    public u64(): number {
        const low = this.u32();
        const high = this.u32();
        if (high >= 1 << 21) {
            throw this.error("holds a 64-bit count over 2^53");
        }
        return high * 2 ** 32 + low;
    }

    public f32(): number {
        return this._view.getFloat32(this._take(4), true);
    }

    public f64(): number {
        return this._view.getFloat64(this._take(8), true);
    }

    /** LEB128 of at most 32 bits. */
    public varint(): number {
        let value = 0;
        for (let shift = 0; shift < 35; shift += 7) {
            const byte = this.u8();
            value += (byte & 0x7f) * 2 ** shift;
            if (byte < 0x80 && value <= 0xffffffff) {
                return value;
            }
        }
        throw this.error("holds a varint over 32 bits");
    }

    /** A view of the next bytes, not a copy. */
    public bytes(count: number): Uint8Array {
        const at = this._take(count);
        return this._bytes.subarray(at, at + count);
    }

    /** An error about these bytes at the present offset. */
    public error(problem: string, code: FvvErrorCode = this._code): FvvError {
        return new FvvError(code, `${this._what} ${problem}; the file is damaged or not complete, fetch or encode it again`, { offset: this.offset });
    }

    private _take(count: number): number {
        const at = this._position;
        if (!(count >= 0 && count <= this._bytes.length - at)) {
            throw this.error(`ends ${count - (this._bytes.length - at)} bytes too early`);
        }
        this._position = at + count;
        return at;
    }
}
