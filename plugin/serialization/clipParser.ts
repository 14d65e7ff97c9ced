import type { AssetContainer } from "@babylonjs/core/assetContainer.js";
import { AddParser } from "@babylonjs/core/Loading/Plugins/babylonFileParser.function.js";
import type { AbstractMesh } from "@babylonjs/core/Meshes/abstractMesh.js";
import { Logger } from "@babylonjs/core/Misc/logger.js";
import type { Scene } from "@babylonjs/core/scene.js";
import { FvvError } from "../../format/fvvError.js";
import { copyMeshProperties } from "../copyMeshProperties.js";
import { FvvPlayer } from "../fvvPlayer.js";
import type { IFvvLoaderOptions } from "../fvvFileLoader.types.js";
import { openClipAsync, sourceOfUrl } from "../loadFvvClip.js";
import { SplatVideoMesh } from "../splatVideoMesh.js";
import { applySerializedClip, checkSerializedClip, serializeClip, type ISerializedClip } from "./serializedClip.js";
import { applySerializedMaterial, checkSerializedMaterial, type ISerializedClone } from "./serializedMaterial.js";

/** A mesh as it is in a `.babylon` file. */
interface IParsedMesh {
    id: string;
    name: string;
    fvv?: unknown;
    fvvClone?: unknown;
}

/** A group as `ClipAnimationGroup` saves it. */
interface ISerializedGroup {
    name: string;
    isOfClip?: boolean;
}

/** What is looked at of a `.babylon` file. */
interface IParsedScene {
    meshes?: unknown;
    animationGroups?: unknown;
}

/** Options of clips that come with a `.babylon` file, which cannot say them: where the worker is, headers, limits. Set them before the file is loaded. */
export const restoredClipOptions: Partial<IFvvLoaderOptions> = {};

const LOADING = new WeakMap<object, Promise<FvvPlayer>>();

/**
 * The player of a clip that came with a `.babylon` file, when its first frame is on the GPU; for any other clip the player it has. `scene.whenReadyAsync()` waits for all of them.
 * @param mesh mesh of the clip
 */
export async function whenFvvClipReadyAsync(mesh: object): Promise<FvvPlayer> {
    const loading = LOADING.get(mesh) ?? LOADING.get((mesh as { source?: object | null }).source ?? mesh);
    const player = (await loading) ?? FvvPlayer.FromMesh(mesh);
    if (!player) {
        throw new FvvError("BAD_OPTION", "The mesh has no clip; give the mesh that was loaded", { source: "mesh" });
    }
    return player;
}

let isRegistered = false;

/** Lets Babylon's loader of `.babylon` files restore clips, in files that are appended or loaded into a container. Calling it again does nothing. */
export function RegisterFvvParser(): void {
    if (!isRegistered) {
        isRegistered = true;
        AddParser("fvv", parseClips);
    }
}

/** Puts a clip in the place of each mesh that stands for one. What is wrong with a clip costs that clip: Babylon would drop the whole scene. */
function parseClips({ meshes, animationGroups }: IParsedScene, scene: Scene, container: AssetContainer, rootUrl: string): void {
    const list = Array.isArray(meshes) ? (meshes as readonly IParsedMesh[]) : [];
    for (const parsed of list) {
        if (parsed.fvv) {
            parseSafely(parsed, () => parseClip(parsed, scene, container, rootUrl));
        }
    }
    for (const parsed of list) {
        if (parsed.fvvClone) {
            parseSafely(parsed, () => parseClone(parsed, container));
        }
    }
    dropSavedGroups(animationGroups, container);
}

function parseSafely({ name }: IParsedMesh, parse: () => void): void {
    try {
        parse();
    } catch (error) {
        Logger.Error(`Clip ${JSON.stringify(name)}: ${String(error)}`);
    }
}

