export type { ICliIo } from "./cliIo.js";
export { openFrameSourceAsync, type IFileFrameSource, type IFrameRange } from "./fileFrameSource.js";
export { FolderServer, type IServeOptions } from "./folderServer.js";
export { InputFile } from "./inputFile.js";
export { EXIT_ABORTED, EXIT_BOUNDS, EXIT_INPUT, EXIT_OK, runCliAsync } from "./main.js";
export { ClipOutputFile, OutputFile } from "./outputFile.js";
export { pushClipAsync, type IPushOptions } from "./pushClip.js";
