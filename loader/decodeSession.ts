import { FvvError } from "../format/fvvError.js";
import type { IClipHeader } from "../format/clipHeader.js";
import { referenceOf, type ISegmentEntry } from "../format/clipIndex.js";
import { SegmentDecoder } from "../format/segmentDecoder.js";
import { createSplatSorter } from "./createSplatSorter.js";
import { DrawnSlots } from "./drawnSlots.js";
import { fromErrorMessage, toErrorMessage, type DecodeRequest, type DecodeResponse } from "./decodeProtocol.js";
import { FramePacker, rowsFor } from "./framePacker.js";
import { ROW_SPLATS, type IFramePacket, type IOrderPacket, type ISortCamera } from "./framePacket.js";
import { predictForward } from "./predictForward.js";
import { SegmentCache } from "./segmentCache.js";
import type { SortCloud } from "./sortCloud.js";
import type { ISplatSorter } from "./splatSorter.js";

/** Frames that can be delivered and not yet released: the one on screen, those ahead of it, and one in the making. */
export const FRAMES_IN_FLIGHT = 5;

/** A delivered frame, kept to be sorted again. */
interface ISortableFrame {
    frame: number;
    generation: number;
    cloud: SortCloud;
    isFree: boolean;
}

interface IOpenClip {
    header: IClipHeader;
    segments: readonly ISegmentEntry[];
    decoder: SegmentDecoder;
    packer: FramePacker;
    drawn: DrawnSlots;
    /** Undefined where frames are not sorted. */
    sorter: ISplatSorter | undefined;
    cache: SegmentCache;
    frames: ISortableFrame[];
}

/**
 * The decode worker's work, free of any worker: takes requests, decodes and sorts in small steps, answers through a callback. All
 * memory is allocated when a clip is opened or on the first frames, then goes round.
 */
export class DecodeSession {
    private _clip: IOpenClip | undefined;
    private readonly _wanted: { frame: number; dueTime?: number }[] = [];
    private readonly _resort: { frame: number; generation: number; camera: number }[] = [];
    private readonly _freePackets: IFramePacket[] = [];
    private readonly _freeOrders: IOrderPacket[] = [];
    private _packetCount = 0;
    private _generation = 0;
    private _segment = -1;
    private _decodedFrame = -1;
    /** Set while what the GPU holds is not the frame delivered last. */
    private _mustPackAll = true;
    private _awaitedSegment = -1;
    private _supplyError: { segment: number; error: FvvError } | undefined;
    private _decodeMs = 0;
    private readonly _cameras: ISortCamera[] = [{ id: 0, forward: [0, 0, 1], turn: [0, 0, 0], time: 0 }];
    private _isScheduled = false;

    /**
     * @param _post takes the answers; memory in `transfer` may be given away
     * @param _schedule calls back soon, after messages that wait have been handled
     */
    public constructor(
        private readonly _post: (response: DecodeResponse, transfer: ArrayBuffer[]) => void,
        private readonly _schedule: (callback: () => void) => void,
    ) {}

    /** Handles a request. */
    public handle(request: DecodeRequest): void {
        switch (request.type) {
            case "open":
                this._open(request);
                break;
            case "flush":
                this._generation = request.generation;
                this._wanted.length = 0;
                this._resort.length = 0;
                // Frames delivered last may not reach the GPU: what they changed must go again.
                this._mustPackAll = true;
                break;
            case "frame":
                if (request.generation === this._generation) {
                    this._wanted.push(request);
                }
                break;
            case "segment":
                this._clip?.cache.add(request.segment, request.bytes);
                this._awaitedSegment = this._awaitedSegment === request.segment ? -1 : this._awaitedSegment;
                break;
            case "segmentFailed":
                this._awaitedSegment = this._awaitedSegment === request.segment ? -1 : this._awaitedSegment;
                this._supplyError = { segment: request.segment, error: fromErrorMessage(request.error) };
                break;
            case "camera":
                this._setCamera(request.camera);
                break;
            case "dropCamera":
                this._dropCamera(request.camera);
                break;
            case "budget":
                this._clip?.drawn.setBudget(request.splats);
                this._mustPackAll = true;
                break;
            case "sort":
                this._resort.push(request);
                break;
            case "release":
                this._release(request.frame, request.generation);
                break;
            case "recycle":
                this._freePackets.push(request.packet);
                break;
            case "recycleOrder":
                // There were more cameras before.
                if (this._freeOrders.length < FRAMES_IN_FLIGHT * this._cameras.length) {
                    this._freeOrders.push(request.order);
                }
                break;
        }
        this._wake();
    }

