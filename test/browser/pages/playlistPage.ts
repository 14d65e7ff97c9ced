import { ArcRotateCamera } from "@babylonjs/core/Cameras/arcRotateCamera.js";
import { Vector3 } from "@babylonjs/core/Maths/math.vector.js";
import { Scene } from "@babylonjs/core/scene.js";
import { createFvvInstance, FvvPlaylist, type FvvError, loadFvvClipAsync, SplatVideoMesh } from "../../../plugin/index.js";
import { createEngineAsync, type EngineKind } from "./engines.js";
import { renderUntilAsync, settledAsync } from "./pageTools.js";

/** How a list played. */
export interface IListRun {
    /** Clips in the order in which they began. */
    items: number[];
    /** How many clips could be seen in each picture after the first, each number once. */
    seen: number[];
    /** Codes of errors. */
    errors: string[];
    /** Splat meshes while the last clip plays, and after the list was disposed of. */
    meshes: number[];
}

function splatMeshes(scene: Scene): SplatVideoMesh[] {
    return scene.meshes.filter((mesh) => mesh instanceof SplatVideoMesh);
}

const api = {
    /** Plays a list to its end. */
    async play(kind: EngineKind, urls: string[]): Promise<IListRun> {
        const engine = await createEngineAsync(kind, 64, 64);
        const scene = new Scene(engine);
        new ArcRotateCamera("camera", -1.57, 1.5, 3, Vector3.Zero(), scene);
        const list = new FvvPlaylist(urls, scene);
        const items: number[] = [];
        const errors: string[] = [];
        const seen = new Set<number>();
        let hasEnded = false;
        list.onItemObservable.add((item) => items.push(item));
        list.onErrorObservable.add(({ code }) => errors.push(code));
        list.onEndObservable.add(() => (hasEnded = true));
        await list.playAsync();
        const render = (): void => {
            engine.beginFrame();
            scene.render();
            engine.endFrame();
            seen.add(splatMeshes(scene).filter((mesh) => mesh.isEnabled() && mesh.committedFrame >= 0).length);
        };
        await renderUntilAsync(render, () => hasEnded);
        await settledAsync(render, list.playAsync());
        const meshes = [splatMeshes(scene).length];
        list.dispose();
        meshes.push(splatMeshes(scene).length);
        engine.dispose();
        return { items, seen: [...seen], errors, meshes };
    },

    /** Loads a clip from a stream of its bytes, plays it at two times at once, and ends the first; tells the frames of both, and one of the second after that. */
    async instances(kind: EngineKind, url: string): Promise<{ frames: number[]; after: number; fetched: number; held: number; code: string }> {
        const engine = await createEngineAsync(kind, 64, 64);
        const scene = new Scene(engine);
        new ArcRotateCamera("camera", -1.57, 1.5, 3, Vector3.Zero(), scene);
        const render = (): void => {
            engine.beginFrame();
            scene.render();
            engine.endFrame();
        };
        const { body } = await fetch(url);
        const first = await loadFvvClipAsync(body as ReadableStream<Uint8Array>, scene, { autoPlay: false });
        const second = createFvvInstance(first, "later");
        await settledAsync(render, Promise.all([first.seekFrameAsync(1), second.seekFrameAsync(5)]));
        const frames = [first.currentFrame, second.currentFrame];
        const { fetchedBytes: fetched, memoryBytes: held } = first.streaming;
        first.mesh.dispose();
        await settledAsync(render, second.seekFrameAsync(2));
        const after = second.currentFrame;
        second.mesh.dispose();
        let code = "";
        try {
            createFvvInstance(second, "too late");
        } catch (error) {
            code = (error as FvvError).code;
        }
        engine.dispose();
        return { frames, after, fetched, held, code };
    },
};

/** What the test may call in this page. */
export type PlaylistPageApi = typeof api;

(window as unknown as { fvvTest: PlaylistPageApi }).fvvTest = api;
