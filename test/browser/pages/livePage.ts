import { ArcRotateCamera } from "@babylonjs/core/Cameras/arcRotateCamera.js";
import type { AbstractEngine } from "@babylonjs/core/Engines/abstractEngine.js";
import { ImportMeshAsync } from "@babylonjs/core/Loading/sceneLoader.js";
import { Vector3 } from "@babylonjs/core/Maths/math.vector.js";
import { Scene } from "@babylonjs/core/scene.js";
import { FvvPlayer, type FvvError } from "../../../plugin/index.js";
import { createEngineAsync, type EngineKind } from "./engines.js";

/** What one who watches has seen; times as `Date.now()` gives them. */
export interface IWatched {
    /** When it asked for the clip. */
    joinedAt: number;
    /** Frames on screen, and when they were there. */
    shown: { frame: number; at: number }[];
    /** How often the end was told. */
    ends: number;
    /** Codes of the errors told, after loading. */
    errors: string[];
    /** Frame on screen now. */
    frame: number;
    isPlaying: boolean;
    isLive: boolean;
}

interface IViewer extends Pick<IWatched, "joinedAt" | "shown" | "ends" | "errors"> {
    player?: FvvPlayer;
}

const viewers: Record<string, IViewer> = {};
let engine: AbstractEngine;
let scene: Scene;

const api = {
    /** Makes a scene that is drawn at the pace of the browser. */
    async start(kind: EngineKind): Promise<void> {
        engine = await createEngineAsync(kind, 64, 64);
        scene = new Scene(engine);
        new ArcRotateCamera("camera", -Math.PI / 2, 1.4, 3, Vector3.Zero(), scene).minZ = 0.05;
        engine.runRenderLoop(() => scene.render());
    },

    /** Watches a clip from now on; kept when the first frame is there. */
    async watch(name: string, url: string): Promise<void> {
        const viewer: IViewer = { joinedAt: Date.now(), shown: [], ends: 0, errors: [] };
        viewers[name] = viewer;
        const { meshes } = await ImportMeshAsync(url, scene);
        const player = FvvPlayer.FromMesh(meshes[0]) as FvvPlayer;
        viewer.player = player;
        let last = -1;
        scene.onAfterRenderObservable.add(() => {
            if (player.currentFrame !== last) {
                last = player.currentFrame;
                viewer.shown.push({ frame: last, at: Date.now() });
            }
        });
        player.onEndObservable.add(() => viewer.ends++);
        player.onErrorObservable.add(({ code }: FvvError) => viewer.errors.push(code));
    },

    /** What one has seen so far. */
    watched(name: string): IWatched {
        const { player, ...seen } = viewers[name];
        const { currentFrame, isPlaying, streaming } = player as FvvPlayer;
        return { ...seen, frame: currentFrame, isPlaying, isLive: streaming.isLive };
    },

    /** Disposes of a clip; tells what is left in the scene. */
    leave(name: string): { meshes: number; groups: number } {
        (viewers[name].player as FvvPlayer).mesh.dispose();
        return { meshes: scene.meshes.length, groups: scene.animationGroups.length };
    },
};

/** What a test may call in this page. */
export type LivePageApi = typeof api;

(window as unknown as { fvvTest: LivePageApi }).fvvTest = api;
