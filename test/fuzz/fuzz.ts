import { mkdirSync, writeFileSync } from "node:fs";
import { loadavg } from "node:os";
import { join, resolve } from "node:path";
import { parseArgs } from "node:util";
import { AllocationMeter } from "./allocationMeter.js";
import { FileChecker } from "./fileChecker.js";
import type { IFuzzProblem } from "./fuzzTask.js";
import { LoaderChecker } from "./loaderChecker.js";
import { minimiseFile } from "./minimiseFile.js";
import { mutateClip } from "./mutateClip.js";
import { runFuzzAsync } from "./runFuzz.js";
import { makeSeedClipsAsync } from "./seedClips.js";

const FOLDER = resolve(".cache/fuzz");
/** Problems that are printed and kept; the rest is counted. */
const MOST_KEPT = 20;

const { values } = parseArgs({ options: { files: { type: "string", default: "200000" }, loader: { type: "string" }, seed: { type: "string" } } });
const subject = values.loader === undefined ? "decoder" : "loader";
const files = Number(values.loader ?? values.files);
const seed = Number(values.seed ?? Date.now() % 1e9);
if (!(Number.isInteger(files) && files > 0 && Number.isInteger(seed))) {
    console.error("use: npm run fuzz -- [--files 200000 | --loader 2000] [--seed 1]");
    process.exit(2);
}
console.log(`seed           ${seed}; load ${loadavg()[0].toFixed(1)} before`);
const clips = await makeSeedClipsAsync();
const start = performance.now();
let told = 0;
const report = await runFuzzAsync(subject, clips, seed, files, (begun) => {
    if (begun - told >= files / 10) {
        told = begun;
        console.log(`               ${begun} files, ${((performance.now() - start) / 1000).toFixed(0)} s`);
    }
});
const seconds = (performance.now() - start) / 1000;
console.log(`files          ${report.files} in ${seconds.toFixed(0)} s`);
for (const [code, count] of Object.entries(report.codes).sort(([, a], [, b]) => b - a)) {
    console.log(`  ${code.padEnd(20)} ${count} files, ${((100 * count) / report.files).toFixed(1)} %`);
}
// Other work on the machine stops threads: a file that is slow by itself is so again.
const worst = mutateClip(clips, seed, report.msFile);
const again = subject === "loader" ? await new LoaderChecker(new AllocationMeter()).checkAsync(worst, report.msFile) : new FileChecker().check(worst);
console.log(`worst ${subject === "loader" ? "tick" : "file"}     ${report.ms.toFixed(1)} ms (file ${report.msFile}; ${again.ms.toFixed(1)} ms once more)`);
console.log(`allocations    ${kb(report.largest)} at once, ${kb(report.total)} in all for a file, at most; heap and buffers of a worker up to ${kb(report.heap)}`);
console.log(`problems       ${report.problems.length}`);
report.problems.slice(0, MOST_KEPT).forEach(keep);
process.exitCode = report.problems.length > 0 ? 1 : 0;

function kb(bytes: number): string {
    return `${Math.ceil(bytes / 1024)} KB`;
}

/** Writes a file that broke something, as it is and made small; one that hangs, ends a thread or breaks the loader only as it is. */
function keep({ number, problem, isFatal }: IFuzzProblem): void {
    const bytes = mutateClip(clips, seed, number);
    const path = join(FOLDER, `${seed}_${number}`);
    mkdirSync(FOLDER, { recursive: true });
    writeFileSync(`${path}.fvv`, bytes);
    console.log(`  file ${number}: ${problem}\n    ${path}.fvv`);
    if (subject === "decoder" && !isFatal && !problem.startsWith("hang")) {
        const checker = new FileChecker();
        const kind = problem.split(":")[0];
        const small = minimiseFile(bytes, (candidate) => checker.check(candidate).problem?.startsWith(kind) ?? false);
        writeFileSync(`${path}.min.hex`, Buffer.from(small).toString("hex"));
        console.log(`    ${path}.min.hex (${small.length} bytes)`);
    }
}
