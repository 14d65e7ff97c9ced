import { LATENCY_MS, type INetworkResult, type ISeekResult } from "./measureStream.js";
import type { IStreamClip } from "./streamClip.js";

const whole = (value: number): string => Math.round(value).toLocaleString("en");
const mb = (bytes: number): string => `${(bytes / 1e6).toFixed(1)} MB`;
const at = (ms: number | undefined): string => (ms === undefined ? "after the frame" : `at ${whole(ms)}`);
const line = (name: string, text: string): void => console.log(`  ${name.padEnd(14)} ${text}`);

/** Prints what is streamed. */
export function printClip(clip: IStreamClip): void {
    const { splats, seconds, bytes, frameBytes, referenceKeyBytes, otherKeyBytes, segments } = clip;
    console.log(
        `clip           ${whole(splats)} splats, half of them move in each frame; ${seconds} s, ${segments.length} segments, default bounds; ${mb(bytes.length)},`,
    );
    console.log(
        `               ${((8 * bytes.length) / seconds / 1e6).toFixed(1)} Mbps: ${whole(frameBytes)} bytes a frame, ${whole(referenceKeyBytes)} of a key frame that stands alone,`,
    );
    console.log(`               ${whole(otherKeyBytes)} of another`);
}

/** Prints what one network has shown. */
export function printNetwork(mbps: number, load: readonly number[], result: INetworkResult): void {
    const { firstFrame, smoothMs, rebufferRatio, bytesFetched, bytesNeeded, coldSeeks, warmSeeks, shown, ticks, seconds } = result;
    console.log(`${mbps} Mbps, ${LATENCY_MS} ms; load ${load.map((value) => value.toFixed(1)).join(" before, ")} after`);
    line("first frame", `${whole(result.firstFrameMs)} ms, and ${whole(firstFrame.drawMs)} ms that the GPU in software takes to draw it`);
    for (const { start, bytes, askedMs, firstByteMs, endedMs } of firstFrame.requests) {
        line("", `${whole(bytes)} bytes from ${whole(start)}: asked for at ${whole(askedMs)} ms, first byte ${at(firstByteMs)}, last ${at(endedMs)}`);
    }
    line(
        "",
        `decoded in ${whole(firstFrame.decodeMs)} ms, sorted in ${whole(firstFrame.sortMs)}; shaders compiled in ${whole(firstFrame.compileMs)}; imported at ${whole(firstFrame.importedMs)}`,
    );
    line("smooth play", smoothMs === null ? "never for 2 s" : `from ${whole(smoothMs)} ms`);
    line("rebuffering", `${(100 * rebufferRatio).toFixed(1)} % of ${seconds} s; ${shown} frames shown in ${ticks} ticks`);
    line("bytes", `${mb(bytesFetched)} fetched, ${mb(bytesNeeded)} needed, ${(bytesFetched / bytesNeeded).toFixed(2)} times`);
    printSeeks("seek", "key window not loaded", coldSeeks);
    printSeeks("", "reference key loaded", warmSeeks);
}

function printSeeks(name: string, kind: string, { count, keyMs, exactMs, all }: ISeekResult): void {
    const exact = all.map((seek) => seek.exactMs);
    line(name, `${kind}: key frame ${whole(keyMs)} ms, exact ${whole(exactMs)} ms (${whole(Math.min(...exact))} to ${whole(Math.max(...exact))}; medians of ${count})`);
}
