import { writeFileSync } from "node:fs";
import { parseArgs } from "node:util";
import { whyNotShared } from "./codec/sequences.js";
import { drawCurve } from "./quality/drawCurve.js";
import { PictureJudge } from "./quality/pictureJudge.js";
import { ratePoints, RIVAL_POINTS, type IRatePoint } from "./quality/ratePoints.js";

/** Qualities of the curve. */
const QUALITIES = [30, 50, 60, 70, 85];
/** The picture in docs/quality.md. */
const PICTURE = "docs/images/quality.svg";

const { values } = parseArgs({ options: { json: { type: "boolean" } } });
const missing = whyNotShared();
if (missing) {
    console.error(missing);
    process.exit(2);
}

const judge = await PictureJudge.OpenAsync();
const points: IRatePoint[] = [];
for await (const point of ratePoints(QUALITIES, judge)) {
    points.push(point);
    console.error(`${point.name}: ${point.bytes} bytes, ${point.mean.toFixed(1)} / ${point.worst.toFixed(1)} dB`);
}
writeFileSync(PICTURE, drawCurve(points, RIVAL_POINTS));
const best = RIVAL_POINTS[0].bytes;
const rows = [...points, ...RIVAL_POINTS].map(({ name, bytes, mean, worst }) => ({ name, bytes, ratio: bytes / best, mean, worst }));
if (values.json) {
    console.log(JSON.stringify({ sequence: "yellow", points: rows, picture: PICTURE }));
} else {
    console.log("| yellow, 60 frames | bytes | share of splat4d's | PSNR mean, dB | worst |\n|---|---|---|---|---|");
    rows.forEach(({ name, bytes, ratio, mean, worst }) =>
        console.log(`| ${name} | ${bytes.toLocaleString("en")} | ${ratio.toFixed(2)} | ${mean.toFixed(1)} | ${worst.toFixed(1)} |`),
    );
}
