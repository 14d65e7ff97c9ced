import asc from "assemblyscript/asc";
import { existsSync, readFileSync } from "node:fs";

const SOURCE = "format/wasm/assembly/index.ts";

/** The module that embeds what the source compiles to. */
export const WASM_MODULE_FILE = "format/wasm/symbolReaderModule.ts";

/**
 * Compiles the symbol reader.
 * @returns the text of {@link WASM_MODULE_FILE}
 */
export async function compileWasmAsync(): Promise<string> {
    const options = ["-O3", "--converge", "--noAssert", "--runtime", "stub", "--enable", "simd,bulk-memory", "--initialMemory", "20", "--outFile", "out.wasm"];
    let binary: Uint8Array | undefined;
    const stderr = asc.createMemoryStream();
    const { error } = await asc.main([SOURCE, ...options], {
        readFile: (name) => (existsSync(name) ? readFileSync(name, "utf8") : null),
        writeFile: (_, contents) => void (binary = contents as Uint8Array),
        listFiles: () => [],
        stderr,
    });
    if (error || !binary) {
        throw new Error(`AssemblyScript does not compile ${SOURCE}: ${stderr.toString()}`);
    }
    const base64 = Buffer.from(binary).toString("base64");
    return `/** The sources in assembly, compiled to WebAssembly, in base64. Made by \`npm run build:wasm\`. */\nexport const SYMBOL_READER_MODULE =\n    "${base64}";\n`;
}
