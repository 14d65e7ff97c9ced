import { FvvError } from "../format/fvvError.js";
import { ClipDecoder } from "./clipDecoder.js";
import { createSplatSorter } from "./createSplatSorter.js";
import { DrawnSlots } from "./drawnSlots.js";
import { fromErrorMessage, toErrorMessage, type DecodeRequest, type DecodeResponse } from "./decodeProtocol.js";
import { FramePacker, rowsFor } from "./framePacker.js";
import { packetBuffers, ROW_SPLATS, type IFramePacket, type IOrderPacket, type ISortCamera } from "./framePacket.js";
import { predictForward } from "./predictForward.js";
import { SegmentSupply } from "./segmentSupply.js";
import type { SortCloud } from "./sortCloud.js";
import type { ISplatSorter } from "./splatSorter.js";

/** Frames that can be delivered and not yet released: the one on screen, those ahead of it, and one in the making. */
export const FRAMES_IN_FLIGHT = 5;

/** A frame that is sought and takes longer than this, ms, lets the key frame before it be shown first. */
const PREVIEW_MS = 100;

/** A delivered frame, kept to be sorted again. */
interface ISortableFrame {
    frame: number;
    generation: number;
    cloud: SortCloud;
    isFree: boolean;
}

interface IOpenClip {
    capacity: number;
    decoder: ClipDecoder;
    packer: FramePacker;
    drawn: DrawnSlots;
    /** Undefined where frames are not sorted. */
    sorter: ISplatSorter | undefined;
    frames: ISortableFrame[];
}

/** A frame that was asked for. */
interface IWantedFrame {
    frame: number;
    dueTime?: number;
    isSought?: boolean;
}

/**
 * The decode worker's work, free of any worker: takes requests, decodes and sorts in small steps, answers through a callback. All
 * memory is allocated when a clip is opened or on the first frames, then goes round.
 */
export class DecodeSession {
    private _clip: IOpenClip | undefined;
    private readonly _wanted: IWantedFrame[] = [];
    private readonly _resort: { frame: number; generation: number; camera: number }[] = [];
    private readonly _freePackets: IFramePacket[] = [];
    private readonly _freeOrders: IOrderPacket[] = [];
    private _packetCount = 0;
    private _generation = 0;
    /** Set while what the GPU holds is not the frame delivered last. */
    private _mustPackAll = true;
    private readonly _supply = new SegmentSupply((need) => this._post({ type: "need", need, generation: this._generation }, []));
    private _decodeMs = 0;
    /** What a frame takes to decode, about, ms. */
    private _frameMs = 0;
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
                this._supply.askAnew();
                // Frames delivered last may not reach the GPU: what they changed must go again.
                this._mustPackAll = true;
                break;
            case "frame":
                if (request.generation === this._generation) {
                    this._wanted.push(request);
                }
                break;
            case "rendition":
                this._clip?.decoder.addRendition(request.rendition, request.header, request.segments);
                break;
            case "growth":
                this._clip?.decoder.grow(request.rendition, request.segments);
                break;
            case "bytes":
                this._takeBytes(request);
                break;
            case "segmentFailed":
                this._supply.fail(request.segment, fromErrorMessage(request.error));
                this._forgiveSupply();
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

    private _open({ capacity, shDegree, limits, keyStateBytes, sorts }: DecodeRequest & { type: "open" }): void {
        const sorter = sorts ? createSplatSorter(capacity, FRAMES_IN_FLIGHT) : undefined;
        this._clip = {
            capacity,
            decoder: new ClipDecoder(limits, keyStateBytes, this._supply),
            packer: new FramePacker(capacity, shDegree),
            drawn: new DrawnSlots(capacity),
            sorter,
            frames: sorter?.clouds.map((cloud) => ({ frame: -1, generation: -1, cloud, isFree: true })) ?? [],
        };
    }

