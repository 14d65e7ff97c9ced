import { ArcRotateCamera } from "@babylonjs/core/Cameras/arcRotateCamera.js";
import type { AbstractEngine } from "@babylonjs/core/Engines/abstractEngine.js";
import { AppendSceneAsync, ImportMeshAsync, LoadAssetContainerAsync } from "@babylonjs/core/Loading/sceneLoader.js";
import "@babylonjs/core/Loading/Plugins/babylonFileLoader.js";
import "@babylonjs/core/Engines/AbstractEngine/abstractEngine.loadingScreen.js";
import "@babylonjs/core/Loading/loadingScreen.js";
import "@babylonjs/core/Materials/colorCurves.js";
import "@babylonjs/core/Materials/standardMaterial.js";
import { Color3 } from "@babylonjs/core/Maths/math.color.js";
import { Matrix, Vector3 } from "@babylonjs/core/Maths/math.vector.js";
import "@babylonjs/core/Meshes/instancedMesh.js";
import { CreateBox } from "@babylonjs/core/Meshes/Builders/boxBuilder.js";
import { TransformNode } from "@babylonjs/core/Meshes/transformNode.js";
import { AssetsManager } from "@babylonjs/core/Misc/assetsManager.js";
import { SceneSerializer } from "@babylonjs/core/Misc/sceneSerializer.js";
import { Tags } from "@babylonjs/core/Misc/tags.js";
import { Scene } from "@babylonjs/core/scene.js";
import { FvvPlayer, SplatVideoMesh, whenFvvClipReadyAsync, type FvvError } from "../../../plugin/index.js";
import { createEngineAsync, readPixelsAsync, type EngineKind } from "./engines.js";
import { renderUntilAsync, settledAsync } from "./pageTools.js";

const SIZE = 96;

let engine: AbstractEngine;
let scene: Scene;

function makeScene(): void {
    scene = new Scene(engine);
    const camera = new ArcRotateCamera("camera", -1.57, 1.4, 5, Vector3.Zero(), scene);
    camera.doNotSerialize = true;
}

function render(): void {
    engine.beginFrame();
    scene.render();
    engine.endFrame();
}

async function pictureAsync(): Promise<Uint8Array> {
    await scene.whenReadyAsync();
    render();
    render();
    return await readPixelsAsync(engine);
}

/** Share of pixels that differ from black. */
function litShare(picture: Uint8Array): number {
    let lit = 0;
    for (let i = 0; i < picture.length; i += 4) {
        lit += picture[i] + picture[i + 1] + picture[i + 2] > 40 ? 1 : 0;
    }
    return lit / (picture.length / 4);
}

function greatestDifference(a: Uint8Array, b: Uint8Array): number {
    let greatest = 0;
    for (let i = 0; i < a.length; i++) {
        greatest = Math.max(greatest, Math.abs(a[i] - b[i]));
    }
    return greatest;
}

function clipsOf(of: Scene): SplatVideoMesh[] {
    return of.meshes.filter((mesh) => mesh instanceof SplatVideoMesh);
}

function codeOf(action: () => unknown): string {
    try {
        action();
        return "none";
    } catch (error) {
        return (error as FvvError).code;
    }
}

