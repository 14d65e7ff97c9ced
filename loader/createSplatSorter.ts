import { compileModule } from "../format/wasm/compileModule.js";
import { SplatSorter, type ISplatSorter } from "./splatSorter.js";
import { SPLAT_SORTER_MODULE } from "./wasm/splatSorterModule.js";
import { WASM_SORTER_SLOTS, WasmSplatSorter } from "./wasmSplatSorter.js";

let compiled: WebAssembly.Module | undefined;

/**
 * Makes the fastest sorter there is: the one in WebAssembly, else the one in TypeScript, where WebAssembly or its SIMD is missing, where a content security policy does not
 * have `wasm-unsafe-eval`, where no memory is left for it, or for more slots than it can sort. Both give the same order.
 * @param capacity most slots
 * @param clouds frames to have memory for
 */
export function createSplatSorter(capacity: number, clouds: number): ISplatSorter {
    if (capacity <= WASM_SORTER_SLOTS) {
        try {
            compiled ??= compileModule(SPLAT_SORTER_MODULE);
            return new WasmSplatSorter(compiled, capacity, clouds);
        } catch {
            // The other one needs nothing.
        }
    }
    return new SplatSorter(capacity, clouds);
}
