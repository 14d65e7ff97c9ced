import { SWEEP } from "../../support/sweep.js";

/** Samples that the worklet sends at once. */
const CHUNK = 4096;

/** Hands out what it hears, in chunks that begin at multiples of their length by the clock of the context. */
const WORKLET = `registerProcessor("tap", class extends AudioWorkletProcessor {
    process([[channel]]) {
        const at = currentFrame % ${CHUNK};
        this.samples ??= new Float32Array(${CHUNK});
        this.samples.fill(0, at, at + 128);
        this.samples.set(channel ?? [], at);
        if (at + 128 === ${CHUNK}) {
            this.port.postMessage({ number: Math.floor(currentFrame / ${CHUNK}), samples: this.samples });
        }
        return true;
    }
})`;

/** Seconds of sound that a pitch is read from. */
const WINDOW = 0.02;
/** Where a period is off by more than this part, no single tone is heard: the sweep begins anew, or something is missing. */
const CLEAN = 0.1;
/** So near to where the sweep begins anew, seconds, two tones are heard where its speed is changed. */
const SEAM = 0.1;

const sources: MediaElementAudioSourceNode[] = [];
const PlainSource = MediaElementAudioSourceNode;
window.MediaElementAudioSourceNode = class extends PlainSource {
    public constructor(context: AudioContext, options: MediaElementAudioSourceOptions) {
        super(context, options);
        sources.push(this);
    }
};

/** Listens to a sweep as the audio device gets it, and tells which time of it is heard when: what no clock of a browser has a part in. */
export class SoundTap {
    private readonly _chunks = new Map<number, Float32Array>();
    private _last = -1;
    private _onChunk = (): void => {};

    private constructor(
        private readonly _source: MediaElementAudioSourceNode,
        private readonly _node: AudioWorkletNode,
    ) {
        _node.port.onmessage = ({ data: { number, samples } }: MessageEvent<{ number: number; samples: Float32Array }>) => {
            this._chunks.set(number, samples);
            this._last = number;
            this._onChunk();
        };
        _source.connect(_node);
        _node.connect(_source.context.destination);
    }

    /** Listens to the media element that was connected last. */
    public static async OpenAsync(): Promise<SoundTap> {
        const source = sources.at(-1);
        await source.context.audioWorklet.addModule(URL.createObjectURL(new Blob([WORKLET], { type: "text/javascript" })));
        const node = new AudioWorkletNode(source.context, "tap", { channelCount: 1, channelCountMode: "explicit" });
        return new SoundTap(source, node);
    }

    /** Number of the sample that is heard at a moment of the page's clock, ms. */
    public sampleAt(now: number): number {
        const { contextTime = 0, performanceTime = 0 } = (this._source.context as AudioContext).getOutputTimestamp();
        return (contextTime + (now - performanceTime) / 1000) * this._source.context.sampleRate;
    }

    /** Settles when all that is heard up to a sample is there. */
    public async heardAsync(sample: number): Promise<void> {
        while (this._last <= sample / CHUNK) {
            await new Promise<void>((resolve) => (this._onChunk = resolve));
        }
    }

    /**
     * Time of the sweep that is heard, seconds; undefined where that cannot be told.
     * @param sample when
     * @param near a time that it is near to, for the sweep repeats itself
     */
    public timeAt(sample: number, near: number): number | undefined {
        const pitch = this._pitchAt(sample);
        if (pitch === undefined || Math.abs(near - SWEEP.seconds * Math.round(near / SWEEP.seconds)) < SEAM) {
            return undefined;
        }
        const time = (pitch - SWEEP.from) / SWEEP.perSecond;
        return time + SWEEP.seconds * Math.round((near - time) / SWEEP.seconds);
    }

    public dispose(): void {
        this._source.disconnect(this._node);
        this._node.disconnect();
        this._node.port.close();
    }

    /** Pitch around a sample, Hz. */
    private _pitchAt(sample: number): number | undefined {
        const { sampleRate } = this._source.context;
        const begin = Math.round(sample - (WINDOW * sampleRate) / 2);
        const crossings: number[] = [];
        for (let i = begin; i < begin + WINDOW * sampleRate; i++) {
            const [before, after] = [this._at(i), this._at(i + 1)];
            if (before < 0 && after >= 0) {
                crossings.push(i + before / (before - after));
            }
        }
        const mean = (crossings[crossings.length - 1] - crossings[0]) / (crossings.length - 1);
        const isClean = crossings.length > 5 && crossings.every((crossing, i) => i === 0 || Math.abs(crossing - crossings[i - 1] - mean) < CLEAN * mean);
        return isClean ? sampleRate / mean : undefined;
    }

    private _at(sample: number): number {
        return this._chunks.get(Math.floor(sample / CHUNK))?.[sample % CHUNK] ?? 0;
    }
}