const api = {
    async start(kind: EngineKind): Promise<void> {
        engine = await createEngineAsync(kind, SIZE, SIZE);
        makeScene();
        scene.clearColor.set(0, 0, 0, 1);
    },

    /** A clip in a container, in and out of the scene, and copies of it. */
    async container(url: string): Promise<Record<string, unknown>> {
        const container = await LoadAssetContainerAsync(url, scene, { pluginOptions: { fvv: { autoPlay: false } } });
        const [mesh] = container.meshes as SplatVideoMesh[];
        mesh.metadata = { answer: 42 };
        Tags.AddTagsTo(mesh, "hero");
        const outside = [clipsOf(scene).length, scene.animationGroups.length];
        container.addAllToScene();
        const inside = [clipsOf(scene).length, scene.animationGroups.length];
        const litInside = litShare(await pictureAsync());
        container.removeAllFromScene();
        const litOutside = litShare(await pictureAsync());
        const copies = [false, true].map((cloneMaterials) => container.instantiateModelsToScene((name) => `copy of ${name}`, cloneMaterials));
        const clones = copies.map(({ rootNodes }) => rootNodes[0] as SplatVideoMesh);
        clones.forEach((clone, i) => (clone.position.x = i - 0.5));
        const player = FvvPlayer.FromMesh(mesh) as FvvPlayer;
        const litClones = litShare(await pictureAsync());
        copies[1].animationGroups[0].start(false, 1, 2, 4);
        await renderUntilAsync(render, () => player.currentFrame === 4 && !player.isPlaying);
        const materials = scene.materials.length;
        const { metadata } = clones[0] as { metadata: unknown };
        const tags: unknown = Tags.GetTags(clones[0], true);
        copies.forEach((copy) => copy.dispose());
        return {
            outside,
            inside,
            litInside,
            litOutside,
            litClones,
            names: clones.map(({ name }) => name),
            players: clones.map((clone) => FvvPlayer.FromMesh(clone) === player),
            frames: clones.map(({ committedFrame }) => committedFrame),
            metadata,
            tags,
            isMaterialOwn: clones[0].material !== mesh.material,
            materials,
            after: clipsOf(scene).length,
            instance: codeOf(() => mesh.createInstance("one")),
        };
    },

    /** Copies of a clip with something below it. */
    async hierarchy(url: string): Promise<Record<string, unknown>> {
        const container = await LoadAssetContainerAsync(url, scene, { pluginOptions: { fvv: { autoPlay: false } } });
        container.addAllToScene();
        const [mesh] = container.meshes as SplatVideoMesh[];
        const box = CreateBox("hat", { size: 0.2 }, scene);
        box.parent = mesh;
        const clone = mesh.clone("second");
        const bare = mesh.clone("bare", null, true);
        const instance = mesh.instantiateHierarchy();
        const childrenOf = (node: TransformNode | null): string[] => (node ? node.getChildMeshes(true).map((child) => child.getClassName()) : []);
        const counts = [clone, bare, instance].map(childrenOf);
        mesh.isVisible = false;
        const player = FvvPlayer.FromMesh(mesh) as FvvPlayer;
        await settledAsync(render, player.seekFrameAsync(3));
        const isVisible = [mesh.isVisible, clone.isVisible];
        const frames = [mesh, clone, bare, instance as SplatVideoMesh].map(({ committedFrame }) => committedFrame);
        clipsOf(scene).forEach((clip) => clip.dispose());
        return { counts, isVisible, frames };
    },

    /** Saves a scene with a clip, a clone of it, and what is above and below; loads it again, by the loader, into a container and as an import; and saves what was loaded. */
    async roundTrip(url: string): Promise<Record<string, unknown>> {
        const [mesh] = (await settledAsync(
            render,
            AppendSceneAsync(url, scene, { pluginOptions: { fvv: { autoPlay: false } } }).then(() => clipsOf(scene)),
        )) as [SplatVideoMesh];
        const player = FvvPlayer.FromMesh(mesh) as FvvPlayer;
        const stage = new TransformNode("stage", scene);
        stage.position.y = 0.2;
        mesh.parent = stage;
        mesh.position.x = -0.6;
        mesh.metadata = { answer: 42 };
        Tags.AddTagsTo(mesh, "hero");
        const hat = CreateBox("hat", { size: 0.3 }, scene);
        hat.parent = mesh;
        hat.position.y = 0.7;
        const clone = mesh.clone("twin", null, true);
        clone.position.x = 0.7;
        mesh.splatMaterial.look.tint = new Color3(1, 0.5, 0.25);
        mesh.splatMaterial.look.crop = { shape: "sphere", matrix: Matrix.Scaling(0.9, 0.9, 0.9), softness: 0.2 };
        player.loop = false;
        player.speed = 0.5;
        player.range = { from: 0, to: 0.3 };
        player.splatBudget = 150;
        await settledAsync(render, player.seekFrameAsync(4));
        const before = await pictureAsync();
        const saved = JSON.stringify(SceneSerializer.Serialize(scene));
        scene.dispose();
        makeScene();
        await AppendSceneAsync(`data:${saved}`, scene);
        const [first, second] = clipsOf(scene);
        const restored = await settledAsync(render, whenFvvClipReadyAsync(first));
        await renderUntilAsync(render, () => !restored.isBuffering);
        const after = await pictureAsync();
        const again = JSON.stringify((SceneSerializer.Serialize(scene) as { meshes: unknown }).meshes);
        const container = await LoadAssetContainerAsync(`data:${saved}`, scene);
        const contained = container.meshes.find((candidate) => candidate instanceof SplatVideoMesh) as SplatVideoMesh;
        await settledAsync(render, whenFvvClipReadyAsync(contained));
        const inScene = [clipsOf(scene).length, container.meshes.length, container.animationGroups.length];
        container.dispose();
        const clips = (text: string): string =>
            JSON.stringify((JSON.parse(text) as { fvv?: unknown; fvvClone?: unknown }[]).flatMap(({ fvv, fvvClone }) => fvv ?? fvvClone ?? []));
        const told = {
            bytes: saved.length,
            difference: greatestDifference(before, after),
            lit: litShare(before),
            names: [first, second].map((clip) => clip.name),
            parents: [first.parent?.name, second.parent?.name],
            below: first.getChildMeshes(true).map(({ name }) => name),
            isClone: second.source === first,
            frame: restored.currentFrame,
            settings: [restored.loop, restored.speed, restored.range.to, restored.splatBudget, restored.isPlaying],
            metadata: first.metadata as unknown,
            tags: Tags.GetTags(first, true) as unknown,
            groups: scene.animationGroups.length,
            isSameAgain: clips(again) === clips(JSON.stringify((JSON.parse(saved) as { meshes: unknown }).meshes)),
            inScene,
        };
        scene.dispose();
        makeScene();
        // Of an import, the scene's own settings are its own.
        scene.clearColor.set(0, 0, 0, 1);
        const imported = (await ImportMeshAsync(`data:${saved}`, scene)).meshes;
        const importedPlayer = await settledAsync(render, whenFvvClipReadyAsync(imported.find(({ name }) => name === "contained") as object));
        await renderUntilAsync(render, () => !importedPlayer.isBuffering);
        return { ...told, importedDifference: greatestDifference(before, await pictureAsync()) };
    },

    /** Loads a saved scene whose clip is not there, or does not fit. */
    async badScene(clip: object): Promise<string> {
        const mesh = { name: "gone", id: "gone", position: [0, 0, 0], scaling: [1, 1, 1], isEnabled: true, isVisible: true, fvv: clip };
        await AppendSceneAsync(`data:${JSON.stringify({ meshes: [mesh], clearColor: [0, 0, 0, 1] })}`, scene);
        const restored = clipsOf(scene).find(({ name }) => name === "gone");
        if (!restored) {
            return "none";
        }
        const outcome = await settledAsync(
            render,
            whenFvvClipReadyAsync(restored).then(
                () => "loaded",
                (error: FvvError) => error.code,
            ),
        );
        restored.dispose();
        return outcome;
    },

    /** Loads clips by Babylon's assets manager, with its loading screen. */
    async assets(folder: string, file: string): Promise<Record<string, unknown>> {
        const manager = new AssetsManager(scene);
        const task = manager.addMeshTask("clip", "", folder, file);
        const contained = manager.addContainerTask("contained", "", folder, file);
        const remaining: number[] = [];
        const screen: string[] = [];
        engine.loadingScreen = {
            loadingUIText: "",
            loadingUIBackgroundColor: "",
            displayLoadingUI: () => screen.push("shown"),
            hideLoadingUI: () => screen.push("hidden"),
        };
        manager.onProgress = (left) => remaining.push(left);
        await settledAsync(render, manager.loadAsync());
        const loaded = [task.loadedMeshes.length, task.loadedAnimationGroups.length, contained.loadedContainer.meshes.length];
        const kinds = [task.loadedMeshes[0], contained.loadedContainer.meshes[0]].map((mesh) => mesh.getClassName());
        contained.loadedContainer.dispose();
        task.loadedMeshes[0].dispose();
        return { loaded, kinds, remaining, screen: [screen[0], screen.at(-1)] };
    },

    /** Loads a clip as a scene, which shows Babylon's loading screen, and tells what it was told of its progress. */
    async progress(url: string): Promise<Record<string, unknown>> {
        const events: [number, number][] = [];
        await AppendSceneAsync(url, scene, {
            pluginOptions: { fvv: { autoPlay: false } },
            onProgress: ({ loaded, total }) => events.push([loaded, total]),
        });
        clipsOf(scene).forEach((mesh) => mesh.dispose());
        return { last: events.at(-1), isRising: events.every(([loaded], i) => i === 0 || loaded >= events[i - 1][0]) };
    },
};

/** What the test may call in this page. */
export type ContainerPageApi = typeof api;

(window as unknown as { fvvTest: ContainerPageApi }).fvvTest = api;
