import { ArcRotateCamera } from "@babylonjs/core/Cameras/arcRotateCamera.js";
import type { AbstractEngine } from "@babylonjs/core/Engines/abstractEngine.js";
import type { ISceneLoaderProgressEvent } from "@babylonjs/core/Loading/sceneLoader.js";
import { AppendSceneAsync, ImportMeshAsync, LoadAssetContainerAsync } from "@babylonjs/core/Loading/sceneLoader.js";
import "@babylonjs/core/Loading/loadingScreen.js";
import { Vector3 } from "@babylonjs/core/Maths/math.vector.js";
import { Scene } from "@babylonjs/core/scene.js";
import { FvvError, FvvPlayer, type IFvvLoaderOptions, type SplatVideoMesh } from "../../../plugin/index.js";
import { createEngineAsync, readPixelsAsync, type EngineKind } from "./engines.js";
import { renderUntilAsync, settledAsync, toBase64 } from "./pageTools.js";

let engine: AbstractEngine;
let scene: Scene;

function render(): void {
    engine.beginFrame();
    scene.render();
    engine.endFrame();
}

/** The picture; drawn at once, since WebGPU keeps none for longer than a turn. */
async function pictureAsync(): Promise<string> {
    render();
    return toBase64(await readPixelsAsync(engine));
}

/** What is left of a clip in the scene and on the GPU. */
function remains(): { meshes: number; materials: number; textures: number; groups: number; gpuTextures: number } {
    const { meshes, materials, textures, animationGroups } = scene;
    return {
        meshes: meshes.length,
        materials: materials.length,
        textures: textures.length,
        groups: animationGroups.length,
        gpuTextures: engine.getLoadedTexturesCache().length,
    };
}

function options(more: Partial<IFvvLoaderOptions> = {}): { pluginExtension: string; pluginOptions: { fvv: Partial<IFvvLoaderOptions> } } {
    return { pluginExtension: ".fvv", pluginOptions: { fvv: { autoPlay: false, ...more } } };
}

async function bytesAsync(url: string): Promise<Uint8Array<ArrayBuffer>> {
    return new Uint8Array(await (await fetch(url)).arrayBuffer());
}

/** Code of what is behind an error, as an application would look for it. */
function codeOf(error: unknown): string {
    for (let at = error; at instanceof Error; at = (at as { innerError?: unknown }).innerError ?? at.cause) {
        if (at instanceof FvvError) {
            return at.code;
        }
    }
    return String(error);
}

async function outcomeAsync(promise: Promise<unknown>): Promise<string> {
    try {
        await promise;
        return "loaded";
    } catch (error) {
        return codeOf(error);
    }
}

