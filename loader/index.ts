export { BlobClipSource, MemoryClipSource, UrlClipSource, type IClipSource } from "./clipSource.js";
export { ClipStream } from "./clipStream.js";
export type { IDecodeClientOptions } from "./decodeClient.js";
export { FrameFeed, FRAMES_AHEAD, type IFedFrame } from "./frameFeed.js";
export type { IFramePacket, IOrderPacket, IRowRun, ISortCamera } from "./framePacket.js";
