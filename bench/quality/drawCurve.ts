import type { IRatePoint } from "./ratePoints.js";

const WIDTH = 720;
const HEIGHT = 420;
const MARGIN = { left: 56, right: 24, top: 20, bottom: 48 };
const STYLE = `text { font: 13px sans-serif; fill: #555; } .grid { stroke: #ddd; } .ours { stroke: #0a7; fill: none; stroke-width: 2; } .rival { stroke: #c53; fill: none; stroke-width: 2; }
.worst { stroke-dasharray: 5 4; } circle.ours { fill: #0a7; } circle.rival { fill: #c53; }`;

/**
 * Draws how well clips look against how large they are: means as lines, worst pictures dashed.
 * @param ours clips of this library
 * @param rival clips of another
 * @returns an SVG
 */
export function drawCurve(ours: readonly IRatePoint[], rival: readonly IRatePoint[]): string {
    const all = [...ours, ...rival];
    const most = Math.ceil(Math.max(...all.map(({ bytes }) => bytes)) / 1e6) * 1e6;
    const low = Math.floor((Math.min(...all.map(({ worst }) => worst)) - 1) / 5) * 5;
    const high = Math.ceil((Math.max(...all.map(({ mean }) => mean)) + 1) / 5) * 5;
    const x = (bytes: number): string => (MARGIN.left + (bytes / most) * (WIDTH - MARGIN.left - MARGIN.right)).toFixed(1);
    const y = (psnr: number): string => (MARGIN.top + ((high - psnr) / (high - low)) * (HEIGHT - MARGIN.top - MARGIN.bottom)).toFixed(1);
    const line = (points: readonly IRatePoint[], key: "mean" | "worst", name: string): string => {
        const sorted = [...points].sort((a, b) => a.bytes - b.bytes);
        const dots = sorted.map((point) => `<circle class="${name}" cx="${x(point.bytes)}" cy="${y(point[key])}" r="${key === "mean" ? 4 : 2.5}"/>`);
        return `<polyline class="${name} ${key}" points="${sorted.map((point) => `${x(point.bytes)},${y(point[key])}`).join(" ")}"/>\n${dots.join("\n")}`;
    };
    const label = (points: readonly IRatePoint[]): string =>
        points.map(({ name, bytes, mean }) => `<text x="${Number(x(bytes)) - 10}" y="${y(mean)}" dy="-2" text-anchor="end">${name}</text>`).join("\n");
    return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${HEIGHT}" width="${WIDTH}" height="${HEIGHT}">
<style>${STYLE}</style>
<rect width="${WIDTH}" height="${HEIGHT}" fill="#fff"/>
${steps(low, high, 5)
    .map(
        (psnr) =>
            `<line class="grid" x1="${MARGIN.left}" x2="${WIDTH - MARGIN.right}" y1="${y(psnr)}" y2="${y(psnr)}"/><text x="${MARGIN.left - 8}" y="${y(psnr)}" dy="4" text-anchor="end">${psnr}</text>`,
    )
    .join("\n")}
${steps(0, most, 1e6)
    .map(
        (bytes) =>
            `<line class="grid" y1="${MARGIN.top}" y2="${HEIGHT - MARGIN.bottom}" x1="${x(bytes)}" x2="${x(bytes)}"/><text x="${x(bytes)}" y="${HEIGHT - MARGIN.bottom + 18}" text-anchor="middle">${bytes / 1e6}</text>`,
    )
    .join("\n")}
<text x="${WIDTH / 2}" y="${HEIGHT - 8}" text-anchor="middle">MB for 60 frames of 51,651 splats</text>
<text transform="translate(14 ${HEIGHT / 2}) rotate(-90)" text-anchor="middle">PSNR, dB (dashed: worst picture)</text>
${line(rival, "worst", "rival")}
${line(rival, "mean", "rival")}
${line(ours, "worst", "ours")}
${line(ours, "mean", "ours")}
${label(all)}
</svg>
`;
}

function steps(from: number, to: number, step: number): number[] {
    return Array.from({ length: Math.round((to - from) / step) + 1 }, (_, i) => from + i * step);
}
