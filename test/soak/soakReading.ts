/** What is read now and then while a clip loops. */
export interface ISoakReading {
    /** Minutes that it has played. */
    minute: number;
    /** Bytes of heap and buffers after a collection, of all threads. */
    heapBytes: number;
    /** Objects of Babylon and of the GPU that are there, by kind. */
    gpuObjects: Readonly<Record<string, number>>;
    /** How often the clip has begun again. */
    loops: number;
    /** Frames shown. */
    frames: number;
    /** Bytes of segments that have come. */
    fetchedBytes: number;
    /** What went wrong. */
    errors: readonly string[];
}

/** Share of the readings, at the beginning, that is not judged: code is compiled, pools fill. */
const WARM_UP = 0.3;

/**
 * How much the heap has grown after the warm-up, as a share: from the least reading of the first third to the least of the last. What is on its way between threads, and code that is compiled and
 * thrown away again, only ever comes on top.
 * @param readings the readings, in order
 */
export function heapGrowth(readings: readonly ISoakReading[]): number {
    const bytes = readings.slice(Math.floor(WARM_UP * readings.length)).map(({ heapBytes }) => heapBytes);
    const third = Math.max(1, Math.floor(bytes.length / 3));
    return Math.min(...bytes.slice(-third)) / Math.min(...bytes.slice(0, third)) - 1;
}

/**
 * Kinds of objects of which there are not always as many after the warm-up.
 * @param readings the readings, in order
 */
export function changingObjects(readings: readonly ISoakReading[]): string[] {
    const judged = readings.slice(Math.floor(WARM_UP * readings.length));
    return Object.keys(judged[0].gpuObjects).filter((kind) => new Set(judged.map(({ gpuObjects }) => gpuObjects[kind])).size > 1);
}
