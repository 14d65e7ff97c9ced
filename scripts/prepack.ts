import { buildPackageAsync } from "./buildPackage.js";

await buildPackageAsync();
