import asc from "assemblyscript/asc";
import { existsSync, readFileSync } from "node:fs";

/** A module in WebAssembly. */
export interface IWasmModule {
    /** Its source. */
    source: string;
    /** The file that embeds what the source compiles to. */
    file: string;
    /** The constant in that file. */
    constant: string;
    /** Pages of memory to begin with. */
    pages: number;
}

/** All of them. */
export const WASM_MODULES: readonly IWasmModule[] = [
    { source: "format/wasm/assembly/index.ts", file: "format/wasm/symbolReaderModule.ts", constant: "SYMBOL_READER_MODULE", pages: 20 },
    { source: "loader/wasm/assembly/index.ts", file: "loader/wasm/splatSorterModule.ts", constant: "SPLAT_SORTER_MODULE", pages: 1 },
];

/**
 * Compiles a module.
 * @returns the text of the file that embeds it
 */
export async function compileWasmAsync({ source, constant, pages }: IWasmModule): Promise<string> {
    const options = ["-O3", "--converge", "--noAssert", "--runtime", "stub", "--enable", "simd,bulk-memory", "--initialMemory", String(pages), "--outFile", "out.wasm"];
    let binary: Uint8Array | undefined;
    const stderr = asc.createMemoryStream();
    const { error } = await asc.main([source, ...options], {
        readFile: (name) => (existsSync(name) ? readFileSync(name, "utf8") : null),
        writeFile: (_, contents) => void (binary = contents as Uint8Array),
        listFiles: () => [],
        stderr,
    });
    if (error || !binary) {
        throw new Error(`AssemblyScript does not compile ${source}: ${stderr.toString()}`);
    }
    const base64 = Buffer.from(binary).toString("base64");
    return `/** The sources in assembly, compiled to WebAssembly, in base64. Made by \`npm run build:wasm\`. */\nexport const ${constant} =\n    "${base64}";\n`;
}
