import { GROUP_COLOR, GROUP_OPACITY, GROUP_POSITION, GROUP_ROTATION, GROUP_SCALE, GROUP_SH } from "../format/attributeGroups.js";
import type { IFrameContent } from "../format/frameContent.js";
import { FrameState, type IKeySnapshot } from "../format/frameState.js";
import { codeKeyFrame } from "../format/keyModel.js";
import { chooseKeyPredictors } from "../format/keyPredictors.js";
import type { ISegmentQuantization } from "../format/quantization.js";
import type { ISegmentHeader } from "../format/segmentHeader.js";
import { SymbolRecorder } from "../format/symbolRecorder.js";
import { SegmentWriter, type IWrittenSegment } from "../format/segmentWriter.js";
import { errorBoundsOf } from "./encoderOptions.js";
import { EFFORT_PLANS } from "./effort.js";
import { chooseGroupScales, scalesFit, type IGroupScale } from "./groupScale.js";
import type { GroupPlan, IEntriesByFrame } from "./groupPlan.js";
import { planGroup } from "./groupPlanner.js";
import type { IMovingSplats } from "./lifePlanner.js";
import { findMovingSplats } from "./movingSplats.js";
import type { IKeyReference } from "./keyReference.js";
import { withLiftings } from "./liftings.js";
import { planPalette, type IPalettePlan } from "./shPlanner.js";
import type { ISegmentJob } from "./trackedFrame.js";
import { orderSlots } from "./slotOrder.js";
import { findLives, LIFE_STRIDE, type ISplatLives } from "./splatLives.js";
import { SplatTolerance } from "./splatTolerance.js";
import type { ISplatFrame } from "./splatFrame.js";

/** A segment that was encoded. */
export interface IBuiltSegment extends IWrittenSegment {
    /** Its number of slots. */
    slotCount: number;
    /** First frame and number of frames. */
    firstFrame: number;
    frameCount: number;
    /** min x, y, z, max x, y, z of all its splats, 3-sigma extents included; zero where it has none. */
    bounds: Float32Array;
    /** Provisional slot of each slot of the file. */
    slotOrder: Int32Array;
    /** Place in the file of each provisional slot. */
    placeOf: Int32Array;
    /** How codes become values. */
    quantization: ISegmentQuantization;
    /** How values became codes. */
    scales: IGroupScale[];
    /** How far each splat may be off; undefined: by the bounds. */
    tolerances: SplatTolerance | undefined;
    /** The key frame that its key frame was coded against. */
    reference: IKeyReference | undefined;
    /** Its key frame as it was given to later segments, if it was. */
    earlyKey: IKeySnapshot | undefined;
    /** Live splats in the frame with fewest and in that with most. */
    minLive: number;
    maxLive: number;
}

/**
 * Plans and writes a segment.
 * @param job its frames, with the slots of their splats
 * @param onKey gets its key frame, if later segments may refer to it, before the segment is written
 */
export function writeSegment({ settings, firstFrame, frames, reference: candidate, isReference }: ISegmentJob, onKey?: (key: IKeyReference) => void): IBuiltSegment {
    const sources = frames.map(({ frame }) => frame);
    const tolerances = settings.quality === undefined ? undefined : new SplatTolerance(frames, settings.quality, settings.up);
    const splats = findLives(frames, tolerances);
    const effort = EFFORT_PLANS[settings.effort];
    const reference = candidate && scalesFit(candidate.scales, sources, tolerances?.most) ? candidate : undefined;
    const scales = reference?.scales ?? chooseGroupScales(tolerances?.least ?? errorBoundsOf(settings), sources, tolerances?.most);
    const moving = findMovingSplats(scales, sources, splats, effort.clusterSize);
    const palette = scales[GROUP_SH] && planPalette(scales[GROUP_SH], sources, splats);
    const plans = scales.map((scale) =>
        scale.group.id === GROUP_SH && palette
            ? palette.plan
            : planGroup(scale, sources, splats, effort, moving?.groups.includes(scale.group.id) ? moving : undefined, reference),
    );
    const contents = new SegmentContents(plans, splats, frames.length, { moving, palette, reference });
    const bounds = boundsOf(sources);
    const quantization = quantizationOf(scales);
    const header = {
        firstFrame,
        slotCount: splats.slotCount,
        activeSlotCount: contents.activeSlotCount,
        referenceFrames: reference ? firstFrame - reference.snapshot.firstFrame : 0,
        isReference: isReference && !reference,
        bounds,
        quantization,
        clusterCount: moving?.tracks.count ?? 0,
        codings: withLiftings(plans, contents.slotOrder, effort.learnsDecoders, reference),
    };
    const earlyKey = onKey && header.isReference ? codeKey(header, sources[0].shDegree, contents.frame(0)) : undefined;
    if (earlyKey) {
        onKey?.({ snapshot: earlyKey, placeOf: contents.placeOf, scales });
    }
    const writer = new SegmentWriter(header, sources[0].shDegree, reference?.snapshot);
    for (let frame = 0; frame < frames.length; frame++) {
        writer.addFrame(contents.frame(frame));
    }
    const counts = sources.map(({ count }) => count);
    return {
        ...writer.finish(),
        slotCount: splats.slotCount,
        firstFrame,
        frameCount: frames.length,
        bounds,
        slotOrder: contents.slotOrder,
        placeOf: contents.placeOf,
        quantization,
        scales,
        tolerances,
        reference,
        earlyKey,
        minLive: Math.min(...counts),
        maxLive: Math.max(...counts),
    };
}

