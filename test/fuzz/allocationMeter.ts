const ARRAYS = ["ArrayBuffer", "Uint8Array", "Uint16Array", "Int32Array", "Uint32Array", "Float32Array", "Float64Array"] as const;
const PAGE = 65536;

type Constructor = new (...values: unknown[]) => { byteLength: number };

/**
 * Counts the bytes of buffers that are made while it is installed: by `new ArrayBuffer`, by `new` of a typed array that is given no buffer, and by the growth of WebAssembly memory. Plain
 * arrays and objects are not among them; they show in the heap.
 */
export class AllocationMeter {
    /** Bytes of the largest buffer, and of all, since {@link reset}. */
    public largest = 0;
    public total = 0;

    /** Begins to count, until what it returns is called. */
    public install(): () => void {
        const scope = globalThis as unknown as Record<string, Constructor>;
        const originals = ARRAYS.map((name) => [name, scope[name]] as const);
        originals.forEach(([name, constructor]) => (scope[name] = this._counted(constructor)));
        const memory = WebAssembly.Memory.prototype as { grow: (this: WebAssembly.Memory, pages: number) => number };
        const original = memory.grow;
        const count = (bytes: number): void => this._count(bytes);
        memory.grow = function (pages) {
            count(pages * PAGE);
            return original.call(this, pages);
        };
        return () => {
            originals.forEach(([name, constructor]) => (scope[name] = constructor));
            memory.grow = original;
        };
    }

    /** Begins again at 0. */
    public reset(): void {
        this.largest = 0;
        this.total = 0;
    }

    private _counted(original: Constructor): Constructor {
        return new Proxy(original, {
            construct: (target, values, newTarget) => {
                const made = Reflect.construct(target, values, newTarget) as { byteLength: number };
                this._count(values[0] instanceof ArrayBuffer ? 0 : made.byteLength);
                return made;
            },
        });
    }

    private _count(bytes: number): void {
        this.largest = Math.max(this.largest, bytes);
        this.total += bytes;
    }
}
