import { writeFileSync } from "node:fs";
import { compileWasmAsync, WASM_MODULES } from "./compileWasm.js";

for (const module of WASM_MODULES) {
    writeFileSync(module.file, await compileWasmAsync(module));
    console.log(`${module.file}: commit it`);
}
