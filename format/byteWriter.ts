/** A growing little-endian byte buffer. */
export class ByteWriter {
    private _bytes: Uint8Array<ArrayBuffer>;
    private _view: DataView;
    private _length = 0;

    /** @param capacity bytes to reserve */
    public constructor(capacity = 256) {
        this._bytes = new Uint8Array(capacity);
        this._view = new DataView(this._bytes.buffer);
    }

    /** Bytes written so far. */
    public get length(): number {
        return this._length;
    }

    /** Forgets what was written. */
    public clear(): void {
        this._length = 0;
    }

    public u8(value: number): void {
        const at = this._reserve(1);
        this._view.setUint8(at, value);
    }

    public u16(value: number): void {
        const at = this._reserve(2);
        this._view.setUint16(at, value, true);
    }

    public u32(value: number): void {
        const at = this._reserve(4);
        this._view.setUint32(at, value, true);
    }

    public i32(value: number): void {
        const at = this._reserve(4);
        this._view.setInt32(at, value, true);
    }

    public u64(value: number): void {
        const at = this._reserve(8);
        this._view.setBigUint64(at, BigInt(value), true);
    }

    public f32(value: number): void {
        const at = this._reserve(4);
        this._view.setFloat32(at, value, true);
    }

    public f64(value: number): void {
        const at = this._reserve(8);
        this._view.setFloat64(at, value, true);
    }

    /** LEB128: seven bits a byte, least significant first. */
    public varint(value: number): void {
        while (value >= 0x80) {
            this.u8((value & 0x7f) | 0x80);
            value = Math.floor(value / 128);
        }
        this.u8(value);
    }

    public bytes(value: Uint8Array): void {
        const at = this._reserve(value.length);
        this._bytes.set(value, at);
    }

    /** A copy of what was written. */
    public toBytes(): Uint8Array<ArrayBuffer> {
        return this._bytes.slice(0, this._length);
    }

    private _reserve(count: number): number {
        const at = this._length;
        this._length += count;
        if (this._length > this._bytes.length) {
            const grown = new Uint8Array(Math.max(this._length, this._bytes.length * 2));
            grown.set(this._bytes);
            this._bytes = grown;
            this._view = new DataView(grown.buffer);
        }
        return at;
    }
}
