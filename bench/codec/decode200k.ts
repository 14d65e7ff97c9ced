import { ZSTDDecoder } from "zstddec";
import { ClipReader } from "../../encoder/index.js";
import { CHANNEL_ROTATION_LARGEST } from "../../format/attributeGroups.js";
import { FramePacker } from "../../loader/framePacker.js";
import { encodeSequenceAsync } from "./encodeSequence.js";
import { compressZstd19, joinPlanes, loadOtherCodersAsync } from "./otherCoders.js";
import { bytePlanes, ResidualCodes } from "./residualCodes.js";
import { median, order0Bits, percentile } from "./statistics.js";
import { SteppingCloud } from "./steppingCloud.js";
import { timeResidualFrames } from "./timeDecoding.js";

const SPLATS = 200000;
const CHANGED_SPLATS = 50000;
const FRAMES = 11;
const LEAST_SAMPLES = 400;
const ZSTD_WARM_UP = 30;

/** Decoding of a frame of 200,000 splats of which 50,000 change, 13 symbols each. */
export interface IDecode200k {
    /** Time of our decoder for a residual frame, from its bytes to the integer state, ms. */
    medianMs: number;
    p99Ms: number;
    /**
     * Median time that zstddec takes for the same symbols at zstd level 19, in turn with ours: a bit for each splat that says whether it changes, and a byte for each of
     * the 13 symbols of those that do, in planes. It ends with those bytes: adding them to a state, which ours does, is not in it.
     */
    zstdMs: number;
    /** Median of the quotients of the pairs. */
    ratioToZstd: number;
    /** Median time to pack the frame for the GPU, ms. */
    applyMs: number;
    /** Means a frame: splats changed, bytes of ours, of zstd, and the order-0 entropy of the symbols of the changed splats (which of them change not included). */
    changedSplats: number;
    bytes: number;
    zstdBytes: number;
    order0Bytes: number;
}

/** The symbols of a frame, as bytes, and their entropy. */
interface ISymbols {
    raw: Uint8Array;
    changedSplats: number;
    order0Bytes: number;
}

/** Encodes the clip that is measured. */
export async function encode200kAsync(): Promise<Uint8Array> {
    return (await encodeSequenceAsync(new SteppingCloud(SPLATS, CHANGED_SPLATS, FRAMES), { tracked: true, segmentLength: FRAMES })).clip;
}

/**
 * Measures it. To be run in a process that did not encode, see `timeResidualFrames`.
 * @param clip the clip
 */
export async function measureDecode200kAsync(clip: Uint8Array): Promise<IDecode200k> {
    await loadOtherCodersAsync();
    const decoder = new ZSTDDecoder();
    await decoder.init();
    const symbols = readSymbols(clip);
    const packed = symbols.map(({ raw }) => compressZstd19([raw]));
    for (let i = 0; i < ZSTD_WARM_UP; i++) {
        decoder.decode(packed[i % packed.length], symbols[i % packed.length].raw.length);
    }
    const zstdTimes: number[] = [];
    const quotients: number[] = [];
    const times = timeResidualFrames(clip, LEAST_SAMPLES, (_, sample, ms) => {
        const frame = sample % packed.length;
        const start = performance.now();
        decoder.decode(packed[frame], symbols[frame].raw.length);
        const zstdMs = performance.now() - start;
        zstdTimes.push(zstdMs);
        quotients.push(ms / zstdMs);
    });
    const mean = (values: number[]): number => values.reduce((sum, value) => sum + value, 0) / values.length;
    const [segment] = new ClipReader(clip).segments;
    return {
        medianMs: median(times),
        p99Ms: percentile(times, 99),
        zstdMs: median(zstdTimes),
        ratioToZstd: median(quotients),
        applyMs: median(timePacking(clip)),
        changedSplats: mean(symbols.map(({ changedSplats }) => changedSplats)),
        bytes: (segment.byteLength - segment.keyByteLength) / packed.length,
        zstdBytes: mean(packed.map(({ length }) => length)),
        order0Bytes: mean(symbols.map(({ order0Bytes }) => order0Bytes)),
    };
}

function readSymbols(bytes: Uint8Array): ISymbols[] {
    const clip = new ClipReader(bytes);
    const residuals = new ResidualCodes();
    clip.decodeFrame(0);
    const { state } = clip.decoder;
    residuals.keep(state);
    return Array.from({ length: clip.frameCount - 1 }, (_, i) => {
        clip.decodeFrame(i + 1);
        return symbolsOf(residuals.take(state), state.masks);
    });
}

function symbolsOf(channels: readonly Uint32Array[], masks: Int32Array): ISymbols {
    const count = channels[0].length;
    const changed = Uint32Array.from({ length: count }, (_, i) => i).filter((i) => channels.some((symbols) => symbols[i] !== 0));
    const map = new Uint8Array(Math.ceil(count / 8));
    changed.forEach((i) => (map[i >> 3] |= 1 << (i & 7)));
    // Which rotation component is left out never changes here; planes of high bytes are empty.
    const coded = channels.map((symbols) => changed.map((i) => symbols[i])).filter((_, channel) => channel !== CHANNEL_ROTATION_LARGEST);
    const planes = coded.flatMap((symbols, channel) => bytePlanes(symbols, masks[channel])).filter((plane) => plane.some((byte) => byte !== 0));
    return { raw: joinPlanes([map, ...planes]), changedSplats: changed.length, order0Bytes: coded.reduce((sum, symbols) => sum + order0Bits(symbols), 0) / 8 };
}

function timePacking(bytes: Uint8Array): number[] {
    const { header } = new ClipReader(bytes);
    const packer = new FramePacker(header.capacity, header.shDegree);
    const packet = packer.createPacket();
    const times: number[] = [];
    timeResidualFrames(bytes, LEAST_SAMPLES, ({ state }) => {
        const start = performance.now();
        packer.markChanges(state);
        packer.pack(state, state.alive, packet);
        times.push(performance.now() - start);
    });
    return times;
}
