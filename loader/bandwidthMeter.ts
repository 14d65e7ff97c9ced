import type { IClock } from "./clock.js";

/** Half-lives of the two averages, seconds of transfer. */
const HALF_LIVES = [2, 6];
/** Bytes of a sample: less says more about latency than about the rate. */
const SAMPLE_BYTES = 64 * 1024;
/** Seconds after which fewer are a sample too, and already count while they last: the line is slow, or has become so. */
const SAMPLE_SECONDS = 1;

/**
 * Estimates how many bits a second come, from all transfers together: the lower of two averages weighted towards the present, as players of flat video do (hls.js, Shaka Player), so that it falls
 * at once and rises slowly. Time in which nothing is asked for does not count.
 */
export class BandwidthMeter {
    private readonly _averages = [0, 0];
    private _weight = [0, 0];
    private _active = 0;
    /** When the transfers under way began, or the present sample if that was later. */
    private _since = 0;
    /** Seconds of transfers before those, since the last sample. */
    private _spent = 0;
    private _bytes = 0;
    private _byteTotal = 0;

    /** @param _clock time */
    public constructor(private readonly _clock: IClock) {}

    /** Bits a second; undefined before there is a sample. */
    public get bitsPerSecond(): number | undefined {
        const [fast, slow] = this._averages.map((average, i) => (this._weight[i] > 0 ? average / this._weight[i] : 0));
        const seconds = this._seconds;
        const present = this._active > 0 && seconds >= SAMPLE_SECONDS ? (8 * this._bytes) / seconds : Infinity;
        return fast > 0 ? Math.min(fast, slow, present) : undefined;
    }

    /** Bytes that have come so far. */
    public get byteTotal(): number {
        return this._byteTotal;
    }

    /** A transfer begins. */
    public begin(): void {
        if (this._active++ === 0) {
            this._since = this._clock.now();
        }
    }

    /** Bytes have come. */
    public add(bytes: number): void {
        this._bytes += bytes;
        this._byteTotal += bytes;
        if (this._bytes >= SAMPLE_BYTES) {
            this._sample();
        }
    }

    /** A transfer has ended. */
    public end(): void {
        if (this._active === 1) {
            this._sample();
            this._spent = this._seconds;
        }
        this._active--;
    }

    private get _seconds(): number {
        return this._spent + (this._active > 0 ? (this._clock.now() - this._since) / 1000 : 0);
    }

    private _sample(): void {
        const seconds = this._seconds;
        // Bytes that were there already came in no time: they are counted with the next ones.
        if (seconds >= SAMPLE_SECONDS || (this._bytes >= SAMPLE_BYTES && seconds > 0)) {
            HALF_LIVES.forEach((halfLife, i) => {
                const kept = 0.5 ** (seconds / halfLife);
                this._averages[i] = kept * this._averages[i] + (1 - kept) * ((8 * this._bytes) / seconds);
                this._weight[i] = kept * this._weight[i] + (1 - kept);
            });
            this._bytes = 0;
            this._spent = 0;
            this._since = this._clock.now();
        }
    }
}
