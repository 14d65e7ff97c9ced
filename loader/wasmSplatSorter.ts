import { StateMemory } from "../format/stateMemory.js";
import { SortCloud, paddedSlots } from "./sortCloud.js";
import { DIGIT_BITS, placeKeys } from "./sortKeys.js";
import type { ISplatSorter } from "./splatSorter.js";
import type { ISorterExports } from "./wasm/sorterExports.js";

/** Most slots: a slot and a digit of a key fill a word. */
export const WASM_SORTER_SLOTS = 1 << (32 - DIGIT_BITS);

const PAGE = 65536;
const MAX_KEY = (1 << (2 * DIGIT_BITS)) - 1;

/** The sort in WebAssembly: the same order, in a fraction of the time. The frames live in its memory. */
export class WasmSplatSorter implements ISplatSorter {
    public readonly clouds: readonly SortCloud[];
    private readonly _exports: ISorterExports;
    private readonly _keys: Int32Array;
    private readonly _words: Int32Array;
    private readonly _out: Int32Array;
    private readonly _k = new Float64Array(4);

    /**
     * @param module the compiled module, see createSplatSorter
     * @param capacity most slots, up to {@link WASM_SORTER_SLOTS}
     * @param clouds frames to have memory for
     */
    public constructor(module: WebAssembly.Module, capacity: number, clouds: number) {
        this._exports = new WebAssembly.Instance(module).exports as unknown as ISorterExports;
        const slots = paddedSlots(capacity);
        const { memory } = this._exports;
        const at = memory.buffer.byteLength;
        // Arrays begin at multiples of 16, so that each may take 12 bytes more.
        memory.grow(Math.ceil(((3 + 3 * clouds) * (4 * slots + 12) + clouds * (slots + 12)) / PAGE));
        const room = new StateMemory(memory.buffer, at);
        this._keys = room.words(slots);
        this._words = room.words(slots);
        this._out = room.words(capacity);
        this.clouds = Array.from({ length: clouds }, () => new SortCloud([room.words(slots), room.words(slots), room.words(slots)], room.bytes(slots)));
    }

    public sort(cloud: SortCloud, forward: readonly number[], out: Uint32Array): number {
        const { _k: k, _exports: exports } = this;
        const [x, y, z] = cloud.positions;
        placeKeys(cloud, forward, MAX_KEY, k);
        exports.placeKeys(k[0], k[1], k[2], k[3]);
        const { byteOffset: keys } = this._keys;
        const count = exports.sort(cloud.slotCount, x.byteOffset, y.byteOffset, z.byteOffset, cloud.alive.byteOffset, keys, this._words.byteOffset, this._out.byteOffset);
        out.set(this._out);
        return count;
    }
}
