import { expect } from "chai";
import { FvvError, type FvvErrorCode } from "../../format/fvvError.js";

/**
 * Expects an FvvError with a code, and that it says something.
 * @param run what must fail; may return a promise
 * @param code the code
 * @returns the error
 */
export async function expectErrorAsync(run: () => unknown, code: FvvErrorCode): Promise<FvvError> {
    let thrown: unknown;
    try {
        await run();
    } catch (error) {
        thrown = error;
    }
    expect(thrown, `an error ${code}`).to.be.instanceOf(FvvError);
    const error = thrown as FvvError;
    expect(error.code, error.message).to.equal(code);
    expect(error.detail).to.match(/[a-z]{3}.*[;,(]/i);
    return error;
}
