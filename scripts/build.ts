import { buildPackageAsync } from "./buildPackage.js";
import { buildSamplesAsync } from "./buildSamples.js";

await buildPackageAsync();
console.log("samples/public: pages and the sample clip");
await buildSamplesAsync();
