import { parentPort, workerData } from "node:worker_threads";
import { AllocationMeter } from "./allocationMeter.js";
import { FileChecker } from "./fileChecker.js";
import { LoaderChecker } from "./loaderChecker.js";
import { mutateClip } from "./mutateClip.js";
import { NO_FILE, type IFuzzTask, type WorkerMessage } from "./fuzzTask.js";

/** Files between two looks at the heap. */
const HEAP_EVERY = 64;

const { subject, clips, seed, files, next, present } = workerData as IFuzzTask;
const meter = new AllocationMeter();
const decoder = new FileChecker(meter);
const loader = new LoaderChecker(meter);
meter.install();

const post = (message: WorkerMessage): void => parentPort?.postMessage(message);
const codes: Record<string, number> = {};
const worst = { ms: 0, msFile: NO_FILE, largest: 0, total: 0, heap: 0 };
let done = 0;
for (let number = Atomics.add(next, 0, 1); number < files; number = Atomics.add(next, 0, 1)) {
    Atomics.store(present, 0, number);
    const file = mutateClip(clips, seed, number);
    const check = subject === "loader" ? await loader.checkAsync(file, number) : decoder.check(file);
    new Set(check.codes).forEach((code) => (codes[code] = (codes[code] ?? 0) + 1));
    if (check.problem !== undefined) {
        post({ type: "problem", number, problem: check.problem, isFatal: false });
    }
    if (check.ms > worst.ms) {
        worst.ms = check.ms;
        worst.msFile = number;
    }
    worst.largest = Math.max(worst.largest, check.largest);
    worst.total = Math.max(worst.total, check.total);
    if (++done % HEAP_EVERY === 0) {
        const { heapUsed, arrayBuffers } = process.memoryUsage();
        worst.heap = Math.max(worst.heap, heapUsed + arrayBuffers);
    }
}
Atomics.store(present, 0, NO_FILE);
post({ type: "done", codes, files: done, ...worst });