function parseClone({ id, fvvClone }: IParsedMesh, container: AssetContainer): void {
    const { of, material } = Object(fvvClone) as Partial<ISerializedClone>;
    const source = container.meshes.find((mesh) => mesh.id === of);
    if (source instanceof SplatVideoMesh) {
        checkSerializedMaterial(material);
        const clone = source.clone(source.name, null, true);
        applySerializedMaterial(clone.splatMaterial, material);
        putInPlace(container, id, clone);
    }
}

function parseClip({ id, name, fvv: clip }: IParsedMesh, scene: Scene, container: AssetContainer, rootUrl: string): void {
    checkSerializedClip(clip, restoredClipOptions.limits ?? {});
    const mesh = new SplatVideoMesh(name, scene, clip);
    applySerializedMaterial(mesh.splatMaterial, clip.material);
    putInPlace(container, id, mesh);
    const loading = restoreAsync(mesh, clip, isAbsolute(clip.url) ? clip.url : rootUrl + clip.url, container);
    LOADING.set(mesh, loading);
    scene.addPendingData(mesh);
    loading.catch((error: unknown) => Logger.Error(`Clip ${name}: ${String(error)}`)).finally(() => scene.removePendingData(mesh));
}

/** The groups that were saved of clips have nothing to run: each clip brings its own. */
function dropSavedGroups(parsed: unknown, container: AssetContainer): void {
    const names = new Set(Array.isArray(parsed) ? parsed.filter((group: ISerializedGroup) => group.isOfClip).map(({ name }: ISerializedGroup) => name) : []);
    container.animationGroups.filter(({ name, targetedAnimations }) => names.has(name) && targetedAnimations.length === 0).forEach((group) => group.dispose());
}

async function restoreAsync(mesh: SplatVideoMesh, clip: ISerializedClip, url: string, container: AssetContainer): Promise<FvvPlayer> {
    const stream = await openClipAsync(sourceOfUrl(url, restoredClipOptions.fetch), restoredClipOptions);
    if (mesh.isDisposed() || stream.capacity > clip.capacity || stream.head.header.shDegree !== clip.shDegree) {
        stream.dispose();
        throw mesh.isDisposed()
            ? new FvvError("DISPOSED", "The clip was disposed while it was loading", { source: url })
            : new FvvError("SOURCE_CHANGED", "The clip is another than when the scene was saved; load it anew and save the scene again", { source: url });
    }
    const player = new FvvPlayer(mesh, stream, restoredClipOptions, restoredClipOptions.limits);
    player.url = clip.url;
    mesh.describeClip = () => serializeClip(player);
    const { animationGroup } = player;
    animationGroup._parentContainer = container;
    container.animationGroups.push(animationGroup);
    const scene = mesh.getScene();
    if (!scene.meshes.includes(mesh)) {
        scene.removeAnimationGroup(animationGroup);
    }
    applySerializedClip(player, clip);
    await player.firstFramePromise;
    return player;
}

/** A mesh takes the place of the one that the loader has made, which has all but what is to be seen. */
function putInPlace(container: AssetContainer, id: string, mesh: SplatVideoMesh): void {
    const index = container.meshes.findIndex((other) => other.id === id && !(other instanceof SplatVideoMesh));
    const stand: AbstractMesh | undefined = container.meshes[index];
    mesh.id = id;
    mesh._parentContainer = container;
    container.materials.push(mesh.splatMaterial);
    if (mesh.geometry) {
        container.geometries.push(mesh.geometry);
    }
    if (!stand) {
        container.meshes.push(mesh);
        return;
    }
    mesh.name = stand.name;
    copyMeshProperties(stand, mesh);
    mesh.parent = stand.parent;
    stand.getChildren(undefined, true).forEach((child) => (child.parent = mesh));
    mesh.animations = stand.animations;
    for (const { targetedAnimations } of container.animationGroups) {
        targetedAnimations.filter(({ target }) => target === stand).forEach((targeted) => (targeted.target = mesh));
    }
    container.meshes[index] = mesh;
    stand._parentContainer = null;
    stand.dispose(true);
}

function isAbsolute(url: string): boolean {
    return /^([a-z][a-z\d+.-]*:|\/)/i.test(url);
}
