import { SymbolReader, type ISymbolReader } from "./symbolReader.js";
import { compileModule } from "./wasm/compileModule.js";
import { SYMBOL_READER_MODULE } from "./wasm/symbolReaderModule.js";
import { WasmSymbolReader } from "./wasmSymbolReader.js";

let compiled: WebAssembly.Module | undefined;

/**
 * Makes the fastest reader there is: the one in WebAssembly, else the one in TypeScript, where WebAssembly or its SIMD is missing, where a content security policy
 * does not have `wasm-unsafe-eval`, or where no memory is left for it. Both read the same.
 */
export function createSymbolReader(): ISymbolReader {
    try {
        compiled ??= compileModule(SYMBOL_READER_MODULE);
        return new WasmSymbolReader(compiled);
    } catch {
        return new SymbolReader();
    }
}
