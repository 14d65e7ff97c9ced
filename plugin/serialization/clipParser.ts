import { AssetContainer } from "@babylonjs/core/assetContainer.js";
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
import { followImports } from "./followImports.js";
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

/** What a file has been made into: a container, or the lists of what was imported. */
type Home = Pick<AssetContainer, "meshes" | "materials" | "geometries" | "animationGroups">;

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

/** Lets Babylon's loader of `.babylon` files restore clips, in files that are appended, imported or loaded into a container. Calling it again does nothing. */
export function RegisterFvvParser(): void {
    if (!isRegistered) {
        isRegistered = true;
        AddParser("fvv", parseClips);
        followImports('"fvv', (parsed, scene, meshes, rootUrl) => parseClips(parsed, scene, { meshes, materials: [], geometries: [], animationGroups: [] }, rootUrl));
    }
}

/** Puts a clip in the place of each mesh that stands for one. What is wrong with a clip costs that clip: Babylon would drop the whole scene. */
function parseClips({ meshes, animationGroups }: IParsedScene, scene: Scene, home: Home, rootUrl: string): void {
    const list = Array.isArray(meshes) ? (meshes as readonly IParsedMesh[]) : [];
    for (const parsed of list) {
        if (parsed.fvv) {
            parseSafely(parsed, () => parseClip(parsed, scene, home, rootUrl));
        }
    }
    for (const parsed of list) {
        if (parsed.fvvClone) {
            parseSafely(parsed, () => parseClone(parsed, home));
        }
    }
    dropSavedGroups(animationGroups, home);
}

function parseSafely({ name }: IParsedMesh, parse: () => void): void {
    try {
        parse();
    } catch (error) {
        Logger.Error(`Clip ${JSON.stringify(name)}: ${String(error)}`);
    }
}

function parseClone({ id, fvvClone }: IParsedMesh, home: Home): void {
    const { of, material } = Object(fvvClone) as Partial<ISerializedClone>;
    const source = home.meshes.find((mesh) => mesh.id === of);
    const stand = findStand(home, id);
    if (source instanceof SplatVideoMesh && stand) {
        checkSerializedMaterial(material);
        const clone = source.clone(source.name, null, true);
        applySerializedMaterial(clone.splatMaterial, material);
        putInPlace(home, stand, clone);
    }
}

function parseClip({ id, name, fvv: clip }: IParsedMesh, scene: Scene, home: Home, rootUrl: string): void {
    const stand = findStand(home, id);
    if (!stand) {
        // Only some meshes of the file were imported.
        return;
    }
    checkSerializedClip(clip, restoredClipOptions.limits ?? {});
    const mesh = new SplatVideoMesh(name, scene, clip);
    applySerializedMaterial(mesh.splatMaterial, clip.material);
    putInPlace(home, stand, mesh);
    const loading = restoreAsync(mesh, clip, isAbsolute(clip.url) ? clip.url : rootUrl + clip.url, home);
    LOADING.set(mesh, loading);
    scene.addPendingData(mesh);
    loading.catch((error: unknown) => Logger.Error(`Clip ${name}: ${String(error)}`)).finally(() => scene.removePendingData(mesh));
}

/** The groups that were saved of clips have nothing to run: each clip brings its own. */
function dropSavedGroups(parsed: unknown, { animationGroups }: Home): void {
    const names = new Set(Array.isArray(parsed) ? parsed.filter((group: ISerializedGroup) => group.isOfClip).map(({ name }: ISerializedGroup) => name) : []);
    animationGroups.filter(({ name, targetedAnimations }) => names.has(name) && targetedAnimations.length === 0).forEach((group) => group.dispose());
}

async function restoreAsync(mesh: SplatVideoMesh, clip: ISerializedClip, url: string, home: Home): Promise<FvvPlayer> {
    const stream = await openClipAsync(sourceOfUrl(url, restoredClipOptions.fetch), restoredClipOptions);
    if (mesh.isDisposed() || stream.capacity > clip.capacity || stream.head.header.shDegree !== clip.shDegree) {
        stream.dispose();
        throw mesh.isDisposed()
            ? new FvvError("DISPOSED", "The clip was disposed while it was loading; load it again", { source: url })
            : new FvvError("SOURCE_CHANGED", "The clip is another than when the scene was saved; load it anew and save the scene again", { source: url });
    }
    const player = new FvvPlayer(mesh, stream, restoredClipOptions, restoredClipOptions.limits);
    player.url = clip.url;
    mesh.describeClip = () => serializeClip(player);
    const { animationGroup } = player;
    animationGroup._parentContainer = mesh._parentContainer;
    home.animationGroups.push(animationGroup);
    const scene = mesh.getScene();
    if (!scene.meshes.includes(mesh)) {
        scene.removeAnimationGroup(animationGroup);
    }
    applySerializedClip(player, clip);
    await player.firstFramePromise;
    return player;
}

/** The mesh that the loader has made for one that is a clip: it has all but what is to be seen. */
function findStand({ meshes }: Home, id: string): AbstractMesh | undefined {
    return meshes.find((mesh) => mesh.id === id && !(mesh instanceof SplatVideoMesh));
}

function putInPlace(home: Home, stand: AbstractMesh, mesh: SplatVideoMesh): void {
    mesh.id = stand.id;
    mesh.name = stand.name;
    mesh._parentContainer = home instanceof AssetContainer ? home : null;
    home.materials.push(mesh.splatMaterial);
    if (mesh.geometry) {
        home.geometries.push(mesh.geometry);
    }
    copyMeshProperties(stand, mesh);
    mesh.isVisible = stand.isVisible;
    mesh.parent = stand.parent;
    stand.getChildren(undefined, true).forEach((child) => (child.parent = mesh));
    for (const { targetedAnimations } of home.animationGroups) {
        targetedAnimations.filter(({ target }) => target === stand).forEach((targeted) => (targeted.target = mesh));
    }
    home.meshes[home.meshes.indexOf(stand)] = mesh;
    stand._parentContainer = null;
    stand.dispose(true);
}

function isAbsolute(url: string): boolean {
    return /^([a-z][a-z\d+.-]*:|\/)/i.test(url);
}
