/** A growing list of 32-bit integers without boxing. */
export class GrowingInt32 {
    private _values: Int32Array;
    private _length = 0;

    /** @param capacity numbers to reserve */
    public constructor(capacity: number) {
        this._values = new Int32Array(capacity);
    }

    /** Appends a number. */
    public push(value: number): void {
        if (this._length === this._values.length) {
            const grown = new Int32Array(this._values.length * 2);
            grown.set(this._values);
            this._values = grown;
        }
        this._values[this._length++] = value;
    }

    /** Appends two numbers. */
    public push2(first: number, second: number): void {
        this.push(first);
        this.push(second);
    }

    /** How many there are. */
    public get length(): number {
        return this._length;
    }

    /** The numbers, valid until the next one comes. */
    public get view(): Int32Array {
        return this._values.subarray(0, this._length);
    }

    /** A copy of the numbers. */
    public toArray(): Int32Array {
        return this._values.slice(0, this._length);
    }
}
