import { UrlClipSource } from "../../loader/sources/urlClipSource.js";
import { ClipStream } from "../../loader/clipStream.js";
import { FrameFeed, type IFedFrame } from "../../loader/frameFeed.js";
import { ROW_SPLATS, type ISortCamera } from "../../loader/framePacket.js";
import type { SplatStore } from "../../plugin/splatStore.js";
import { SplatTextures } from "../../plugin/splatTextures.js";
import { SplatBuffers } from "../../plugin/webgpu/splatBuffers.js";
import { median } from "../codec/statistics.js";
import { CloudPainter } from "../gpu/cloudPainter.js";
import { makeSplats } from "../gpu/gpuSplats.js";
import { PLACE_BYTES, STATE_BYTES } from "../gpu/stageBytes.js";
import { openDeviceAsync } from "../gpu/openDevice.js";
import type { Stage } from "../gpu/stageTimer.js";
import { timeStagesAsync } from "../gpu/timeStages.js";
import { ViewedCloud } from "../gpu/viewedCloud.js";
import { createSceneAsync, gpuIdleAsync, TURN, type EngineKind } from "./pageScene.js";

/** What the frames of a clip take on their way to the GPU, medians of residual frames. */
export interface IFeedTimes {
    frames: number;
    /** In the worker: decoding and packing, ms. */
    decodeMs: number;
    /** In the worker: the sort, ms; 0 where the GPU sorts. */
    sortMs: number;
    /** On the main thread: the calls that upload data and order, ms. */
    uploadMs: number;
    /** Bytes of the changed rows. */
    dataBytes: number;
    /** Bytes of the order, 0 where the GPU sorts. */
    orderBytes: number;
}

/** What the GPU takes of a frame. */
export interface IKernelTimes {
    frames: number;
    /** Splats that the last view drew. */
    drawn: number;
    /** Medians, ms; undefined where the device has no timestamps. */
    ms: Record<Stage, number> | undefined;
}

/** Typical standard deviation of a splat, of a scene of size 4. */
const SPLAT_SIZE = 0.008;

/** A feed that gives one frame after the other, on demand. */
class FrameQueue {
    private readonly _feed: FrameFeed;
    private readonly _camera: ISortCamera = { id: 0, forward: [0, 0.3, 1], turn: [0, 0, 0], time: 0 };
    private _onArrived: (error?: Error) => void = () => {};

    public constructor(stream: ClipStream, sorts: boolean) {
        this._feed = new FrameFeed(stream, {}, {}, sorts);
        this._feed.onArrived = () => this._onArrived();
        this._feed.onError = (error) => this._onArrived(error);
    }

    /** Turns the camera of the sorts to come. */
    public turn(angle: number): void {
        const { forward } = this._camera;
        forward[0] = Math.sin(angle);
        forward[2] = Math.cos(angle);
        this._feed.setCamera(this._camera);
    }

    public async nextAsync(frame: number): Promise<IFedFrame> {
        await new Promise<void>((resolve, reject) => {
            this._onArrived = (error) => (error ? reject(error) : resolve());
            this._feed.request(frame);
        });
        return this._feed.take() as IFedFrame;
    }

    public giveBack(fed: IFedFrame): void {
        this._feed.release(fed.packet.frame, fed.packet.generation);
        this._feed.recycle(fed);
    }

    public dispose(): void {
        this._feed.dispose();
    }
}

/** Uploads a frame and notes what it took. */
function uploadTimed(store: SplatStore, { packet, orders }: IFedFrame): IFeedTimes {
    const start = performance.now();
    store.commit(packet, orders);
    const uploadMs = performance.now() - start;
    const rows = packet.splatRuns.reduce((sum, { rowCount }) => sum + rowCount, 0);
    return {
        frames: 1,
        decodeMs: packet.decodeMs,
        sortMs: orders[0]?.sortMs ?? 0,
        uploadMs,
        dataBytes: rows * ROW_SPLATS * STATE_BYTES,
        orderBytes: PLACE_BYTES * (orders[0]?.count ?? 0),
    };
}

const api = {
    /** Decodes, sorts (WebGL2) and uploads the residual frames of a clip again and again; nothing is drawn. */
    async feed(kind: EngineKind, url: string, frames: number, isOrbiting: boolean): Promise<IFeedTimes> {
        const view = await createSceneAsync(kind);
        const stream = await ClipStream.OpenAsync(new UrlClipSource(url));
        const { capacity, shDegree } = stream.head.header;
        const store = new (kind === "webgpu" ? SplatBuffers : SplatTextures)(view.scene, capacity, shDegree);
        await store.whenReadyAsync();
        const queue = new FrameQueue(stream, store.takesOrder);
        queue.turn(0);
        const times: IFeedTimes[] = [];
        for (let i = 0; times.length < frames; i++) {
            const frame = i % stream.frameCount;
            if (isOrbiting) {
                queue.turn(TURN * i);
            }
            const fed = await queue.nextAsync(frame);
            const taken = uploadTimed(store, fed);
            // What comes first compiles: the first turn warms up.
            if (i >= stream.frameCount && !stream.segments.some(({ firstFrame }) => firstFrame === frame)) {
                times.push(taken);
            }
            queue.giveBack(fed);
            await gpuIdleAsync(view);
        }
        queue.dispose();
        view.engine.dispose();
        const medianOf = (key: keyof IFeedTimes): number => median(times.map((taken) => taken[key]));
        return {
            frames,
            decodeMs: medianOf("decodeMs"),
            sortMs: medianOf("sortMs"),
            uploadMs: medianOf("uploadMs"),
            dataBytes: medianOf("dataBytes"),
            orderBytes: medianOf("orderBytes"),
        };
    },

    /** Projects, sorts and draws a cloud on a bare device. */
    async runKernels(splats: number, frames: number, width: number, height: number, isOrbiting: boolean): Promise<IKernelTimes> {
        const adapter = await navigator.gpu.requestAdapter();
        if (!adapter) {
            throw new Error("this browser has no WebGPU adapter");
        }
        const device = await openDeviceAsync(adapter);
        const cloud = await ViewedCloud.CreateAsync(device, makeSplats(splats, SPLAT_SIZE));
        const painter = await CloudPainter.CreateAsync(cloud, width, height);
        const look = (frame: number): void => cloud.look(isOrbiting ? TURN * frame : 0.3, 4.5, width, height);
        await timeStagesAsync(cloud, painter, 1, look);
        const ms = await timeStagesAsync(cloud, painter, frames, look);
        const drawn = await cloud.countDrawnAsync();
        device.destroy();
        return { frames, drawn, ms };
    },
};

/** What the benchmark may call in this page. */
export type StagesPageApi = typeof api;

(window as unknown as { fvvBench: StagesPageApi }).fvvBench = api;
