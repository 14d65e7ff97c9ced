import { cpus, loadavg } from "node:os";
import { parseArgs } from "node:util";
import { measureSequenceAsync, type ISequenceResult } from "./codec/measureSequence.js";
import { printDecode200k, printSequence, printStill, printSummary } from "./codec/report.js";
import { benchSequences, whyNotShared } from "./codec/sequences.js";
import { geometricMean } from "./codec/statistics.js";
import { runTaskAsync } from "./codec/tasks.js";

const { values } = parseArgs({ options: { json: { type: "boolean" }, sequence: { type: "string" } } });
const known = benchSequences();
const chosen = known.filter(({ name, isLarge }) => (values.sequence === undefined ? !isLarge : name === values.sequence));
if (chosen.length === 0) {
    console.error(`use: npm run bench:codec -- [--json] [--sequence ${known.map(({ name }) => name).join("|")}]`);
    process.exit(2);
}
// Other work on the machine shows in all times: a load well above 0 at the start makes them worse.
const machine = { cpu: cpus()[0].model, cores: cpus().length, load: loadavg()[0], node: process.version };
const missing = whyNotShared();
if (missing) {
    console.error(missing);
}

const sequences: ISequenceResult[] = [];
for (const sequence of chosen) {
    console.error(`${sequence.name} ...`);
    sequences.push(await measureSequenceAsync(sequence));
}
console.error("decode200k ...");
await runTaskAsync("encode200k");
const decode200k = await runTaskAsync("decode200k");
const withStills = !missing && values.sequence === undefined;
if (withStills) {
    console.error("stills ...");
}
const stills = withStills ? await runTaskAsync("stills") : [];

const ratios = sequences.flatMap(({ ratio }) => ratio ?? []);
const summary = ratios.length > 0 ? { meanRatio: geometricMean(ratios), worstRatio: Math.max(...ratios) } : { meanRatio: null, worstRatio: null };
if (values.json) {
    console.log(JSON.stringify({ machine, sequences, ...summary, decode200k, stills }));
} else {
    console.log(`${machine.cores} x ${machine.cpu}, load ${machine.load.toFixed(1)} at the start, Node ${machine.node}\n`);
    sequences.forEach(printSequence);
    printSummary(summary.meanRatio, summary.worstRatio);
    printDecode200k(decode200k);
    stills.forEach(printStill);
}
