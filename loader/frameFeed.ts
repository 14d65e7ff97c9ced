import type { FvvError } from "../format/fvvError.js";
import type { IFvvLimits } from "../format/limits.js";
import type { ClipStream } from "./clipStream.js";
import { DecodeClient, type IDecodeClientOptions } from "./decodeClient.js";
import { fromErrorMessage, toErrorMessage, type DecodeResponse } from "./decodeProtocol.js";
import type { IFramePacket, IOrderPacket, ISortCamera } from "./framePacket.js";
import type { IPlayPosition, StreamReader } from "./streamReader.js";

/** A decoded frame, with orders of the same frame, one for each camera, where frames are sorted. */
export interface IFedFrame {
    packet: IFramePacket;
    orders: IOrderPacket[];
}

/** Frames that may be asked for or wait ahead of the one on screen. */
export const FRAMES_AHEAD = 3;

/** Most bytes of key frames that the decoder keeps decoded. */
const KEY_STATE_BYTES = 64 * 1024 * 1024;

/**
 * Asks the decoder for frames, holds what comes until it is due, and hands memory back. Knows nothing of time or of a scene: the player
 * says which frames.
 */
export class FrameFeed {
    /** Decoded frames in the order they were asked for. */
    private readonly _arrived: IFedFrame[] = [];
    private readonly _client: DecodeClient;
    private readonly _reader: StreamReader;
    private _segment = -1;
    private _generation = 0;
    private _outstanding = 0;
    private _takenFrame = -1;
    private _takenGeneration = -1;

    /** Told when a frame has arrived. */
    public onArrived: () => void = () => {};
    /** Told of a new order; its memory goes back through {@link recycleOrder}. */
    public onOrder: (order: IOrderPacket) => void = (order) => this.recycleOrder(order);
    /** Told of an error. The frames asked for will not come. */
    public onError: (error: FvvError) => void = () => {};

    /**
     * @param _stream the clip
     * @param options where to decode
     * @param limits limits for the counts in the file
     * @param _sorts whether frames are to come with orders
     */
    public constructor(
        private readonly _stream: ClipStream,
        options: IDecodeClientOptions = {},
        limits: Partial<IFvvLimits> = {},
        private readonly _sorts = true,
    ) {
        this._client = new DecodeClient((response) => this._receive(response), options);
        const { shDegree } = _stream.head.header;
        this._client.post({ type: "open", capacity: _stream.capacity, shDegree, limits, keyStateBytes: KEY_STATE_BYTES, sorts: _sorts });
        this._reader = _stream.createReader({
            onRendition: (rendition, { head: { header }, segments }) => this._client.post({ type: "rendition", rendition, header, segments: [...segments] }),
            onGrowth: (rendition, segments) => this._client.post({ type: "growth", rendition, segments: [...segments] }),
            onBytes: (segment, rendition, at, bytes, isCut) => this._client.post({ type: "bytes", segment, rendition, at, bytes, isCut }),
            onError: (error) => this.onError(error),
            onFailed: (segment, error) => this._client.post({ type: "segmentFailed", segment, error: toErrorMessage(error) }),
        });
    }

    /** Where the clip is played. Whoever changes it says so with {@link move}. */
    public get position(): IPlayPosition {
        return this._reader.position;
    }

    /** Says that {@link position} was changed. */
    public move(): void {
        const segment = this._stream.segmentOf(this.position.frame);
        this._reader.move(segment !== this._segment);
        this._segment = segment;
    }

    /** Whether another frame may be asked for. */
    public get hasRoom(): boolean {
        return this._outstanding + this._arrived.length < FRAMES_AHEAD;
    }

    /** Whether a worker decodes. */
    public get usesWorker(): boolean {
        return this._client.usesWorker;
    }

    /** The frame that arrived first of those not taken, or undefined. */
    public get next(): IFedFrame | undefined {
        return this._arrived[0];
    }

    /** Takes {@link next}. */
    public take(): IFedFrame | undefined {
        const fed = this._arrived.shift();
        this._takenFrame = fed?.packet.frame ?? -1;
        this._takenGeneration = fed?.packet.generation ?? -1;
        return fed;
    }

