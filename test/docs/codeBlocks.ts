import { readdirSync, readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import ts from "typescript";

/** A block of code in a document. */
export interface ICodeBlock {
    /** Path of the document. */
    document: string;
    /** Line that its first line is in, from 1. */
    line: number;
    /** What it is written in. */
    language: string;
    code: string;
}

/** Every document that readers get. */
export function listDocuments(): string[] {
    return [
        "README.md",
        "CONTRIBUTING.md",
        ...readdirSync("docs")
            .filter((name) => name.endsWith(".md"))
            .map((name) => `docs/${name}`),
    ];
}

/**
 * The code blocks of a document.
 * @param document its path
 */
export function codeBlocksOf(document: string): ICodeBlock[] {
    const text = readFileSync(document, "utf8");
    return [...text.matchAll(/^```(\w+)\n([\s\S]*?)^```$/gm)].map(({ 1: language, 2: code, index }) => ({
        document,
        line: text.slice(0, index).split("\n").length + 1,
        language,
        code,
    }));
}

/**
 * Type-checks blocks, each as a module of its own, against the sources behind the names of the package. What a block may use undeclared is in prelude.d.ts.
 * @param blocks blocks in TypeScript or JavaScript
 * @returns what is wrong, with the lines of the documents
 */
export function checkBlocks(blocks: readonly ICodeBlock[]): string[] {
    const { config } = ts.readConfigFile("tsconfig.json", (path) => ts.sys.readFile(path)) as { config: object };
    const { options } = ts.parseJsonConfigFileContent({ ...config, include: [], files: ["test/docs/prelude.d.ts"] }, ts.sys, process.cwd());
    // Beside the documents, in no file: what is not on disk cannot be left behind.
    const sources = new Map(blocks.map((block, index) => [resolve(join("docs", `block${index}.ts`)), block]));
    const codeOf = (path: string): string | undefined => {
        const block = sources.get(path);
        return block && `${block.code}\nexport {};\n`;
    };
    const disk = ts.createCompilerHost(options);
    const host: ts.CompilerHost = {
        ...disk,
        fileExists: (path) => sources.has(path) || disk.fileExists(path),
        readFile: (path) => codeOf(path) ?? disk.readFile(path),
        getSourceFile: (path, language, ...rest) => {
            const code = codeOf(path);
            return code === undefined ? disk.getSourceFile(path, language, ...rest) : ts.createSourceFile(path, code, language);
        },
    };
    const program = ts.createProgram([resolve("test/docs/prelude.d.ts"), ...sources.keys()], { ...options, noUnusedLocals: false }, host);
    return [...sources].flatMap(([path, { document, line }]) => {
        const file = program.getSourceFile(path);
        return [...program.getSyntacticDiagnostics(file), ...program.getSemanticDiagnostics(file)].map(({ messageText, start = 0 }) => {
            const at = line + (file?.getLineAndCharacterOfPosition(start).line ?? 0);
            return `${document}:${at}: ${ts.flattenDiagnosticMessageText(messageText, "\n")}`;
        });
    });
}
