import { buildSamplesAsync, SAMPLES_FOLDER } from "./buildSamples.js";
import { serveAsync } from "./staticServer.js";

console.log("building the sample pages ...");
await buildSamplesAsync();
const { url } = await serveAsync([{ path: "/", folder: SAMPLES_FOLDER }], Number(process.env.PORT ?? 8080));
console.log(`\nopen ${url}/ for the player, ${url}/minimal.html for the shortest program (Ctrl+C stops)`);
