import type { IClipHead } from "../../format/clipHead.js";
import { readClipHead } from "../../format/clipHead.js";
import { resolveLimits } from "../../format/limits.js";
import type { DecodeRequest, DecodeResponse } from "../../loader/decodeProtocol.js";
import { DecodeSession } from "../../loader/decodeSession.js";
import type { ISegmentNeed } from "../../loader/segmentSupply.js";

/** How a session is driven. */
export interface ISessionDriverOptions {
    /** Most bytes of key frames to keep decoded. Default 1 MiB. */
    keyStateBytes?: number;
    /** Whether bytes are supplied as they are asked for. Default true. */
    supplies?: boolean;
    /** Whether delivered memory is handed back at once. Default true. */
    recycles?: boolean;
}

/** Drives a decode session without threads or time: it works when told to, until there is nothing to do. */
export class SessionDriver {
    /** All answers, in order. */
    public readonly responses: DecodeResponse[] = [];
    /** Head of the clip. */
    public readonly head: IClipHead;
    /** What was asked for, in order. */
    public readonly needs: ISegmentNeed[] = [];
    /** Told of each frame, before its memory goes back. */
    public onFrame: (response: DecodeResponse & { type: "frame" }) => void = () => {};
    private readonly _session: DecodeSession;
    private readonly _work: (() => void)[] = [];

    /**
     * @param _bytes the clip
     * @param _options how to drive
     */
    public constructor(
        private readonly _bytes: Uint8Array,
        private readonly _options: ISessionDriverOptions = {},
    ) {
        this.head = readClipHead(_bytes, resolveLimits(), true) as IClipHead;
        this._session = new DecodeSession(
            (response) => this._take(response),
            (callback) => this._work.push(callback),
        );
        const { header, segments = [] } = this.head;
        const { capacity, shDegree } = header;
        this.send({ type: "open", capacity, shDegree, limits: {}, keyStateBytes: _options.keyStateBytes ?? 1 << 20, sorts: true });
        this.send({ type: "rendition", rendition: 0, header, segments });
    }

    /** Sends requests, then lets the session work until it waits. */
    public send(...requests: DecodeRequest[]): void {
        requests.forEach((request) => this._session.handle(request));
        for (let work = this._work.shift(); work; work = this._work.shift()) {
            work();
        }
    }

    /** Sends a request without letting the session work. */
    public enqueue(request: DecodeRequest): void {
        this._session.handle(request);
    }

    /** Segments that were asked for, in order, those that are only to be prepared left out. */
    public get needed(): number[] {
        return this.needs.filter(({ isAhead }) => !isAhead).map(({ segment }) => segment);
    }

    /** Supplies bytes of a segment, by default all of it. */
    public supply(segment: number, from = 0, to = this.head.segments![segment].byteLength, isCut = false): void {
        const { offset } = this.head.segments![segment];
        this.send({ type: "bytes", segment, rendition: 0, at: from, bytes: this._bytes.slice(offset + from, offset + to), isCut });
    }

    /** Takes the answers so far of a type. */
    public take<T extends DecodeResponse["type"]>(type: T): (DecodeResponse & { type: T })[] {
        const taken = this.responses.filter((response): response is DecodeResponse & { type: T } => response.type === type);
        const others = this.responses.filter((response) => response.type !== type);
        this.responses.splice(0, Infinity, ...others);
        return taken;
    }

    private _take(response: DecodeResponse): void {
        this.responses.push(response);
        if (response.type === "need") {
            const { need } = response;
            this.needs.push({ ...need });
            if (this._options.supplies !== false) {
                const { byteLength, keyByteLength } = this.head.segments![need.segment];
                this._work.push(() => this.supply(need.segment, need.from, need.isKeyOnly ? keyByteLength : byteLength));
            }
        } else if (response.type === "frame") {
            this.onFrame(response);
            if (this._options.recycles !== false) {
                const { packet, orders } = response;
                this._session.handle({ type: "release", frame: packet.frame, generation: packet.generation });
                this._session.handle({ type: "recycle", packet });
                orders.forEach((order) => this._session.handle({ type: "recycleOrder", order }));
            }
        }
    }
}
