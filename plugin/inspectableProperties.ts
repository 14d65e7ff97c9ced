import type { Color3 } from "@babylonjs/core/Maths/math.color.js";
import type { AbstractMesh } from "@babylonjs/core/Meshes/abstractMesh.js";
import { InspectableType, type IInspectable } from "@babylonjs/core/Misc/iInspectable.js";
import { Logger } from "@babylonjs/core/Misc/logger.js";
import type { SplatVideoMaterial } from "./splatVideoMaterial.js";

/** What the Inspector may do to a player. */
export interface IInspectablePlayer {
    readonly isDisposed: boolean;
    readonly isPlaying: boolean;
    readonly currentTime: number;
    readonly duration: number;
    readonly header: { capacity: number };
    speed: number;
    loop: boolean;
    interpolates: boolean;
    splatBudget: number;
    targetFrameMs: number | null;
    play(): void;
    pause(): void;
    seekAsync(seconds: number): Promise<boolean>;
}

/** A value of a mesh that the Inspector reads and writes, in the way that it shows it. */
interface IInspectableValue extends Pick<IInspectable, "label" | "type" | "min" | "max" | "step"> {
    get: () => unknown;
    set: (value: never) => void;
}

const PLAYERS = new WeakMap<AbstractMesh, IInspectablePlayer>();

/**
 * Lets Babylon's Inspector show and change the look of a clip: `inspectableCustomProperties` of its mesh, and the accessors with the prefix `fvv` that these name. Nothing of the Inspector is needed for it.
 * @param mesh the mesh
 * @param material its material
 */
export function inspectLook(mesh: AbstractMesh, material: SplatVideoMaterial): void {
    const { look } = material;
    const factor = (label: string, key: "opacity" | "brightness" | "contrast" | "saturation", max: number): IInspectable =>
        bind(mesh, `fvv${label}`, { ...slider(label, 0, max, 0.01), get: () => look[key], set: (value: number) => (look[key] = value) });
    prepend(mesh, [
        bind(mesh, "fvvTint", { label: "Tint", type: InspectableType.Color3, get: () => look.tint, set: (value: Color3) => look.tint.copyFrom(value) }),
        factor("Opacity", "opacity", 1),
        factor("Brightness", "brightness", 3),
        factor("Contrast", "contrast", 3),
        factor("Saturation", "saturation", 3),
        bind(mesh, "fvvAntialiased", {
            ...checkbox("Compensate low-pass filter"),
            get: () => material.antialiased,
            set: (value: boolean) => (material.antialiased = value),
        }),
    ]);
}

/**
 * Lets Babylon's Inspector play a clip, as {@link inspectLook}.
 * @param mesh mesh of the clip
 * @param player its player
 */
export function inspectPlayback(mesh: AbstractMesh, player: IInspectablePlayer): void {
    const { capacity } = player.header;
    const act = (action: () => unknown): void => {
        // A clone keeps the last frame of a clip that is gone.
        if (player.isDisposed) {
            Logger.Warn(`The clip of ${mesh.name} is disposed; load it again to play it`);
        } else {
            action();
        }
    };
    const playOrPause = (): void => act(() => (player.isPlaying ? player.pause() : player.play()));
    PLAYERS.set(mesh, player);
    prepend(mesh, [
        { label: "Play / pause", propertyName: "fvvPlayOrPause", type: InspectableType.Button, callback: playOrPause },
        bind(mesh, "fvvTime", {
            ...slider("Time (s)", 0, player.duration, 0.001),
            get: () => player.currentTime,
            set: (value: number) => act(() => player.seekAsync(value)),
        }),
        bind(mesh, "fvvSpeed", { ...slider("Speed", -4, 4, 0.05), get: () => player.speed, set: (value: number) => (player.speed = value) }),
        bind(mesh, "fvvLoop", { ...checkbox("Loop"), get: () => player.loop, set: (value: boolean) => (player.loop = value) }),
        bind(mesh, "fvvInterpolates", { ...checkbox("Interpolate"), get: () => player.interpolates, set: (value: boolean) => (player.interpolates = value) }),
        bind(mesh, "fvvSplatBudget", {
            ...slider("Splat budget", 1, capacity, 1),
            get: () => Math.min(player.splatBudget, capacity),
            set: (value: number) => (player.splatBudget = value < capacity ? value : Infinity),
        }),
        bind(mesh, "fvvTargetFrameMs", {
            ...slider("Target frame (ms, 0: none)", 0, 100, 1),
            get: () => player.targetFrameMs ?? 0,
            set: (value: number) => (player.targetFrameMs = value > 0 ? value : null),
        }),
    ]);
}

/**
 * Lets the Inspector play a clip at its clone too, which shows the same frame.
 * @param mesh mesh of the clip
 * @param clone its clone
 */
export function inspectClone(mesh: AbstractMesh, clone: AbstractMesh): void {
    const player = PLAYERS.get(mesh);
    if (player) {
        inspectPlayback(clone, player);
    }
}

function slider(label: string, min: number, max: number, step: number): Pick<IInspectable, "label" | "type" | "min" | "max" | "step"> {
    return { label, type: InspectableType.Slider, min, max, step };
}

function checkbox(label: string): Pick<IInspectable, "label" | "type"> {
    return { label, type: InspectableType.Checkbox };
}

/** The Inspector asks the mesh itself for a property, by its name. */
function bind(mesh: AbstractMesh, propertyName: string, { get, set, ...shown }: IInspectableValue): IInspectable {
    Object.defineProperty(mesh, propertyName, { configurable: true, get, set });
    return { ...shown, propertyName };
}

function prepend(mesh: AbstractMesh, properties: readonly IInspectable[]): void {
    // Babylon's type says that there is always a list, which there is not.
    const others = mesh.inspectableCustomProperties as IInspectable[] | undefined;
    mesh.inspectableCustomProperties = [...properties, ...(others ?? [])];
}