    /**
     * Asks for a frame.
     * @param frame its number
     * @param dueTime when it is to be on screen, seconds of the clock that cameras are sent by
     * @param isSought whether the key frame before it is to come too where its own bytes have not
     */
    public request(frame: number, dueTime?: number, isSought = false): void {
        this._outstanding++;
        this._client.post({ type: "frame", frame, generation: this._generation, dueTime, isSought });
    }

    /** Forgets all that was asked for and not taken. */
    public flush(): void {
        this.dropRequests();
        this._arrived.splice(0).forEach((fed) => this._discard(fed));
    }

    /**
     * Forgets what was asked for and has not arrived.
     * @returns how many of the frames asked for have
     */
    public dropRequests(): number {
        this._generation++;
        this._outstanding = 0;
        this._reader.flush();
        this._client.post({ type: "flush", generation: this._generation });
        return this._arrived.filter(({ packet }) => !packet.isPreview).length;
    }

    /** Adds or sets a camera for the sorts to come. */
    public setCamera(camera: ISortCamera): void {
        this._client.post({ type: "camera", camera });
    }

    /** Sets the most splats to draw, for the frames to come. */
    public setBudget(splats: number): void {
        this._client.post({ type: "budget", splats });
    }

    /** Sorts no more for a camera. */
    public dropCamera(camera: number): void {
        this._client.post({ type: "dropCamera", camera });
    }

    /** Asks for a new order, for a camera, of a frame that was not released. */
    public sortAgain(frame: number, generation: number, camera: number): void {
        this._client.post({ type: "sort", frame, generation, camera });
    }

    /** Says that a frame is not on screen any more and needs no new order. */
    public release(frame: number, generation: number): void {
        if (this._sorts) {
            this._client.post({ type: "release", frame, generation });
        }
    }

    /** Hands the memory of a frame back. */
    public recycle({ packet, orders }: IFedFrame): void {
        this._client.post({ type: "recycle", packet });
        for (const order of orders) {
            this.recycleOrder(order);
        }
    }

    /** Hands order memory back. */
    public recycleOrder(order: IOrderPacket): void {
        this._client.post({ type: "recycleOrder", order });
    }

    /** Ends decoding and all reads. */
    public dispose(): void {
        this._stream.removeReader(this._reader);
        this._client.dispose();
        this._arrived.length = 0;
    }

    private _receive(response: DecodeResponse): void {
        switch (response.type) {
            case "need":
                if (response.generation === this._generation) {
                    this._reader.need(response.need);
                }
                break;
            case "frame":
                this._accept(response);
                break;
            case "order":
                this._acceptOrder(response.order);
                break;
            case "error":
                if (response.generation === this._generation || response.generation < 0) {
                    this._outstanding = 0;
                    this.onError(fromErrorMessage(response.error));
                }
                break;
        }
    }

    private _accept(fed: IFedFrame): void {
        if (fed.packet.generation !== this._generation) {
            this._discard(fed);
            return;
        }
        this._outstanding -= fed.packet.isPreview ? 0 : 1;
        this._arrived.push(fed);
        this.onArrived();
    }

    /** A newer order of a frame that waits replaces the one that it came with. The frame taken last may be on its way a second time, in a short loop. */
    private _acceptOrder(order: IOrderPacket): void {
        const waiting = this._arrived.find(({ packet }) => packet.frame === order.frame && packet.generation === order.generation);
        if (!waiting || (order.frame === this._takenFrame && order.generation === this._takenGeneration)) {
            this.onOrder(order);
            return;
        }
        const at = waiting.orders.findIndex(({ camera }) => camera === order.camera);
        waiting.orders.splice(at < 0 ? waiting.orders.length : at, 1, order).forEach((older) => this.recycleOrder(older));
    }

    private _discard(fed: IFedFrame): void {
        this.release(fed.packet.frame, fed.packet.generation);
        this.recycle(fed);
    }
}
