import { UP_AXES, type IErrorBounds, type UpAxis } from "../format/clipHeader.js";
import { EFFORTS, type Effort } from "./effort.js";
import { FvvError } from "../format/fvvError.js";
import { FVV_DEFAULT_LIMITS } from "../format/limits.js";
import type { IClipMetadata } from "../format/clipHead.js";
import { isCuePoint, MAX_CUE_NAME_LENGTH, MAX_CUE_POINTS } from "../format/cuePoints.js";
import type { IEncoderAudio } from "./encoderAudio.js";

/** Options of an encoder. Errors are the largest that a decoded splat may have against its source, each splat, each frame. */
export interface IClipEncoderOptions {
    /** Frames a second. Default 30. */
    fps?: number;
    /** Frames of a segment: a place where playback can start. Default 30. */
    segmentLength?: number;
    /** Segments, the first of which has a key frame that stands alone; those of the others are coded against it. 1: each stands alone. Default 4. */
    keyWindow?: number;
    /** How long to look for a smaller file: "fast", "default" or "max". Default "default". */
    effort?: Effort;
    /** Whether splat i is the same splat in every frame. Default false: splats are matched, unless they have ids. */
    tracked?: boolean;
    /** Error of each coordinate of a centre, world units. Default 0.002. */
    positionError?: number;
    /** Relative error of each scale. Default 0.02. */
    scaleError?: number;
    /** Error of each component of the unit quaternion, up to sign; at least 1/510. Default 1/256. */
    rotationError?: number;
    /** Error of each colour channel, in levels of 255. Default 4. */
    colorError?: number;
    /** Error of the opacity, in levels of 255; at least 1/8. Default 4. */
    opacityError?: number;
    /** Error of each spherical-harmonics coefficient beyond DC. Default 0.02. */
    shError?: number;
    /**
     * 0 to 100: how well the pictures are to look, in place of error bounds. Each splat may be off by as much as does not show; the clip promises no bounds. Undefined: by error bounds.
     * `FVV_DEFAULT_QUALITY` is a good one.
     */
    quality?: number;
    /** Axis of the source that points up. Default "-y", as in captures trained with the INRIA code. */
    up?: UpAxis;
    /** Handedness of the source's coordinates. Default "right". */
    handedness?: "right" | "left";
    /** Whether the splats were trained with Mip-style opacity compensation. Default false. */
    antialiased?: boolean;
    /** Metres in a world unit; 0 when not known. Default 0. */
    metresPerUnit?: number;
    /** Title, author, licence, camera, cue points and whatever else belongs into the file. */
    metadata?: IClipMetadata;
    /** Sound of the clip, which goes into the file as it is. Not for live clips and ladders. Default: none. */
    audio?: IEncoderAudio;
}

/** Options of an encoder, completed. Whoever encodes frames has no need of the sound. */
export type ClipEncoderSettings = Required<Omit<IClipEncoderOptions, "quality" | "audio">> & Pick<IClipEncoderOptions, "quality">;

/** Defaults of {@link IClipEncoderOptions}. */
export const CLIP_ENCODER_DEFAULTS: Readonly<ClipEncoderSettings> = {
    fps: 30,
    segmentLength: 30,
    keyWindow: 4,
    effort: "default",
    tracked: false,
    positionError: 0.002,
    scaleError: 0.02,
    rotationError: 1 / 256,
    colorError: 4,
    opacityError: 4,
    shError: 0.02,
    up: "-y",
    handedness: "right",
    antialiased: false,
    metresPerUnit: 0,
    metadata: {},
};

const RANGES: Readonly<Partial<Record<keyof ClipEncoderSettings, readonly [number, number]>>> = {
    fps: [0.01, 1000],
    segmentLength: [1, FVV_DEFAULT_LIMITS.segmentFrames],
    keyWindow: [1, 1024],
    positionError: [1e-9, 1e9],
    scaleError: [1e-4, 0.5],
    rotationError: [1 / 510, 0.25],
    colorError: [0.05, 128],
    opacityError: [0.125, 128],
    shError: [1e-4, 4],
    metresPerUnit: [0, 1e9],
};