    private _takeBytes({ segment, rendition, at, bytes, isCut }: DecodeRequest & { type: "bytes" }): void {
        const entry = this._clip?.decoder.entryOf(rendition, segment);
        if (entry) {
            this._supply.take(segment, rendition, entry, at, bytes, isCut);
        }
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
            return this._advance(clip, wanted);
        } catch (error) {
            this._fail(error, clip);
            return true;
        }
    }

    /** Goes one step towards the frame wanted, or delivers it; false when bytes or memory are missing. */
    private _advance(clip: IOpenClip, wanted: IWantedFrame): boolean {
        const { decoder, packer, drawn } = clip;
        const start = performance.now();
        const step = decoder.stepTowards(wanted.frame);
        if (step === "there") {
            return this._deliver(clip, wanted, false);
        }
        if (step === "waiting") {
            return false;
        }
        if (step === "begun") {
            this._mustPackAll = true;
            drawn.beginSegment();
            return true;
        }
        packer.markChanges(decoder.state);
        drawn.follow(decoder.state, decoder.header.quantization);
        const ms = performance.now() - start;
        this._decodeMs += ms;
        this._frameMs += 0.1 * (ms - this._frameMs);
        if (wanted.isSought && decoder.isKey && this._takesLong(decoder, wanted.frame)) {
            this._deliver(clip, wanted, true);
        }
        return true;
    }

    /** Whether it will take a while to get from the frame decoded last to one that was sought. */
    private _takesLong(decoder: ClipDecoder, frame: number): boolean {
        return !decoder.hasBytesOf(frame) || (frame - decoder.frame) * this._frameMs > PREVIEW_MS;
    }

    /**
     * Delivers the frame decoded last, if there is memory.
     * @param clip the clip
     * @param wanted what it was decoded for
     * @param isPreview whether it is the key frame on the way to that
     */
    private _deliver(clip: IOpenClip, wanted: IWantedFrame, isPreview: boolean): boolean {
        const { decoder, packer, sorter } = clip;
        const slot = clip.frames.find(({ isFree }) => isFree);
        const packet = sorter && !slot ? undefined : this._takePacket(clip);
        if (!packet) {
            return false;
        }
        if (isPreview) {
            wanted.isSought = false;
        } else {
            this._wanted.shift();
            this._forgiveSupply();
        }
        const start = performance.now();
        const { state, header } = decoder;
        if (this._mustPackAll) {
            packer.markAll(state);
            this._mustPackAll = false;
        }
        const drawn = clip.drawn.flagsOf(state, header.quantization);
        packer.pack(state, drawn, packet);
        packet.frame = decoder.frame;
        packet.generation = this._generation;
        packet.isPreview = isPreview;
        packet.segment = decoder.segment;
        packet.rendition = decoder.rendition;
        packet.slotCount = state.slotCount;
        packet.liveCount = clip.drawn.count;
        packet.quantization = header.quantization;
        packet.bounds.set(header.bounds);
        packet.decodeMs = this._decodeMs + performance.now() - start;
        this._decodeMs = 0;
        const orders = slot ? this._keepAndSort(clip, slot, packet, drawn, wanted.dueTime) : [];
        this._post({ type: "frame", packet, orders }, [...packetBuffers(packet), ...orders.map(({ order }) => order.buffer as ArrayBuffer)]);
        return true;
    }

    /** Where nobody waits for bytes that could not be had, they may be there by the time that somebody does. */
    private _forgiveSupply(): void {
        if (this._wanted.length === 0) {
            this._supply.forgetErrors();
        }
    }

    /** Keeps what is needed to sort a frame again, and sorts it for each camera. */
    private _keepAndSort(clip: IOpenClip, slot: ISortableFrame, { frame, generation }: IFramePacket, drawn: Uint8Array, dueTime: number | undefined): IOrderPacket[] {
        const { decoder, sorter } = clip;
        slot.cloud.copy(decoder.state, decoder.header, decoder.segment, drawn);
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
        const order = this._freeOrders.pop() ?? createOrder(clip.capacity);
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

    /** Tells what went wrong, and from which frame of a segment on. */
    private _fail(error: unknown, { decoder }: IOpenClip): void {
        const { code, detail, where } = FvvError.From(error, "INTERNAL", "The decoder failed");
        const told = new FvvError(code, detail, { ...where, ...decoder.failure });
        decoder.abandon();
        this._wanted.length = 0;
        this._post({ type: "error", error: toErrorMessage(told), generation: this._generation }, []);
    }
}

function createOrder(capacity: number): IOrderPacket {
    return { frame: 0, generation: 0, count: 0, order: new Uint32Array(rowsFor(capacity) * ROW_SPLATS), camera: 0, forward: [0, 0, 0], sortMs: 0 };
}
