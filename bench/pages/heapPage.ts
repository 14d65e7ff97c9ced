import { ImportMeshAsync } from "@babylonjs/core/Loading/sceneLoader.js";
import { FvvPlayer } from "../../plugin/index.js";
import { createSceneAsync, TURN, type EngineKind } from "./pageScene.js";

/** How far a clip has played. */
export interface IPlayCounts {
    ticks: number;
    /** Frames put on screen. */
    frames: number;
}

const counts: IPlayCounts = { ticks: 0, frames: 0 };

const api = {
    /** Plays a clip for as long as the page is there, camera orbiting, at the pace of the browser. */
    async start(kind: EngineKind, url: string): Promise<void> {
        const { engine, scene, camera } = await createSceneAsync(kind);
        const { meshes } = await ImportMeshAsync(url, scene);
        const player = FvvPlayer.FromMesh(meshes[0]) as FvvPlayer;
        player.onFrameObservable.add(() => counts.frames++);
        engine.runRenderLoop(() => {
            camera.alpha += TURN;
            scene.render();
            counts.ticks++;
        });
    },

    /** How far it is. */
    count(): Promise<IPlayCounts> {
        return Promise.resolve(counts);
    },
};

/** What the benchmark may call in this page. */
export type HeapPageApi = typeof api;

(window as unknown as { fvvBench: HeapPageApi }).fvvBench = api;
