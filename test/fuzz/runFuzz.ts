import { availableParallelism } from "node:os";
import { Worker } from "node:worker_threads";
import { NO_FILE, type FuzzSubject, type IFuzzFigures, type IFuzzProblem, type IFuzzTask, type WorkerMessage } from "./fuzzTask.js";

/** Milliseconds between two looks at the workers, and how many in which one may be at the same file. */
const LOOK_MS = 500;
const MOST_LOOKS = 20;
/** Megabytes of heap that a worker may have. */
const HEAP_MB = 512;
/** Starts the worker; a thread does not inherit the TypeScript of the one that starts it. */
const WORKER = `import("tsx/esm/api").then(({ tsImport }) => tsImport("./fuzzWorker.ts", ${JSON.stringify(import.meta.url)}))`;

/** What no worker has seen. */
const NOTHING: IFuzzFigures = { files: 0, codes: {}, ms: 0, msFile: NO_FILE, largest: 0, total: 0, heap: 0 };

/** What a run has shown. */
export interface IFuzzReport extends IFuzzFigures {
    problems: IFuzzProblem[];
}

/**
 * Decodes or plays mutated clips in as many threads as there are cores.
 * @param subject what they go through
 * @param clips what to damage
 * @param seed the same seed gives the same files
 * @param files how many
 * @param onProgress told now and then how many were begun
 */
export async function runFuzzAsync(
    subject: FuzzSubject,
    clips: readonly Uint8Array<ArrayBuffer>[],
    seed: number,
    files: number,
    onProgress: (begun: number) => void = () => {},
): Promise<IFuzzReport> {
    const next = new Int32Array(new SharedArrayBuffer(4));
    const timer = setInterval(() => onProgress(Math.min(files, next[0])), LOOK_MS);
    const reports = await Promise.all(Array.from({ length: availableParallelism() }, () => runWorkersAsync({ subject, clips, seed, files, next })));
    clearInterval(timer);
    return reports.reduce(merged);
}

/** One worker after the other, until the files are at an end: a file that ends its worker is a problem, and the next one goes on behind it. */
async function runWorkersAsync(task: Omit<IFuzzTask, "present">): Promise<IFuzzReport> {
    let report: IFuzzReport = { ...NOTHING, problems: [] };
    for (let isDone = false; !isDone;) {
        const part = await runWorkerAsync(task);
        report = merged(report, part.report);
        isDone = part.isDone;
    }
    return report;
}

function runWorkerAsync(task: Omit<IFuzzTask, "present">): Promise<{ report: IFuzzReport; isDone: boolean }> {
    const present = new Int32Array(new SharedArrayBuffer(4)).fill(NO_FILE);
    const problems: IFuzzProblem[] = [];
    let figures = NOTHING;
    let isDone = false;
    const worker = new Worker(WORKER, { eval: true, workerData: { ...task, present }, resourceLimits: { maxOldGenerationSizeMb: HEAP_MB } });
    const end = (problem: string): void => {
        problems.push({ number: present[0], problem, isFatal: true });
        void worker.terminate();
    };
    let [last, looks] = [NO_FILE, 0];
    const watch = setInterval(() => {
        looks = present[0] === last ? looks + 1 : 0;
        last = present[0];
        if (looks === MOST_LOOKS && last !== NO_FILE) {
            end(`hang: over ${LOOK_MS * MOST_LOOKS} ms`);
        }
    }, LOOK_MS);
    worker.on("message", (message: WorkerMessage) => {
        if (message.type === "problem") {
            problems.push(message);
        } else {
            figures = message;
            isDone = true;
        }
    });
    return new Promise((resolve, reject) => {
        worker.on("error", (error) => (present[0] === NO_FILE ? reject(error) : end(`uncaught: ${error.message}`)));
        worker.on("exit", () => {
            clearInterval(watch);
            resolve({ report: { ...figures, problems }, isDone });
        });
    });
}

function merged(a: IFuzzReport, b: IFuzzReport): IFuzzReport {
    const codes = { ...a.codes };
    Object.entries(b.codes).forEach(([code, files]) => (codes[code] = (codes[code] ?? 0) + files));
    return {
        files: a.files + b.files,
        codes,
        ms: Math.max(a.ms, b.ms),
        msFile: a.ms > b.ms ? a.msFile : b.msFile,
        largest: Math.max(a.largest, b.largest),
        total: Math.max(a.total, b.total),
        heap: Math.max(a.heap, b.heap),
        problems: [...a.problems, ...b.problems],
    };
}