const api = {
    async start(kind: EngineKind): Promise<void> {
        engine?.dispose();
        engine = await createEngineAsync(kind, 96, 96);
        api.freshScene();
    },

    freshScene(): void {
        scene?.dispose();
        scene = new Scene(engine);
        new ArcRotateCamera("camera", -Math.PI / 2, 1.4, 3, new Vector3(0, 0.9, 0), scene).minZ = 0.05;
    },

    /** Loads a clip from a kind of source and shows its frame 3. */
    async showFrom(source: "url" | "view" | "file" | "blob" | "main-thread", url: string): Promise<{ pixels: string; usesWorker: boolean; progress: boolean }> {
        const bytes = await bytesAsync(url);
        // A view into the middle of a larger buffer.
        const padded = new Uint8Array(bytes.length + 100);
        padded.set(bytes, 60);
        const sources = {
            url,
            "main-thread": url,
            view: padded.subarray(60, 60 + bytes.length),
            file: new File([bytes], "some clip.fvv"),
            blob: URL.createObjectURL(new Blob([bytes])),
        };
        const events: ISceneLoaderProgressEvent[] = [];
        const { meshes } = await ImportMeshAsync(sources[source], scene, {
            ...options({ useWorker: source !== "main-thread" }),
            onProgress: (event) => events.push(event),
        });
        const player = FvvPlayer.FromMesh(meshes[0]) as FvvPlayer;
        await settledAsync(render, player.seekFrameAsync(3));
        const pixels = await pictureAsync();
        const usesWorker = player.usesWorker;
        meshes[0].dispose();
        return { pixels, usesWorker, progress: events.length > 0 && events.every(({ loaded, total }) => loaded > 0 && total >= loaded) };
    },

    /** Adds a clip by AppendSceneAsync. */
    async append(url: string): Promise<{ meshes: number; groups: number }> {
        await AppendSceneAsync(url, scene, options());
        return { meshes: scene.meshes.length, groups: scene.animationGroups.length };
    },

    /** The life of a container: what is in the scene after each step. */
    async container(url: string): Promise<Record<string, ReturnType<typeof remains>>> {
        const steps: Record<string, ReturnType<typeof remains>> = { before: remains() };
        const container = await LoadAssetContainerAsync(url, scene, options());
        steps.loaded = remains();
        container.addAllToScene();
        steps.added = remains();
        const copies = container.instantiateModelsToScene((name) => `${name} copy`);
        render();
        steps.instantiated = remains();
        copies.dispose();
        container.removeAllFromScene();
        steps.removed = remains();
        container.addAllToScene();
        container.dispose();
        steps.disposed = remains();
        return steps;
    },

    /** A copy shows the same frame as its original, and goes on doing so when that is gone. */
    async clone(url: string): Promise<{ original: string; moved: string; alone: string; empty: string }> {
        const { meshes } = await ImportMeshAsync(url, scene, options());
        const mesh = meshes[0] as SplatVideoMesh;
        await settledAsync(render, (FvvPlayer.FromMesh(mesh) as FvvPlayer).seekFrameAsync(3));
        const original = await pictureAsync();
        const copy = mesh.clone("copy");
        mesh.isVisible = false;
        copy.position.x += 0.4;
        const moved = await pictureAsync();
        copy.position.x -= 0.4;
        mesh.dispose();
        const alone = await pictureAsync();
        copy.dispose();
        return { original, moved, alone, empty: await pictureAsync() };
    },

    /** Disposes at different times; tells how the load ended and what is left. */
    async disposeEarly(
        url: string,
        when: "scene at once" | "scene while fetching" | "mesh twice" | "player then mesh",
    ): Promise<{ outcome: string; left: ReturnType<typeof remains> }> {
        const loading = ImportMeshAsync(url, scene, options());
        let outcome: string;
        if (when === "scene at once" || when === "scene while fetching") {
            if (when === "scene while fetching") {
                await fetch(url, { headers: { Range: "bytes=0-0" } });
            }
            scene.dispose();
            outcome = await outcomeAsync(loading);
        } else {
            const { meshes } = await loading;
            const player = FvvPlayer.FromMesh(meshes[0]) as FvvPlayer;
            const seek = player.seekFrameAsync(4);
            if (when === "player then mesh") {
                player.dispose();
                player.dispose();
            }
            meshes[0].dispose();
            meshes[0].dispose();
            outcome = `seek ${await seek}, ${await outcomeAsync(Promise.resolve().then(() => player.play()))}`;
        }
        return { outcome, left: remains() };
    },

    /** Loads what is no good clip; tells the code and what is left. */
    async loadBad(url: string, limits: Partial<IFvvLoaderOptions["limits"]> = {}): Promise<{ code: string; left: ReturnType<typeof remains> }> {
        const code = await outcomeAsync(ImportMeshAsync(url, scene, options({ limits })));
        return { code, left: remains() };
    },

    /** Loads a clip that is good up to a frame, shows that, and seeks behind the damage. */
    async breakLater(url: string, goodFrame: number, badFrame: number): Promise<{ code: string; frame: number; sought: boolean; again: boolean }> {
        const { meshes } = await ImportMeshAsync(url, scene, options());
        const player = FvvPlayer.FromMesh(meshes[0]) as FvvPlayer;
        await settledAsync(render, player.seekFrameAsync(goodFrame));
        let code = "";
        player.onErrorObservable.add((error) => (code = error.code));
        const sought = await settledAsync(render, player.seekFrameAsync(badFrame));
        await renderUntilAsync(render, () => !player.isBuffering);
        const frame = player.currentFrame;
        const again = await settledAsync(render, player.seekFrameAsync(goodFrame));
        meshes[0].dispose();
        return { code, frame, sought, again };
    },

    /** What an application sees of the player's animation group. */
    async animation(url: string): Promise<{ names: string[]; from: number; to: number; reached: boolean; isGroupPlaying: boolean }> {
        const { meshes, animationGroups } = await ImportMeshAsync(url, scene, options());
        const player = FvvPlayer.FromMesh(meshes[0]) as FvvPlayer;
        const [group] = animationGroups;
        // Babylon's own controls drive the clip.
        group.play(true);
        await renderUntilAsync(render, () => player.currentFrame > 1);
        const isGroupPlaying = player.isPlaying;
        group.pause();
        group.goToFrame(4);
        await renderUntilAsync(render, () => player.currentFrame === 4);
        const result = { names: animationGroups.map(({ name }) => name), from: group.from, to: group.to, reached: !player.isPlaying, isGroupPlaying };
        meshes[0].dispose();
        return result;
    },
};

/** What a test may call in this page. */
export type LoadingPageApi = typeof api;

(window as unknown as { fvvTest: LoadingPageApi }).fvvTest = api;
