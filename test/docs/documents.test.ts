import { expect } from "chai";
import { readFileSync } from "node:fs";
import { FVV_ERROR_CODES } from "../../format/fvvError.js";
import { runFvvAsync } from "../support/runFvv.js";
import { listDocuments } from "./codeBlocks.js";
import { deadLinks } from "./links.js";

describe("Documents", () => {
    const readme = readFileSync("README.md", "utf8");

    it("show the shortest program as the sample page runs it", () => {
        const [program] = [...readme.matchAll(/```ts\n([\s\S]*?)```/g)].map(([, code]) => code);
        expect(program).to.equal(readFileSync("samples/minimal.ts", "utf8"));
        expect(program.trim().split("\n").length).to.be.at.most(15);
    });

    it("name every error code with its category", () => {
        const text = readFileSync("docs/ERRORS.md", "utf8");
        const documented = [...text.matchAll(/^\| `([A-Z_]+)` \| (\w+) \|/gm)].map(([, code, category]) => [code, category]);
        expect(documented).to.deep.equal(Object.entries(FVV_ERROR_CODES));
    });

    it("name only commands and options that there are", async () => {
        for (const [, command] of readme.matchAll(/npx fvv (\w+)/g)) {
            expect((await runFvvAsync([command, "--help"])).code, command).to.equal(0);
        }
        const help = (await runFvvAsync(["encode", "--help"])).out;
        for (const option of ["--pos-error", "--tracked"]) {
            expect(readme).to.include(option);
            expect(help).to.include(option);
        }
        const lines = listDocuments()
            .map((path) => readFileSync(path, "utf8"))
            .join("\n")
            .matchAll(/\bfvv (encode|ladder|serve|verify|info|decode|concat) ([^\n#`]+)/g);
        for (const [line, command, words] of lines) {
            const known = (await runFvvAsync([command, "--help"])).out;
            for (const [option] of words.matchAll(/--[a-z-]+/g)) {
                expect(known, line).to.include(`${option} `);
            }
        }
        const { scripts } = JSON.parse(readFileSync("package.json", "utf8")) as { scripts: Record<string, string> };
        const texts = [readme, readFileSync("CONTRIBUTING.md", "utf8")].join();
        const named = [...texts.matchAll(/npm run ([\w:]+)/g)].map(([, script]) => script);
        expect(named.filter((script) => !(script in scripts))).to.deep.equal([]);
    });

    it("point to files and headings that there are", () => {
        expect(listDocuments().flatMap(deadLinks)).to.deep.equal([]);
        expect(deadLinks("test/docs/deadLinks.md")).to.deep.equal(["none.md", "#none", "../../README.md#none"].map((link) => `test/docs/deadLinks.md: ${link}`));
    });

    it("are all in the list of documents", () => {
        const list = readFileSync("docs/README.md", "utf8");
        expect(listDocuments().filter((path) => path.startsWith("docs/") && path !== "docs/README.md" && !list.includes(`(${path.slice(5)})`))).to.deep.equal([]);
    });
});
