import { spawn } from "node:child_process";
import { once } from "node:events";
import { createRequire } from "node:module";

/**
 * The tests in two halves that run at the same time: those in a browser wait for the browser much of the time, the others keep one core busy.
 */
const HALVES = [["test/{browser,samples,package}/**/*.test.ts"], ["test/**/*.test.ts", "--ignore", "test/{browser,samples,package}/**"]];

const mocha = createRequire(import.meta.url).resolve("mocha/bin/mocha.js");

/** Runs tests; gives back whether all is well, and what was written where that was kept. */
async function runAsync(words: readonly string[], keepsOutput: boolean): Promise<{ isWell: boolean; output: string }> {
    const child = spawn(process.execPath, [mocha, ...words, ...process.argv.slice(2)], { stdio: ["inherit", keepsOutput ? "pipe" : "inherit", "inherit"] });
    let output = "";
    child.stdout?.setEncoding("utf8").on("data", (text: string) => (output += text));
    const [code] = (await once(child, "close")) as [number | null];
    return { isWell: code === 0, output };
}

// One after the other on the screen: what the second half says waits for the first.
const [first, second] = await Promise.all(HALVES.map((words, i) => runAsync(words, i > 0)));
process.stdout.write(second.output);
process.exitCode = first.isWell && second.isWell ? 0 : 1;
