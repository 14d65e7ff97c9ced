import { expect } from "chai";
import { checkLimit, FVV_DEFAULT_LIMITS, resolveLimits } from "../../format/limits.js";
import { expectErrorAsync } from "../support/expectError.js";

describe("Limits", () => {
    it("are the defaults but for those that are set", () => {
        expect(resolveLimits()).to.deep.equal(FVV_DEFAULT_LIMITS);
        expect(resolveLimits({ splats: 7 })).to.deep.equal({ ...FVV_DEFAULT_LIMITS, splats: 7 });
    });

    it("hold where an option is passed on that nobody set", () => {
        expect(resolveLimits({ splats: undefined, frames: 3 })).to.deep.equal({ ...FVV_DEFAULT_LIMITS, frames: 3 });
    });

    it("are named by the error, with what to do", async () => {
        const limits = resolveLimits({ segments: 5 });
        checkLimit(limits, "segments", 5);
        const error = await expectErrorAsync(() => checkLimit(limits, "segments", 6, 42), "LIMIT_EXCEEDED");
        expect(error.message).to.include("raise limits.segments").and.to.include("byte 42");
        expect(error.category).to.equal("limit");
    });
});
