import { expect } from "chai";
import { cruise, type ICruiseOptions, type ICruiseResult, type IFlattenedRuleSet } from "dependency-cruiser";
import { mkdirSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { useTemporaryFolder } from "../support/temporaryFolder.js";

const configuration = createRequire(import.meta.url)("../../.dependency-cruiser.cjs") as { forbidden: IFlattenedRuleSet["forbidden"]; options: ICruiseOptions };
const { forbidden } = configuration;

/** A package of two modules that stands in for Babylon's. */
const BABYLON = {
    "node_modules/@babylonjs/core/package.json": '{ "name": "@babylonjs/core", "version": "9.0.0", "main": "index.js" }',
    "node_modules/@babylonjs/core/index.js": "export class Scene {}",
    "node_modules/@babylonjs/core/scene.js": "export class Scene {}",
};

describe("Import arrows", () => {
    const folder = useTemporaryFolder();

    /** Names of the rules that a few files break. */
    async function brokenRulesAsync(files: Readonly<Record<string, string>>): Promise<string[]> {
        for (const [name, text] of Object.entries(files)) {
            const path = join(folder(), name);
            mkdirSync(dirname(path), { recursive: true });
            writeFileSync(path, text);
        }
        const sources = Object.keys(files).filter((name) => !name.startsWith("node_modules/"));
        const { output } = await cruise(sources, { baseDir: folder(), validate: true, ruleSet: { forbidden }, tsPreCompilationDeps: true });
        return (output as ICruiseResult).summary.violations.map(({ rule }) => rule.name);
    }

    const CASES: readonly [string, Readonly<Record<string, string>>, string][] = [
        ["format that imports loader", { "format/a.ts": 'import "../loader/b.js";', "loader/b.ts": "export const b = 1;" }, "format-imports-nothing"],
        ["format that imports Node", { "format/a.ts": 'import "node:fs";' }, "format-imports-nothing"],
        [
            "a type from encoder in loader",
            { "loader/a.ts": 'import type { B } from "../encoder/b.js"; export type A = B;', "encoder/b.ts": "export type B = 1;" },
            "loader-imports-format",
        ],
        ["Node in the encoder's library", { "encoder/a.ts": 'import "node:fs";' }, "encoder-imports-format"],
        ["the command line in the encoder's library", { "encoder/a.ts": 'import "./cli/b.js";', "encoder/cli/b.ts": "export const b = 1;" }, "encoder-imports-format"],
        ["encoder in plugin", { "plugin/a.ts": 'import "../encoder/b.js";', "encoder/b.ts": "export const b = 1;" }, "plugin-imports-loader-format-shaders"],
        ["format in a page", { "samples/player.ts": 'import "../format/b.js";', "format/b.ts": "export const b = 1;" }, "pages-use-the-public-interface"],
        ["Babylon in the loader", { "loader/a.ts": 'import "@babylonjs/core/scene.js";', ...BABYLON }, "loader-imports-format"],
        ["Babylon in the encoder", { "encoder/a.ts": 'import "@babylonjs/core/scene.js";', ...BABYLON }, "encoder-imports-format"],
        ["Babylon's barrel", { "plugin/a.ts": 'import { Scene } from "@babylonjs/core"; export const a = Scene;', ...BABYLON }, "no-babylon-barrel"],
        ["Node in plugin", { "plugin/a.ts": 'import "node:path";' }, "plugin-imports-loader-format-shaders"],
        ["a file that is not there", { "format/a.ts": 'import "./b.js";' }, "must-resolve"],
        [
            "a circle",
            { "format/a.ts": 'import { b } from "./b.js"; export const a = b;', "format/b.ts": 'import { a } from "./a.js"; export const b = a;' },
            "no-circles",
        ],
    ];

    for (const [name, files, rule] of CASES) {
        it(`catch ${name}`, async () => {
            expect(await brokenRulesAsync(files)).to.include(rule);
        });
    }

    it("let the allowed ones be", async () => {
        const leaf = "export const b = 1;";
        const rules = await brokenRulesAsync({
            "format/b.ts": leaf,
            "loader/a.ts": 'import "../format/b.js";',
            "plugin/a.ts": 'import "../loader/a.js"; import "../format/b.js"; import "@babylonjs/core/scene.js";',
            ...BABYLON,
            "encoder/a.ts": 'import "../format/b.js";',
            "encoder/cli/a.ts": 'import "../a.js"; import "node:fs";',
        });
        expect(rules).to.deep.equal([]);
    });

    it("hold in the repository", async () => {
        const { output } = await cruise(["format", "shaders", "encoder", "loader", "plugin", "samples/player.ts", "samples/minimal.ts", "samples/scene"], {
            ...configuration.options,
            validate: true,
            ruleSet: { forbidden },
        });
        const { violations, totalCruised } = (output as ICruiseResult).summary;
        expect(violations.map(({ rule, from, to }) => `${rule.name}: ${from} -> ${to}`)).to.deep.equal([]);
        expect(totalCruised).to.be.above(50);
    });
});
