import type { IClipHeader } from "../format/clipHeader.js";
import type { ISegmentEntry } from "../format/clipIndex.js";
import { FvvError, type FvvErrorCode, type IFvvErrorWhere } from "../format/fvvError.js";
import type { IFvvLimits } from "../format/limits.js";
import type { IFramePacket, IOrderPacket, ISortCamera } from "./framePacket.js";

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
    | { type: "open"; header: IClipHeader; segments: ISegmentEntry[]; limits: Partial<IFvvLimits>; cacheBytes: number; sorts: boolean }
    /** Forgets all frames asked for and not delivered. */
    | { type: "flush"; generation: number }
    /**
     * Asks for a frame; frames are delivered in the order asked for. One with a `dueTime`, seconds of the clock that cameras are sent by, is sorted for where each camera
     * is expected to be then.
     */
    | { type: "frame"; frame: number; generation: number; dueTime?: number }
    /** Answers `needSegment`. */
    | { type: "segment"; segment: number; bytes: Uint8Array }
    /** Answers `needSegment` when the bytes cannot be had. */
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
    /** The bytes of a segment are needed, now or soon. */
    | { type: "needSegment"; segment: number }
    /** A frame that was asked for, with an order for each camera where frames are sorted. */
    | { type: "frame"; packet: IFramePacket; orders: IOrderPacket[] }
    /** A new order of a frame. */
    | { type: "order"; order: IOrderPacket }
    /** The frames asked for in this generation cannot be delivered. */
    | { type: "error"; error: IErrorMessage; generation: number };