/** What a decoder will know of a key frame that stands alone. */
function codeKey(header: Omit<ISegmentHeader, "frameCount" | "frameByteLengths">, shDegree: number, content: IFrameContent): IKeySnapshot {
    const state = new FrameState(header.slotCount, shDegree);
    state.beginSegment(header);
    codeKeyFrame(new SymbolRecorder(header.slotCount), state, chooseKeyPredictors(content, state), content);
    return state.takeSnapshot(header.firstFrame);
}

/** The plans of all groups, frame by frame in the final order of slots. */
class SegmentContents {
    /** Provisional slot of each slot of the file. */
    public readonly slotOrder: Int32Array;
    /** Slot of the file of each provisional slot. */
    public readonly placeOf: Int32Array;
    /** Slots that anything happens to after the key frame: they come first. */
    public readonly activeSlotCount: number;
    private readonly _births: IEntriesByFrame[];
    private readonly _residuals: IEntriesByFrame[];
    private readonly _content: IFrameContent;
    private readonly _moving: IMovingSplats | undefined;

    public constructor(
        private readonly _plans: readonly GroupPlan[],
        private readonly _splats: ISplatLives,
        frameCount: number,
        { moving, palette, reference }: { moving?: IMovingSplats; palette?: IPalettePlan; reference?: IKeyReference },
    ) {
        this._moving = moving;
        const sorted = _plans.map((plan) => plan.sorted(frameCount));
        this._births = sorted.map(({ births }) => births);
        this._residuals = sorted.map(({ residuals }) => residuals);
        const { slotCount } = _splats;
        const { order, activeCount } = orderSlots(slotCount, this._findActive(frameCount), this._birthPositions(), reference?.placeOf);
        this.slotOrder = order;
        this.activeSlotCount = activeCount;
        this.placeOf = new Int32Array(slotCount);
        order.forEach((slot, place) => (this.placeOf[slot] = place));
        const channels = _plans.reduce((sum, { channelCount }) => sum + channelCount, 0);
        const perChannel = (): Int32Array[] => Array.from({ length: channels }, () => new Int32Array(slotCount));
        this._content = {
            alive: new Uint8Array(slotCount),
            codes: perChannel(),
            levels: _plans.map(() => new Uint8Array(slotCount)),
            free: new Uint8Array(slotCount),
            masks: new Uint8Array(slotCount),
            residuals: perChannel(),
            labels: Uint16Array.from(order, (slot) => moving?.labels[slot] ?? 0),
            centres: moving?.tracks.centres ?? new Int32Array(0),
            motions: new Int32Array(0),
            palette: palette && { codes: palette.codes, labels: new Uint16Array(slotCount) },
        };
    }

    /** What a frame is; valid until the next call. */
    public frame(frame: number): IFrameContent {
        const { alive, codes, masks, residuals, free } = this._content;
        const sources = this._splats.sourceOf[frame];
        for (let place = 0; place < this.slotOrder.length; place++) {
            alive[place] = sources[this.slotOrder[place]] >= 0 ? 1 : 0;
        }
        this._content.motions = this._moving?.tracks.motions[frame] ?? this._content.motions;
        masks.fill(0);
        free.fill(0);
        let firstChannel = 0;
        const { palette } = this._content;
        this._plans.forEach(({ channelCount }, group) => {
            const isPalette = group === GROUP_SH && palette !== undefined;
            const at = isPalette ? 0 : firstChannel;
            this._spread(this._births[group], frame, channelCount, isPalette ? [palette.labels] : codes, at);
            if (!isPalette) {
                this._spreadLevels(this._births[group], frame, channelCount, group);
            }
            this._spread(this._residuals[group], frame, channelCount, isPalette ? [palette.labels] : residuals, at, 1 << group);
            firstChannel += channelCount;
        });
        return this._content;
    }

