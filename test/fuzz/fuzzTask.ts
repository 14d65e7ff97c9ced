/** What files go through: the decoder with both its readers of symbols, or loader and player. */
export type FuzzSubject = "decoder" | "loader";

/** What a worker of the fuzzer is given. */
export interface IFuzzTask {
    subject: FuzzSubject;
    /** Clips to damage. */
    clips: readonly Uint8Array<ArrayBuffer>[];
    seed: number;
    /** How many files there are. */
    files: number;
    /** One number that all workers share: the next file. */
    next: Int32Array;
    /** One number: the file that this worker is at, or {@link NO_FILE}. */
    present: Int32Array;
}

/** What a worker is at when it is at no file. */
export const NO_FILE = -1;

/** What a worker has seen. */
export interface IFuzzFigures {
    /** Files that were decoded. */
    files: number;
    /** Files by what became of their frames; one whose frames end differently counts more than once. */
    codes: Record<string, number>;
    /** Longest time of a file, and which one it was. */
    ms: number;
    msFile: number;
    /** Bytes of the largest buffer allocated, and most of all buffers of a file. */
    largest: number;
    total: number;
    /** Most bytes of heap and buffers of a worker. */
    heap: number;
}

/** A file that shows something wrong with the decoder. */
export interface IFuzzProblem {
    number: number;
    problem: string;
    /** Whether it ended the worker, whose other figures are lost. */
    isFatal: boolean;
}

/** What a worker tells. */
export type WorkerMessage = ({ type: "problem" } & IFuzzProblem) | ({ type: "done" } & IFuzzFigures);