const CHOICES: Readonly<Partial<Record<keyof ClipEncoderSettings, readonly unknown[]>>> = {
    up: UP_AXES,
    handedness: ["right", "left"],
    effort: EFFORTS,
};

/**
 * Completes options with the defaults and checks them.
 * @param options what the user set
 */
export function resolveEncoderOptions({ audio: _, ...options }: IClipEncoderOptions): ClipEncoderSettings {
    const set = Object.fromEntries(Object.entries(options).filter(([, value]) => value !== undefined));
    const settings = { ...CLIP_ENCODER_DEFAULTS, ...set } as ClipEncoderSettings;
    checkQuality(settings.quality, set);
    checkCues(settings.metadata.cues);
    for (const [name, [low, high]] of Object.entries(RANGES)) {
        const value = settings[name as keyof ClipEncoderSettings];
        if (typeof value !== "number" || !(value >= low && value <= high)) {
            throw new FvvError("BAD_OPTION", `${name} is ${JSON.stringify(value)}; it must be a number from ${low} to ${high}`, { source: name });
        }
    }
    for (const [name, choices] of Object.entries(CHOICES)) {
        const value = settings[name as keyof ClipEncoderSettings];
        if (!choices.includes(value)) {
            throw new FvvError("BAD_OPTION", `${name} is ${JSON.stringify(value)}; it must be one of ${choices.join(", ")}`, { source: name });
        }
    }
    for (const [name, unit] of [
        ["segmentLength", "frames"],
        ["keyWindow", "segments"],
    ] as const) {
        if (!Number.isInteger(settings[name])) {
            throw new FvvError("BAD_OPTION", `${name} is ${settings[name]}; it must be a whole number of ${unit}`, { source: name });
        }
    }
    return settings;
}

const ERROR_OPTIONS: readonly (keyof IClipEncoderOptions)[] = ["positionError", "scaleError", "rotationError", "colorError", "opacityError", "shError"];

function checkQuality(quality: unknown, set: IClipEncoderOptions): void {
    if (quality === undefined) {
        return;
    }
    if (typeof quality !== "number" || !(quality >= 0 && quality <= 100)) {
        throw new FvvError("BAD_OPTION", `quality is ${JSON.stringify(quality)}; it must be a number from 0 to 100`, { source: "quality" });
    }
    const other = ERROR_OPTIONS.find((name) => set[name] !== undefined);
    if (other) {
        throw new FvvError("BAD_OPTION", `quality and ${other} exclude each other; give a quality, or error bounds`, { source: other });
    }
}

function checkCues(cues: unknown): void {
    const wrong = Array.isArray(cues) ? cues.findIndex((cue) => !isCuePoint(cue)) : -1;
    if (wrong >= 0 || (cues !== undefined && !(Array.isArray(cues) && cues.length <= MAX_CUE_POINTS))) {
        throw new FvvError(
            "BAD_OPTION",
            `${wrong < 0 ? "metadata.cues" : `Cue point ${wrong}`} is not as it must be; give at most ${MAX_CUE_POINTS}, each with a time in seconds of at least 0 and a name of 1 to ${MAX_CUE_NAME_LENGTH} characters`,
            { source: "metadata.cues" },
        );
    }
}

/** The error bounds of the settings, in the units of the file and as float32, which the file holds; never larger than what was set. A quality promises none: all are 0. */
export function errorBoundsOf(settings: ClipEncoderSettings): IErrorBounds {
    if (settings.quality !== undefined) {
        return { position: 0, scale: 0, rotation: 0, opacity: 0, color: 0, sh: 0 };
    }
    return {
        position: floorToFloat32(settings.positionError),
        scale: floorToFloat32(settings.scaleError),
        rotation: floorToFloat32(settings.rotationError),
        opacity: floorToFloat32(settings.opacityError / 255),
        color: floorToFloat32(settings.colorError / 255),
        sh: floorToFloat32(settings.shError),
    };
}

function floorToFloat32(value: number): number {
    const nearest = Math.fround(value);
    return nearest <= value ? nearest : Math.fround(nearest * (1 - 2 ** -23));
}
