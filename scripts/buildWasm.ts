import { writeFileSync } from "node:fs";
import { compileWasmAsync, WASM_MODULE_FILE } from "./compileWasm.js";

writeFileSync(WASM_MODULE_FILE, await compileWasmAsync());
console.log(`${WASM_MODULE_FILE}: commit it`);
