#!/usr/bin/env node
import { EXIT_ABORTED, runCliAsync } from "./main.js";

const controller = new AbortController();
process.once("SIGTERM", () => controller.abort());
/** What interrupts do, one after the other; after the last the process just ends. */
const onInterrupts = [() => controller.abort()];
process.on("SIGINT", () => (onInterrupts.shift() ?? (() => process.exit(EXIT_ABORTED)))());
// `fvv info clip.fvv | head` closes the pipe early, which is no error.
process.stdout.on("error", (error: NodeJS.ErrnoException) => process.exit(error.code === "EPIPE" ? 0 : 2));
process.exitCode = await runCliAsync(process.argv.slice(2), {
    out: (text) => process.stdout.write(text),
    err: (text) => process.stderr.write(text),
    isTerminal: process.stderr.isTTY === true,
    onInterrupt: (handler) => onInterrupts.unshift(handler),
    signal: controller.signal,
});
