import "./fvvFileLoader.js";

export * from "./pure.js";
