export * from "../format/fvvError.js";
export { ClipEncoder, type IClipEncoderEvents, type IEncodeReport } from "./clipEncoder.js";
export { MemoryClipOutput, type IClipOutput } from "./clipOutput.js";
export { CLIP_ENCODER_DEFAULTS, resolveEncoderOptions, errorBoundsOf, type IClipEncoderOptions, type ClipEncoderSettings } from "./encoderOptions.js";
export { SH_C0, shCoefficientCount, type IFrameSource, type ISplatFrame, type ShDegree } from "./splatFrame.js";
