import type { Configuration } from "webpack";

declare const configurations: Configuration[];
export default configurations;
