import { cpus, loadavg } from "node:os";
import { parseArgs } from "node:util";
import { CAMERAS, measureSort } from "./sort/measureSort.js";

const CASES = [
    { name: "sort300k", splats: 300_000, outliers: 0 },
    { name: "sort1m", splats: 1_000_000, outliers: 0 },
    { name: "outliers300k", splats: 300_000, outliers: 0.001 },
];

const { values } = parseArgs({ options: { json: { type: "boolean" } } });
// Other work on the machine shows in all times, which is why sorts take turns: what counts is the ratio.
const machine = { cpu: cpus()[0].model, cores: cpus().length, load: loadavg()[0], node: process.version };

const results = CASES.map(({ name, splats, outliers }) => [name, measureSort(splats, outliers)] as const);
console.log(`machine        ${machine.cpu}, ${machine.cores} cores, load ${machine.load.toFixed(1)} before, Node ${machine.node}; ${CAMERAS} cameras, medians`);
for (const [name, { oursMs, coreMs, ratio, fallbackRatio, oursWrong, coreWrong }] of results) {
    const percent = (share: number): string => `${(100 * share).toFixed(2)} %`;
    console.log(
        `${name.padEnd(14)} ours ${oursMs.toFixed(2)} ms, core ${coreMs.toFixed(2)} ms, ratio ${ratio.toFixed(2)} (without WebAssembly ${fallbackRatio.toFixed(2)});`,
    );
    console.log(`               neighbours in the wrong order: ours ${percent(oursWrong)}, core ${percent(coreWrong)}`);
}
if (values.json) {
    console.log(JSON.stringify({ ...Object.fromEntries(results), machine }));
}
