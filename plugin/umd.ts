/** All of the global BABYLONFVV: a script tag has no other entries to import. */
export * from "./index.js";
export * from "./xr/index.js";
