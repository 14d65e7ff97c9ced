import { ImportMeshAsync } from "@babylonjs/core/Loading/sceneLoader.js";
import { GaussianSplattingMesh } from "@babylonjs/core/Meshes/GaussianSplatting/gaussianSplattingMesh.js";
import { FvvPlayer } from "../../plugin/index.js";
import { createSceneAsync, TURN, type EngineKind, type IPageScene } from "./pageScene.js";

/** How far a clip has played. */
export interface IPlayCounts {
    ticks: number;
    /** Frames put on screen. */
    frames: number;
}

const counts: IPlayCounts = { ticks: 0, frames: 0 };

function orbit({ engine, scene, camera }: IPageScene): void {
    engine.runRenderLoop(() => {
        camera.alpha += TURN;
        scene.render();
        counts.ticks++;
    });
}

const api = {
    /** Plays a clip for as long as the page is there, camera orbiting, at the pace of the browser. */
    async start(kind: EngineKind, url: string): Promise<void> {
        const view = await createSceneAsync(kind);
        const { meshes } = await ImportMeshAsync(url, view.scene);
        const player = FvvPlayer.FromMesh(meshes[0]) as FvvPlayer;
        player.onFrameObservable.add(() => counts.frames++);
        orbit(view);
    },

    /** Shows a still frame in core's mesh in the same way: what Babylon and the browser need by themselves. */
    async startCore(kind: EngineKind, url: string): Promise<void> {
        const view = await createSceneAsync(kind);
        new GaussianSplattingMesh("core", null, view.scene).updateData(await (await fetch(url)).arrayBuffer());
        orbit(view);
    },

    /** How far it is. */
    count(): Promise<IPlayCounts> {
        return Promise.resolve(counts);
    },
};

/** What the benchmark may call in this page. */
export type HeapPageApi = typeof api;

(window as unknown as { fvvBench: HeapPageApi }).fvvBench = api;
