import { FreeCamera } from "@babylonjs/core/Cameras/freeCamera.js";
import { NullEngine } from "@babylonjs/core/Engines/nullEngine.js";
import { Logger } from "@babylonjs/core/Misc/logger.js";
import { Vector3 } from "@babylonjs/core/Maths/math.vector.js";
import { Scene } from "@babylonjs/core/scene.js";
import { ClipReader } from "../../encoder/index.js";
import type { FvvError } from "../../format/fvvError.js";
import type { IFvvLimits } from "../../format/limits.js";
import { ClipStream } from "../../loader/clipStream.js";
import { loadDecodeSessionAsync, type IDecodeClientOptions } from "../../loader/decodeClient.js";
import type { IFramePacket } from "../../loader/framePacket.js";
import { MemoryClipSource } from "../../loader/sources/localClipSources.js";
import { FvvPlayer } from "../../plugin/fvvPlayer.js";
import { SplatVideoMesh } from "../../plugin/splatVideoMesh.js";
import { FakeClock } from "./fakeClock.js";
import { PackedState } from "./packedState.js";

// So that it takes none of the time that the tests count.
await loadDecodeSessionAsync();

/** Length of a tick, ms: what Babylon's constant animation time is. */
export const TICK_MS = 16;

/** All live codes of a frame as one text. */
export type FrameDigest = string;

/** What each frame of a clip must look like, decoded in order by a decoder of its own. */
export function digestsOf(clip: Uint8Array): FrameDigest[] {
    const reader = new ClipReader(clip);
    return Array.from({ length: reader.frameCount }, (_, frame) => {
        reader.decodeFrame(frame);
        return digestOf(reader);
    });
}

/** What the frame that a reader has decoded last must look like. */
export function digestOf({ decoder }: ClipReader): FrameDigest {
    const { alive, slotCount, codes } = decoder.state;
    return digest(
        slotCount,
        (slot) => alive[slot] === 1,
        (slot) => codes.map((channel) => channel[slot]),
    );
}

function digest(slotCount: number, isAlive: (slot: number) => boolean, codesOf: (slot: number) => number[]): FrameDigest {
    const parts: string[] = [];
    for (let slot = 0; slot < slotCount; slot++) {
        parts.push(isAlive(slot) ? codesOf(slot).join() : "");
    }
    return parts.join(";");
}

/** A real player in a real scene without a GPU, in steps; what would go to the GPU is kept and can be compared. */
export class HeadlessPlayer {
    /** Errors so far. */
    public readonly errors: FvvError[] = [];
    /** Each frame put on screen, with what was on the GPU then. */
    public readonly shown: { frame: number; digest: FrameDigest; rendition: number }[] = [];
    public readonly player: FvvPlayer;
    private readonly _scene: Scene;
    private readonly _engine: NullEngine;

    /**
     * @param stream the clip
     * @param _clock clock that passes with the ticks
     * @param options where to decode, by default on this thread, and limits for the counts in the file
     */
    public constructor(
        stream: ClipStream,
        private readonly _clock: FakeClock,
        { limits, ...options }: IDecodeClientOptions & { limits?: Partial<IFvvLimits> } = {},
    ) {
        Logger.LogLevels = Logger.ErrorLogLevel;
        this._engine = new NullEngine();
        this._engine.getCaps().maxTextureSize = 4096;
        this._scene = new Scene(this._engine);
        this._scene.useConstantAnimationDeltaTime = true;
        new FreeCamera("camera", new Vector3(0, 0, -5), this._scene);
        const { shDegree } = stream.head.header;
        const mesh = new SplatVideoMesh("clip", this._scene, { capacity: stream.capacity, shDegree });
        this._keepUploads(mesh, stream.capacity, shDegree);
        this.player = new FvvPlayer(mesh, stream, { useWorker: false, ...options }, limits);
        this.player.onErrorObservable.add((error) => this.errors.push(error));
    }

    /**
     * A player of a clip in memory, with a clock of its own.
     * @param bytes the clip
     * @param options as of the constructor
     */
    public static async OpenAsync(bytes: Uint8Array, options?: IDecodeClientOptions & { limits?: Partial<IFvvLimits> }): Promise<HeadlessPlayer> {
        const clock = new FakeClock();
        return new HeadlessPlayer(await ClipStream.OpenAsync(new MemoryClipSource(bytes, "clip.fvv"), { clock }), clock, options);
    }

    /** Number of the frame shown last, -1 for none. */
    public get frame(): number {
        return this.shown.at(-1)?.frame ?? -1;
    }

    /** Lets time pass, and everything that waits for nothing else be done. */
    public async tickAsync(count = 1): Promise<void> {
        for (let i = 0; i < count; i++) {
            this._clock.pass(TICK_MS);
            await settleAsync();
            this._scene.render();
            await settleAsync();
        }
    }

    /** Ticks until something is so; fails after a number of ticks. */
    public async tickUntilAsync(condition: () => boolean, most = 2000): Promise<void> {
        for (let i = 0; !condition(); i++) {
            if (i === most) {
                throw new Error(`not so after ${most} ticks; frame ${this.frame}, errors ${this.errors.map(({ message }) => message).join(" | ")}`);
            }
            await this.tickAsync();
        }
    }

    /** Seeks, and ticks until the seek has ended. */
    public async seekAsync(frame: number, mode?: "exact" | "key"): Promise<boolean> {
        let outcome: boolean | undefined;
        void this.player.seekFrameAsync(frame, mode).then((isShown) => (outcome = isShown));
        await this.tickUntilAsync(() => outcome !== undefined);
        return outcome === true;
    }

    public dispose(): void {
        this._scene.dispose();
        this._engine.dispose();
    }

    /** Where there is no GPU, what is uploaded is applied to a state in memory. */
    private _keepUploads(mesh: SplatVideoMesh, capacity: number, shDegree: number): void {
        const gpu = new PackedState(capacity, shDegree);
        const state = { frame: -1, rendition: -1, version: 0 };
        const commit = (packet: IFramePacket): void => {
            gpu.apply(packet);
            Object.assign(state, { frame: packet.frame, rendition: packet.rendition });
            const { slotCount } = packet;
            this.shown.push({
                frame: packet.frame,
                rendition: packet.rendition,
                digest: digest(
                    slotCount,
                    (slot) => !gpu.isDead(slot),
                    (slot) => gpu.codes(slot),
                ),
            });
        };
        Object.defineProperties(mesh, {
            commit: { value: commit },
            uploadWithoutShowing: { value: (packet: IFramePacket) => gpu.apply(packet) },
            committedFrame: { get: () => state.frame },
            committedRendition: { get: () => state.rendition },
            setOrder: { value: () => true },
            whenReadyAsync: { value: () => Promise.resolve() },
            isReady: { value: () => false },
        });
    }
}

/** Lets promises and messages that wait for nothing be done. */
export async function settleAsync(): Promise<void> {
    for (let i = 0; i < 12; i++) {
        await new Promise((resolve) => setImmediate(resolve));
    }
}
