import { buildSamplesAsync } from "./buildSamples.js";
import { serveSamplesAsync } from "./serveSamples.js";

console.log("building the sample pages ...");
await buildSamplesAsync();
const { url } = await serveSamplesAsync(Number(process.env.PORT ?? 8080));
console.log(`\nopen ${url}/ for all samples, for instance ${url}/player.html or ${url}/game.html (Ctrl+C stops)`);
