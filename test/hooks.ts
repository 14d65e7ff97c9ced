import { closeHarnessAsync } from "./browser/harness.js";

/** Mocha's root hooks. */
export const mochaHooks = { afterAll: closeHarnessAsync };
