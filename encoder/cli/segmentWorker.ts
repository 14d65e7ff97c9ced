import { parentPort } from "node:worker_threads";
import { FvvError } from "../../format/fvvError.js";
import { buildSegment, type ISegmentJob } from "../segmentJob.js";
import type { SegmentAnswer } from "./segmentThreads.js";

parentPort?.on("message", (job: ISegmentJob) => send(answer(job)));

function send(message: SegmentAnswer): void {
    parentPort?.postMessage(message);
}

/** An error crosses to the other thread in its parts: its class would be lost. */
function answer(job: ISegmentJob): SegmentAnswer {
    try {
        return { result: buildSegment(job, (key) => send({ key })) };
    } catch (error) {
        const { code, detail, where } = FvvError.From(error, "INTERNAL", "A segment could not be encoded; please report it");
        return { error: { code, detail, where: { offset: where.offset, frame: where.frame, segment: where.segment, source: where.source } } };
    }
}