    private _open({ header, segments, limits, cacheBytes, sorts }: DecodeRequest & { type: "open" }): void {
        const sorter = sorts ? createSplatSorter(header.capacity, FRAMES_IN_FLIGHT) : undefined;
        this._clip = {
            header,
            segments,
            decoder: new SegmentDecoder(header, limits),
            packer: new FramePacker(header.capacity, header.shDegree),
            drawn: new DrawnSlots(header.capacity),
            sorter,
            cache: new SegmentCache(cacheBytes),
            frames: sorter?.clouds.map((cloud) => ({ frame: -1, generation: -1, cloud, isFree: true })) ?? [],
        };
    }

    private _wake(): void {
        if (!this._isScheduled) {
            this._isScheduled = true;
            this._schedule(() => {
                this._isScheduled = false;
                if (this._step()) {
                    this._wake();
                }
            });
        }
    }

    /** Does one piece of work, sorts first; false when there is nothing to do until the next request. */
    private _step(): boolean {
        const clip = this._clip;
        if (!clip) {
            return false;
        }
        const resort = this._resort.shift();
        if (resort) {
            this._sortAgain(clip, resort.frame, resort.generation, resort.camera);
            return true;
        }
        const wanted = this._wanted[0];
        if (wanted === undefined) {
            return false;
        }
        try {
            return this._advance(clip, wanted.frame);
        } catch (error) {
            this._fail(error);
            return true;
        }
    }

    /** Decodes one frame towards the one wanted, or delivers it; false when bytes or memory are missing. */
    private _advance(clip: IOpenClip, frame: number): boolean {
        const segment = segmentOf(clip.segments, frame);
        if (segment < 0) {
            throw new FvvError("FRAME_OUT_OF_RANGE", `The clip has no frame ${frame}`, { frame });
        }
        const entry = clip.segments[segment];
        const canGoOn = this._segment === segment && this._decodedFrame <= frame;
        if (canGoOn && this._decodedFrame === frame) {
            return this._deliver(clip, frame);
        }
        if (!canGoOn || this._decodedFrame < entry.firstFrame) {
            if (!this._haveReference(clip, segment)) {
                return false;
            }
            const bytes = clip.cache.get(segment);
            if (!bytes) {
                this._throwSupplyError(segment);
                this._need(segment);
                return false;
            }
            this._segment = -1;
            clip.decoder.begin(bytes, entry);
            this._segment = segment;
            this._decodedFrame = entry.firstFrame - 1;
            this._mustPackAll = true;
            clip.drawn.beginSegment();
            this._prefetch(clip, (segment + 1) % clip.segments.length);
        }
        const start = performance.now();
        this._decodedFrame = clip.decoder.decodeFrame();
        clip.packer.markChanges(clip.decoder.state);
        clip.drawn.follow(clip.decoder.state, clip.decoder.segment.quantization);
        this._decodeMs += performance.now() - start;
        return true;
    }

    /** Decodes the key frame that a segment's key frame is coded against; false when its bytes are missing. */
    private _haveReference(clip: IOpenClip, segment: number): boolean {
        const reference = referenceOf(clip.segments, segment);
        if (reference < 0 || clip.decoder.reference?.firstFrame === clip.segments[reference].firstFrame) {
            return true;
        }
        const bytes = clip.cache.get(reference);
        if (!bytes) {
            this._throwSupplyError(reference);
            this._need(reference);
            return false;
        }
        this._segment = -1;
        clip.decoder.begin(bytes, clip.segments[reference]);
        clip.decoder.decodeFrame();
        return true;
    }

    private _deliver(clip: IOpenClip, frame: number): boolean {
        const { decoder, packer, sorter } = clip;
        const slot = clip.frames.find(({ isFree }) => isFree);
        const packet = sorter && !slot ? undefined : this._takePacket(clip);
        if (!packet) {
            return false;
        }
        const dueTime = this._wanted.shift()?.dueTime;
        const start = performance.now();
        const { state, segment } = decoder;
        if (this._mustPackAll) {
            packer.markAll(state);
            this._mustPackAll = false;
        }
        const drawn = clip.drawn.flagsOf(state, segment.quantization);
        packer.pack(state, drawn, packet);
        packet.frame = frame;
        packet.generation = this._generation;
        packet.segment = this._segment;
        packet.slotCount = state.slotCount;
        packet.liveCount = clip.drawn.count;
        packet.quantization = segment.quantization;
        packet.bounds.set(segment.bounds);
        packet.decodeMs = this._decodeMs + performance.now() - start;
        this._decodeMs = 0;
        const orders = slot ? this._keepAndSort(clip, slot, packet, drawn, dueTime) : [];
        this._post({ type: "frame", packet, orders }, [...packetBuffers(packet), ...orders.map(({ order }) => order.buffer as ArrayBuffer)]);
        return true;
    }

