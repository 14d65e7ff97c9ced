import type { FvvPlayer } from "../fvvPlayer.js";
import { segmentOf } from "../../loader/segmentOf.js";
import { RingBuffer } from "./ringBuffer.js";

const SAMPLES = 120;

/** Keeps the last values of what a player measures, one a render, between start and its end. */
export class StatisticsSampler {
    /** Time between two renders of the scene, ms. */
    public readonly frameMs = new RingBuffer(SAMPLES);
    /** Time that the decoder took for the frame on screen, ms. */
    public readonly decodeMs = new RingBuffer(SAMPLES);
    /** Time that sorting took, ms; 0 where the GPU sorts. */
    public readonly sortMs = new RingBuffer(SAMPLES);
    /** Bit rate of the segment on screen, megabits a second. */
    public readonly mbps = new RingBuffer(SAMPLES);

    /** @param _player the player */
    public constructor(private readonly _player: FvvPlayer) {}

    /**
     * Begins to sample.
     * @returns what ends it
     */
    public start(): () => void {
        const observer = this._player.mesh.getScene().onAfterRenderObservable.add(() => this._sample());
        return () => observer.remove();
    }

    private _sample(): void {
        const { statistics, mesh } = this._player;
        this.frameMs.push(mesh.getScene().getEngine().getDeltaTime());
        this.decodeMs.push(statistics.decodeMs);
        this.sortMs.push(statistics.sortMs);
        this.mbps.push(this._segmentMbps());
    }

    private _segmentMbps(): number {
        const { streaming, currentFrame, fps } = this._player;
        if (streaming.rendition < 0) {
            return 0;
        }
        const { segments } = streaming.stream.rendition(streaming.rendition);
        const { byteLength, frameCount } = segments[segmentOf(segments, currentFrame)] ?? { byteLength: 0, frameCount: 1 };
        return (byteLength * 8 * fps) / (frameCount * 1e6);
    }
}
