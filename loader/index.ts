export type { IClipSource, IReadOptions } from "./sources/clipSource.js";
export { BlobClipSource, MemoryClipSource } from "./sources/localClipSources.js";
export type { IRetryOptions } from "./sources/retry.js";
export { StreamClipSource } from "./sources/streamClipSource.js";
export { UrlClipSource, type IFetchOptions } from "./sources/urlClipSource.js";
export { ClipStream, type IBufferOptions, type IFrameRange, type IStreamOptions } from "./clipStream.js";
export type { IDecodeClientOptions } from "./decodeClient.js";
export { FrameFeed, FRAMES_AHEAD, type IFedFrame } from "./frameFeed.js";
export type { IFramePacket, IOrderPacket, IRowRun, ISortCamera } from "./framePacket.js";
