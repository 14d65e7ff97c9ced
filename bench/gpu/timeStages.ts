import { median } from "../codec/statistics.js";
import type { CloudPainter } from "./cloudPainter.js";
import { StageTimer, type Stage } from "./stageTimer.js";
import type { ViewedCloud } from "./viewedCloud.js";

/** Encodes a frame: kernels and draw, timed where a timer is given. */
export function encodeFrame(encoder: GPUCommandEncoder, cloud: ViewedCloud, painter: CloudPainter, timer?: StageTimer): void {
    cloud.view.prepare();
    const project = encoder.beginComputePass({ timestampWrites: timer?.writes("project") });
    cloud.view.encodeProject(project, 0, 0);
    project.end();
    const sort = encoder.beginComputePass({ timestampWrites: timer?.writes("sort") });
    cloud.view.encodeSort(sort);
    sort.end();
    painter.encode(encoder, timer?.writes("draw"));
}

/**
 * Times the stages of frames, each by itself.
 * @param cloud the cloud
 * @param painter draws it
 * @param frames number of frames
 * @param look turns the camera for a frame
 * @returns medians, ms; undefined where the device has no timestamps
 */
export async function timeStagesAsync(
    cloud: ViewedCloud,
    painter: CloudPainter,
    frames: number,
    look: (frame: number) => void,
): Promise<Record<Stage, number> | undefined> {
    const { device } = cloud.kernels;
    const timer = new StageTimer(device);
    const all: Record<Stage, number>[] = [];
    for (let frame = 0; frame < frames; frame++) {
        look(frame);
        const encoder = device.createCommandEncoder();
        encodeFrame(encoder, cloud, painter, timer);
        timer.encode(encoder);
        device.queue.submit([encoder.finish()]);
        const times = await timer.readAsync();
        if (!times) {
            return undefined;
        }
        all.push(times);
    }
    const medianOf = (stage: Stage): number => median(all.map((times) => times[stage]));
    return { project: medianOf("project"), sort: medianOf("sort"), draw: medianOf("draw") };
}
