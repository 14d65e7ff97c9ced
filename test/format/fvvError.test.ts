import { expect } from "chai";
import { FVV_ERROR_CODES, FvvError, type FvvErrorCode } from "../../format/fvvError.js";
import { fromErrorMessage, toErrorMessage } from "../../loader/decodeProtocol.js";

describe("FvvError", () => {
    it("says where it happened, as far as is known", () => {
        const error = new FvvError("BAD_FRAME", "It is bad; fetch it again", { source: "a.fvv", segment: 2, frame: 31, offset: 1234 });
        expect(error.message).to.equal("It is bad; fetch it again (a.fvv, segment 2, frame 31, byte 1234)");
        expect([error.name, error.code, error.category, error.detail]).to.deep.equal(["FvvError", "BAD_FRAME", "format", "It is bad; fetch it again"]);
        expect(new FvvError("ABORTED", "It was aborted").message).to.equal("It was aborted");
        expect(error).to.be.instanceOf(Error);
    });

    it("has a category for every code", () => {
        for (const code of Object.keys(FVV_ERROR_CODES) as FvvErrorCode[]) {
            expect(new FvvError(code, "x").category).to.equal(FVV_ERROR_CODES[code]);
        }
    });

    it("is made of anything thrown, and stays what it is", () => {
        const cause = new RangeError("too long");
        const made = FvvError.From(cause, "INTERNAL", "The decoder failed", { frame: 3 });
        expect([made.code, made.message, made.cause]).to.deep.equal(["INTERNAL", "The decoder failed: too long (frame 3)", cause]);
        expect(FvvError.From("a word", "NETWORK", "It failed").message).to.equal("It failed: a word");
        expect(FvvError.From(made, "NETWORK", "Something else")).to.equal(made);
    });

    it("crosses a worker's boundary whole, but for its cause", () => {
        const error = FvvError.From(new Error("inner"), "TRUNCATED", "It ends early", { segment: 1, offset: 7 });
        const message = structuredClone(toErrorMessage(error));
        expect(message.where).to.deep.equal({ segment: 1, offset: 7 });
        const copy = fromErrorMessage(message);
        expect([copy.code, copy.message, copy.category]).to.deep.equal([error.code, error.message, error.category]);
    });
});