    /** Keeps what is needed to sort a frame again, and sorts it for each camera. */
    private _keepAndSort(clip: IOpenClip, slot: ISortableFrame, { frame, generation }: IFramePacket, drawn: Uint8Array, dueTime: number | undefined): IOrderPacket[] {
        const { decoder, sorter } = clip;
        slot.cloud.copy(decoder.state, decoder.segment, this._segment, drawn);
        slot.frame = frame;
        slot.generation = generation;
        slot.isFree = false;
        return sorter ? this._cameras.map((camera) => this._sort(clip, sorter, slot, camera, dueTime)) : [];
    }

    private _takePacket(clip: IOpenClip): IFramePacket | undefined {
        const packet = this._freePackets.pop();
        if (!packet && this._packetCount < FRAMES_IN_FLIGHT) {
            this._packetCount++;
            return clip.packer.createPacket();
        }
        return packet;
    }

    /** Sorts for where a camera is expected to be when the frame is due, else for where it is. */
    private _sort(clip: IOpenClip, sorter: ISplatSorter, slot: ISortableFrame, camera: ISortCamera, dueTime = -Infinity): IOrderPacket {
        const start = performance.now();
        const order = this._freeOrders.pop() ?? createOrder(clip.header.capacity);
        predictForward(camera, dueTime, order.forward);
        order.count = sorter.sort(slot.cloud, order.forward, order.order);
        order.frame = slot.frame;
        order.generation = slot.generation;
        order.camera = camera.id;
        order.sortMs = performance.now() - start;
        return order;
    }

    private _sortAgain(clip: IOpenClip, frame: number, generation: number, id: number): void {
        const slot = clip.frames.find((candidate) => !candidate.isFree && candidate.frame === frame && candidate.generation === generation);
        const camera = this._cameras.find((candidate) => candidate.id === id);
        if (slot && camera && clip.sorter) {
            const order = this._sort(clip, clip.sorter, slot, camera);
            this._post({ type: "order", order }, [order.order.buffer as ArrayBuffer]);
        }
    }

    private _setCamera(camera: ISortCamera): void {
        const at = this._cameras.findIndex(({ id }) => id === camera.id);
        // Without a worker the sender goes on using its object.
        this._cameras[at < 0 ? this._cameras.length : at] = structuredClone(camera);
    }

    private _dropCamera(camera: number): void {
        const at = this._cameras.findIndex(({ id }) => id === camera);
        if (at >= 0) {
            this._cameras.splice(at, 1);
        }
    }

    private _release(frame: number, generation: number): void {
        const slot = this._clip?.frames.find((candidate) => !candidate.isFree && candidate.frame === frame && candidate.generation === generation);
        if (slot) {
            slot.isFree = true;
        }
    }

    /** Bytes that could not be had matter once they are needed; asked for again later, they are read again. */
    private _throwSupplyError(segment: number): void {
        if (this._supplyError?.segment === segment) {
            const { error } = this._supplyError;
            this._supplyError = undefined;
            throw error;
        }
    }

    private _need(segment: number): void {
        if (this._awaitedSegment !== segment) {
            this._awaitedSegment = segment;
            this._post({ type: "needSegment", segment }, []);
        }
    }

    private _prefetch(clip: IOpenClip, segment: number): void {
        if (!clip.cache.has(segment) && this._awaitedSegment < 0) {
            this._need(segment);
        }
    }

    private _fail(error: unknown): void {
        this._wanted.length = 0;
        this._segment = -1;
        this._post({ type: "error", error: toErrorMessage(FvvError.From(error, "INTERNAL", "The decoder failed")), generation: this._generation }, []);
    }
}

/** The segment that holds a frame, -1 where none does. */
export function segmentOf(segments: readonly ISegmentEntry[], frame: number): number {
    let low = 0;
    let high = segments.length - 1;
    while (low <= high) {
        const middle = (low + high) >> 1;
        const { firstFrame, frameCount } = segments[middle];
        if (frame < firstFrame) {
            high = middle - 1;
        } else if (frame >= firstFrame + frameCount) {
            low = middle + 1;
        } else {
            return middle;
        }
    }
    return -1;
}

/** The memory of a packet that moves with it. */
export function packetBuffers(packet: IFramePacket): ArrayBuffer[] {
    return [packet.splatA, packet.splatB, ...packet.sh].map((words) => words.buffer as ArrayBuffer);
}

function createOrder(capacity: number): IOrderPacket {
    return { frame: 0, generation: 0, count: 0, order: new Uint32Array(rowsFor(capacity) * ROW_SPLATS), camera: 0, forward: [0, 0, 0], sortMs: 0 };
}
