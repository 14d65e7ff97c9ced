import { Worker } from "node:worker_threads";
import { FvvError, type FvvErrorCode, type IFvvErrorWhere } from "../../format/fvvError.js";
import type { ISegmentWorkers } from "../clipEncoder.js";
import type { IKeyReference } from "../keyReference.js";
import type { ISegmentJob, ISegmentResult } from "../segmentJob.js";

/** What a thread answers. */
export type SegmentAnswer = { key: IKeyReference } | { result: ISegmentResult } | { error: { code: FvvErrorCode; detail: string; where: IFvvErrorWhere } };

interface ITask {
    job: ISegmentJob;
    onKey?: (key: IKeyReference) => void;
    resolve: (result: ISegmentResult) => void;
    reject: (error: FvvError) => void;
}

/** Writes segments in threads of their own. */
export class SegmentThreads implements ISegmentWorkers {
    private readonly _idle: Worker[] = [];
    private readonly _all: Worker[] = [];
    private readonly _tasks: ITask[] = [];

    /** @param count most threads, and most segments under way */
    public constructor(public readonly count: number) {}

    /** Starts all threads, so that they are there when the first segments are. They start anyway when they are needed. */
    public start(): void {
        while (this._all.length < this.count) {
            this._idle.push(this._start());
        }
    }

    public buildAsync(job: ISegmentJob, onKey?: (key: IKeyReference) => void): Promise<ISegmentResult> {
        return new Promise((resolve, reject) => {
            this._tasks.push({ job, onKey, resolve, reject });
            this._next();
        });
    }

    /** Ends all threads. */
    public async disposeAsync(): Promise<void> {
        await Promise.all(this._all.map((worker) => worker.terminate()));
    }

    private _next(): void {
        const worker = this._idle.pop() ?? (this._all.length < this.count && this._tasks.length > 0 ? this._start() : undefined);
        const task = worker && this._tasks.shift();
        if (!task) {
            this._idle.push(...(worker ? [worker] : []));
            return;
        }
        const onMessage = (answer: SegmentAnswer): void => {
            if ("key" in answer) {
                task.onKey?.(answer.key);
                return;
            }
            worker.off("message", onMessage);
            worker.off("error", onError);
            this._idle.push(worker);
            if ("result" in answer) {
                task.resolve(answer.result);
            } else {
                task.reject(new FvvError(answer.error.code, answer.error.detail, answer.error.where));
            }
            this._next();
        };
        const onError = (error: unknown): void => {
            worker.off("message", onMessage);
            task.reject(FvvError.From(error, "INTERNAL", "An encoder thread died, perhaps for want of memory; try fewer with --jobs"));
        };
        worker.on("message", onMessage);
        worker.once("error", onError);
        worker.postMessage(task.job);
    }

    private _start(): Worker {
        const worker = startThread("segmentWorker");
        this._all.push(worker);
        return worker;
    }
}

/** The package runs as JavaScript. The sources run through tsx, which a thread does not inherit: it has to begin with it. */
function startThread(name: string): Worker {
    if (!import.meta.url.endsWith(".ts")) {
        return new Worker(new URL(`./${name}.js`, import.meta.url));
    }
    const source = JSON.stringify(new URL(`./${name}.ts`, import.meta.url).href);
    return new Worker(`import("tsx/esm/api").then(({ register }) => { register(); return import(${source}); });`, { eval: true });
}
