import type { IDecode200k } from "./decode200k.js";
import type { ISequenceResult } from "./measureSequence.js";
import type { IStillClip, IStillResult } from "./stills.js";

const whole = (value: number): string => Math.round(value).toLocaleString("en");
const line = (name: string, text: string): void => console.log(`  ${name.padEnd(12)} ${text}`);

/** Prints the figures of a sequence. */
export function printSequence(result: ISequenceResult): void {
    const { order0, zstd19, meshopt } = result.others;
    console.log(`${result.name}: ${result.frameCount} frames x ${whole(result.splatCount / result.frameCount)} splats`);
    line("bytes", `${whole(result.bytes)}, ${whole(result.bytes / result.frameCount)} a frame, ${(100 * result.keyShare).toFixed(1)} % in key frames`);
    if (result.rivalBest && result.ratio) {
        line("splat4d", `${whole(result.rivalBest)}; ratio ${result.ratio.toFixed(3)}`);
    }
    const groups = Object.entries(result.bytesPerFrameByGroup).map(([name, bytes]) => `${name} ${whole(bytes)}`);
    line("a frame", groups.join(", "));
    line("residuals", `${whole(result.residualBytes)}; the same symbols: order-0 entropy ${whole(order0)}, zstd-19 ${whole(zstd19)}, meshopt ${whole(meshopt)}`);
    line("encode", `${result.encodeMBs.toFixed(1)} MB/s in one thread, ${(result.encodeMs / 1000).toFixed(1)} s; memory up to ${whole(result.peakMemoryMB)} MB`);
    line("decode", `${result.decodeMedianMs.toFixed(2)} ms a residual frame (median), ${result.decodeP99Ms.toFixed(2)} ms (99th percentile)`);
}

/** Prints how the sequences compare with the rival's sizes. */
export function printSummary(meanRatio: number | null, worstRatio: number | null): void {
    if (meanRatio && worstRatio) {
        console.log(`ratio to splat4d: geometric mean ${meanRatio.toFixed(3)}, worst ${worstRatio.toFixed(3)}`);
    }
}

/** Prints the figures of the frame of 200,000 splats. */
export function printDecode200k(result: IDecode200k): void {
    console.log(`decode200k: 200,000 splats, ${whole(result.changedSplats)} of them change, 13 symbols each`);
    line("ours", `${result.medianMs.toFixed(2)} ms a residual frame (median), ${result.p99Ms.toFixed(2)} ms (99th percentile); ${whole(result.bytes)} bytes`);
    line("zstddec", `${result.zstdMs.toFixed(2)} ms (median); ${whole(result.zstdBytes)} bytes; order-0 entropy ${whole(result.order0Bytes)}`);
    line("ratio", `${result.ratioToZstd.toFixed(2)} (median of pairs)`);
    line("packing", `${result.applyMs.toFixed(2)} ms (median)`);
}

/** Prints how a still frame compares with another format. */
export function printStill(result: IStillResult): void {
    console.log(`still ${result.name}: ${whole(result.splats)} splats, degree ${result.shDegree}`);
    line(result.format, `${whole(result.otherBytes)} bytes, ${result.otherBytesPerSplat.toFixed(2)} a splat`);
    printClip("equal mean", result.equalMean);
    printClip("equal worst", result.equalWorst);
}

function printClip(name: string, { bytes, bytesPerSplat, ratio, clamped }: IStillClip): void {
    const note = clamped.length > 0 ? `; at the encoder's limit: ${clamped.join(", ")}` : "";
    line(name, `${whole(bytes)} bytes, ${bytesPerSplat.toFixed(2)} a splat; ratio ${ratio.toFixed(3)}${note}`);
}
