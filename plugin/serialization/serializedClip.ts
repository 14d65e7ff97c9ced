import { checkLimit, resolveLimits, type IFvvLimits } from "../../format/limits.js";
import type { FvvPlayer } from "../fvvPlayer.js";
import { checkFields, isBoolean } from "./checkFields.js";
import { checkSerializedMaterial, serializeMaterial, type ISerializedSplatMaterial } from "./serializedMaterial.js";

/** A clip in a `.babylon` file: the property `fvv` of its mesh. Its splats stay in the clip's own file. */
export interface ISerializedClip {
    /** Address of the `.fvv` or `.fvvm` file as it was loaded; one that is relative is so to the `.babylon` file. */
    url: string;
    /** Most slots of a segment. */
    capacity: number;
    /** Degree of the spherical harmonics. */
    shDegree: number;
    /** Playhead, frames. */
    frame: number;
    isPlaying: boolean;
    loop: boolean;
    speed: number;
    /** Weight of the animation group, -1 for all. */
    weight: number;
    /** Part that is played, seconds; null for all. */
    range: { from: number; to: number } | null;
    interpolates: boolean;
    /** Most splats to draw; null for all. */
    splatBudget: number | null;
    targetFrameMs: number | null;
    material: ISerializedSplatMaterial;
}

/**
 * What a `.babylon` file says of a clip.
 * @param player its player
 * @returns undefined where the clip did not come from an address
 */
export function serializeClip(player: FvvPlayer): ISerializedClip | undefined {
    const { url, range, duration, splatBudget, header } = player;
    if (url === undefined) {
        return undefined;
    }
    return {
        url,
        capacity: player.streaming.stream.capacity,
        shDegree: header.shDegree,
        frame: player.playhead.value,
        isPlaying: player.isPlaying,
        loop: player.loop,
        speed: player.speed,
        weight: player.animationGroup.weight,
        range: range.from > 0 || range.to < duration ? { ...range } : null,
        interpolates: player.interpolates,
        splatBudget: splatBudget === Infinity ? null : splatBudget,
        targetFrameMs: player.targetFrameMs,
        material: serializeMaterial(player.mesh.splatMaterial),
    };
}

/**
 * Checks what a `.babylon` file says before anything is allocated for it. Throws BAD_OPTION, or LIMIT_EXCEEDED.
 * @param clip what it says
 * @param limits limits for the counts
 */
export function checkSerializedClip(clip: unknown, limits: Partial<IFvvLimits>): asserts clip is ISerializedClip {
    const isCount = (value: unknown, most: number): boolean => Number.isInteger(value) && (value as number) >= 0 && (value as number) <= most;
    checkFields(clip, "fvv", {
        url: (value) => typeof value === "string" && value !== "",
        capacity: (value) => isCount(value, 2 ** 32),
        shDegree: (value) => isCount(value, 3),
        frame: Number.isFinite,
        isPlaying: isBoolean,
        loop: isBoolean,
        speed: Number.isFinite,
        weight: Number.isFinite,
        range: isRange,
        interpolates: isBoolean,
        splatBudget: (value) => value === null || (Number.isFinite(value) && (value as number) >= 1),
        targetFrameMs: (value) => value === null || (Number.isFinite(value) && (value as number) > 0),
        material: () => true,
    } satisfies Record<keyof ISerializedClip, (value: unknown) => boolean>);
    const { capacity, material } = clip as ISerializedClip;
    checkSerializedMaterial(material);
    checkLimit(resolveLimits(limits), "splats", capacity, 0);
}

/** Sets a player as a `.babylon` file says. */
export function applySerializedClip(player: FvvPlayer, clip: ISerializedClip): void {
    player.loop = clip.loop;
    player.speed = clip.speed;
    player.animationGroup.weight = clip.weight;
    player.interpolates = clip.interpolates;
    player.splatBudget = clip.splatBudget ?? Infinity;
    player.targetFrameMs = clip.targetFrameMs;
    // The clip may be another by now, and shorter.
    if (clip.range && clip.range.from < player.duration) {
        player.range = clip.range;
    }
    player.playhead.value = clip.frame;
    if (clip.isPlaying) {
        player.play();
    }
}

function isRange(value: unknown): boolean {
    const { from, to } = Object(value) as Record<string, number>;
    return value === null || (Number.isFinite(from) && Number.isFinite(to) && from >= 0 && from < to);
}
