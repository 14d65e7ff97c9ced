/** What the module exports; see the source in `assembly`. Places are addresses in its memory. */
export interface ISorterExports {
    memory: WebAssembly.Memory;
    placeKeys(k: number, kx: number, ky: number, kz: number): void;
    sort(slotCount: number, x: number, y: number, z: number, alive: number, keys: number, words: number, out: number): number;
}
