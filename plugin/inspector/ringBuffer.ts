/** The last values of a measure, in order. */
export class RingBuffer {
    private readonly _values: Float64Array;
    private _count = 0;

    /** @param capacity how many values to keep */
    public constructor(public readonly capacity: number) {
        this._values = new Float64Array(capacity);
    }

    /** Number of values. */
    public get length(): number {
        return Math.min(this._count, this.capacity);
    }

    /** Adds a value; the oldest one goes where there is no room. */
    public push(value: number): void {
        this._values[this._count % this.capacity] = value;
        this._count++;
    }

    /**
     * A value.
     * @param index 0 is the oldest
     */
    public at(index: number): number {
        return this._values[(this._count - this.length + index) % this.capacity];
    }

    /** Largest value; 0 where there is none. */
    public get max(): number {
        let max = 0;
        for (let i = 0; i < this.length; i++) {
            max = Math.max(max, this._values[i]);
        }
        return max;
    }
}

/**
 * The values as the points of an SVG polyline that ends at the right edge.
 * @param values the values
 * @param width of the picture
 * @param height of the picture
 * @param top value at the upper edge
 */
export function polyline(values: RingBuffer, width: number, height: number, top: number): string {
    const points: string[] = [];
    const step = width / Math.max(1, values.capacity - 1);
    for (let i = 0; i < values.length; i++) {
        const x = width - (values.length - 1 - i) * step;
        const y = height - height * Math.min(1, top > 0 ? values.at(i) / top : 0);
        points.push(`${x.toFixed(1)},${y.toFixed(1)}`);
    }
    return points.join(" ");
}
