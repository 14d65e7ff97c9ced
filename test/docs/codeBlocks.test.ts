import { expect } from "chai";
import { checkBlocks, codeBlocksOf, listDocuments, type ICodeBlock } from "./codeBlocks.js";

/** A block that shows that mistakes are found. */
const WRONG: ICodeBlock = { document: "wrong.md", line: 7, language: "ts", code: 'import { FvvPlayer } from "babylon-fvv";\nFvvPlayer.FromNothing(scene);' };

describe("Code in the documents", () => {
    it("compiles, block by block", () => {
        // Pages in HTML are opened in a browser: test/package/applications.test.ts.
        const blocks = listDocuments()
            .flatMap(codeBlocksOf)
            .filter(({ language }) => ["ts", "js"].includes(language));
        expect(blocks.length).to.be.above(10);
        expect(checkBlocks([...blocks, WRONG])).to.deep.equal(["wrong.md:8: Property 'FromNothing' does not exist on type 'typeof FvvPlayer'."]);
    });
});
