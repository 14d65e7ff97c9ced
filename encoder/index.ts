export * from "../format/fvvError.js";
export type { IClipHeader, IErrorBounds, UpAxis } from "../format/clipHeader.js";
export type { IClipMetadata } from "../format/clipHead.js";
export type { ISegmentEntry } from "../format/clipIndex.js";
export { FVV_DEFAULT_LIMITS, type IFvvLimits } from "../format/limits.js";
export { ClipEncoder, type IClipEncoderEvents, type IEncodeReport } from "./clipEncoder.js";
export { MemoryClipOutput, type IClipOutput } from "./clipOutput.js";
export {
    CLIP_ENCODER_DEFAULTS,
    resolveEncoderOptions,
    errorBoundsOf,
    type IClipEncoderOptions,
    type ClipEncoderSettings,
} from "./encoderOptions.js";
export { SH_C0, shCoefficientCount, type IFrameSource, type ISplatFrame, type ShDegree } from "./splatFrame.js";
export { ClipReader } from "./clipReader.js";
export { describeClip, type IClipInfo } from "./clipInfo.js";
export { verifyClipAsync, type IVerifyReport } from "./verifyClip.js";
export { FRAME_FILE_ENDINGS, isFrameFileName, readFrameAsync, upAxisOfFile } from "./readers/readFrame.js";
export type { IFrameFile } from "./readers/frameFile.js";
export { SplatvSource, type ISplatvOptions } from "./readers/splatvReader.js";
export { writePly } from "./writers/writePly.js";
export { writeSplat } from "./writers/writeSplat.js";
