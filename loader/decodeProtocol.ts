import type { IClipHeader } from "../format/clipHeader.js";
import type { ISegmentEntry } from "../format/clipIndex.js";
import { FvvError, type FvvErrorCode, type IFvvErrorWhere } from "../format/fvvError.js";
import type { IFvvLimits } from "../format/limits.js";
import type { IFramePacket, IOrderPacket, ISortCamera } from "./framePacket.js";
import type { ISegmentNeed } from "./segmentSupply.js";

/** An error as it crosses a worker boundary. */
export interface IErrorMessage {
    code: FvvErrorCode;
    detail: string;
    where: IFvvErrorWhere;
}

/** An error as a message: what was its cause stays behind, it may not be cloneable. */
export function toErrorMessage({ code, detail, where: { cause: _cause, ...where } }: FvvError): IErrorMessage {
    return { code, detail, where };
}

/** The error that a message was made of. */
export function fromErrorMessage({ code, detail, where }: IErrorMessage): FvvError {
    return new FvvError(code, detail, where);
}

/** Messages to the decode session. */
export type DecodeRequest =
    /** Starts; the first message, once. Frames come with orders where they are to be sorted. */
    | { type: "open"; capacity: number; shDegree: number; limits: Partial<IFvvLimits>; keyStateBytes: number; sorts: boolean }
    /** Adds a rendition, before any of its bytes. */
    | { type: "rendition"; rendition: number; header: IClipHeader; segments: ISegmentEntry[] }
    /** More segments of a rendition that grows. */
    | { type: "growth"; rendition: number; segments: ISegmentEntry[] }
    /** Forgets all frames asked for and not delivered. */
    | { type: "flush"; generation: number }
    /**
     * Asks for a frame; frames are delivered in the order asked for. One with a `dueTime`, seconds of the clock that cameras are sent by, is sorted for where each camera
     * is expected to be then. With `isSought` the key frame before it is delivered too where the bytes after that are still to come.
     */
    | { type: "frame"; frame: number; generation: number; dueTime?: number; isSought?: boolean }
    /** Bytes of a segment that was needed, from byte `at` of it on. `isCut`: no more will come. */
    | { type: "bytes"; segment: number; rendition: number; at: number; bytes: Uint8Array; isCut: boolean }
    /** Bytes that were needed cannot be had. */
    | { type: "segmentFailed"; segment: number; error: IErrorMessage }
    /** Adds a camera to those that frames are sorted for, or sets it. Before the first, frames are sorted for a camera 0 that looks along z. */
    | { type: "camera"; camera: ISortCamera }
    /** Sets the most splats to draw, for the frames to come. */
    | { type: "budget"; splats: number }
    /** Frames are not sorted for a camera any more. */
    | { type: "dropCamera"; camera: number }
    /** Sorts a delivered frame again, for a camera as it is now. */
    | { type: "sort"; frame: number; generation: number; camera: number }
    /** A delivered frame will not be sorted again. */
    | { type: "release"; frame: number; generation: number }
    /** Hands packet memory back. */
    | { type: "recycle"; packet: IFramePacket }
    /** Hands order memory back. */
    | { type: "recycleOrder"; order: IOrderPacket };

/** Messages from the decode session. */
export type DecodeResponse =
    /** The bytes of a segment are needed. */
    | { type: "need"; need: ISegmentNeed; generation: number }
    /** A frame that was asked for, with an order for each camera where frames are sorted. */
    | { type: "frame"; packet: IFramePacket; orders: IOrderPacket[] }
    /** A new order of a frame. */
    | { type: "order"; order: IOrderPacket }
    /** The frames asked for in this generation cannot be delivered. */
    | { type: "error"; error: IErrorMessage; generation: number };