    private _spread(
        { entries, order, starts }: IEntriesByFrame,
        frame: number,
        channelCount: number,
        out: readonly (Int32Array | Uint16Array)[],
        firstChannel: number,
        bit = 0,
    ): void {
        const { masks } = this._content;
        for (let i = starts[frame]; i < starts[frame + 1]; i++) {
            const place = this.placeOf[entries[order[i]]];
            masks[place] |= bit;
            for (let c = 0; c < channelCount; c++) {
                out[firstChannel + c][place] = entries[order[i] + 2 + c];
            }
        }
    }

    private _spreadLevels({ entries, order, starts }: IEntriesByFrame, frame: number, channelCount: number, group: number): void {
        const { levels, free } = this._content;
        for (let i = starts[frame]; i < starts[frame + 1]; i++) {
            const place = this.placeOf[entries[order[i]]];
            const level = entries[order[i] + 2 + channelCount];
            levels[group][place] = Math.max(0, level);
            free[place] |= level < 0 ? 1 << group : 0;
        }
    }

    /** A slot is static when it lives through the whole segment, goes with no cluster and has no residual. */
    private _findActive(frameCount: number): Uint8Array {
        const isActive = new Uint8Array(this._splats.slotCount).fill(1);
        const { lives } = this._splats;
        for (let at = 0; at < lives.length; at += LIFE_STRIDE) {
            if (lives[at + 2] === frameCount && !this._moving?.labels[lives[at]]) {
                isActive[lives[at]] = 0;
            }
        }
        for (const { entries, order } of this._residuals) {
            order.forEach((at) => (isActive[entries[at]] = 1));
        }
        return isActive;
    }

    /** Position codes that each slot is born with first, for the order of slots. */
    private _birthPositions(): Int32Array {
        const positions = new Int32Array(this._splats.slotCount * 3);
        const { entries, order } = this._births[GROUP_POSITION];
        for (let i = order.length - 1; i >= 0; i--) {
            positions.set(entries.subarray(order[i] + 2, order[i] + 5), 3 * entries[order[i]]);
        }
        return positions;
    }
}

/** Bounds are finite in the file, however large a splat is. */
const LARGEST_FLOAT32 = (2 - 2 ** -23) * 2 ** 127;

function boundsOf(frames: readonly ISplatFrame[]): Float32Array {
    const bounds = Float32Array.of(Infinity, Infinity, Infinity, -Infinity, -Infinity, -Infinity);
    let before: ISplatFrame | undefined;
    for (const frame of frames) {
        if (frame.positions !== before?.positions || frame.scales !== before.scales) {
            growBounds(bounds, frame);
        }
        before = frame;
    }
    return Number.isFinite(bounds[0]) ? bounds : bounds.fill(0);
}

function growBounds(bounds: Float32Array, { count, positions, scales }: ISplatFrame): void {
    let [lowX, lowY, lowZ, highX, highY, highZ] = bounds;
    for (let at = 0; at < 3 * count; at += 3) {
        const reach = 3 * Math.max(scales[at], scales[at + 1], scales[at + 2]);
        const [x, y, z] = [positions[at], positions[at + 1], positions[at + 2]];
        lowX = Math.min(lowX, x - reach);
        lowY = Math.min(lowY, y - reach);
        lowZ = Math.min(lowZ, z - reach);
        highX = Math.max(highX, x + reach);
        highY = Math.max(highY, y + reach);
        highZ = Math.max(highZ, z + reach);
    }
    [lowX, lowY, lowZ].forEach((low, c) => (bounds[c] = Math.max(low, -LARGEST_FLOAT32)));
    [highX, highY, highZ].forEach((high, c) => (bounds[3 + c] = Math.min(high, LARGEST_FLOAT32)));
}

function quantizationOf(scales: readonly IGroupScale[]): ISegmentQuantization {
    const step = (group: number): number => scales[group]?.step ?? 1;
    const base = (group: number): number => scales[group]?.bases[0] ?? 0;
    const [x, y, z] = scales[GROUP_POSITION].bases;
    return {
        positionStep: step(GROUP_POSITION),
        positionBase: [x, y, z],
        rotationStep: step(GROUP_ROTATION),
        scaleStep: step(GROUP_SCALE),
        scaleBase: base(GROUP_SCALE),
        opacityStep: step(GROUP_OPACITY),
        opacityBase: base(GROUP_OPACITY),
        colorStep: step(GROUP_COLOR),
        colorBase: base(GROUP_COLOR),
        shStep: step(GROUP_SH),
        shBase: base(GROUP_SH),
    };
}
