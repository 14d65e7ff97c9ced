import { ArcRotateCamera } from "@babylonjs/core/Cameras/arcRotateCamera.js";
import type { AbstractEngine } from "@babylonjs/core/Engines/abstractEngine.js";
import { ImportMeshAsync } from "@babylonjs/core/Loading/sceneLoader.js";
import { Color4 } from "@babylonjs/core/Maths/math.color.js";
import { Vector3 } from "@babylonjs/core/Maths/math.vector.js";
import { Scene } from "@babylonjs/core/scene.js";
import { FvvPlayer, SplatSortGroup } from "../../../plugin/index.js";
import { createEngineAsync, readPixelsAsync, type EngineKind } from "./engines.js";
import { renderUntilAsync, settledAsync, toBase64 } from "./pageTools.js";

let engine: AbstractEngine;
let scene: Scene;
let players: FvvPlayer[] = [];
let group: SplatSortGroup | undefined;

function render(): void {
    engine.beginFrame();
    scene.render();
    engine.endFrame();
}

const api = {
    async start(kind: EngineKind, size: number): Promise<void> {
        engine?.dispose();
        players = [];
        group = undefined;
        engine = await createEngineAsync(kind, size, size);
        scene = new Scene(engine);
        scene.clearColor = new Color4(0, 0, 0, 1);
        new ArcRotateCamera("camera", 0.7, 1.2, 3, Vector3.Zero(), scene).minZ = 0.05;
    },

    /** Loads clips, side by side at a distance, or all in one place. */
    async load(urls: string[], distance: number): Promise<number> {
        for (const [i, url] of urls.entries()) {
            const { meshes } = await ImportMeshAsync(url, scene, { pluginExtension: ".fvv", pluginOptions: { fvv: { autoPlay: false } } });
            meshes[0].position.x = distance * (i - (urls.length - 1) / 2);
            players.push(FvvPlayer.FromMesh(meshes[0]) as FvvPlayer);
        }
        return players.length;
    },

    /** Sorts all clips together, or each by itself again; tells the code of what prevented it. */
    setGrouped(isGrouped: boolean): string {
        try {
            group?.dispose();
            group = isGrouped ? new SplatSortGroup(players.map(({ mesh }) => mesh)) : undefined;
            return "";
        } catch (error) {
            return (error as { code: string }).code;
        }
    },

    /** Codes of what prevents wrong groups while there is one of all clips, or of none. */
    wrongGroups(): string[] {
        const [first, second] = players.map(({ mesh }) => mesh);
        return [[first], [second, second]].map((meshes) => {
            try {
                new SplatSortGroup(meshes).dispose();
                return "";
            } catch (error) {
                return (error as { code: string }).code;
            }
        });
    },

    enable(index: number, isEnabled: boolean): void {
        players[index].mesh.setEnabled(isEnabled);
    },

    dispose(index: number): void {
        players.splice(index, 1).forEach(({ mesh }) => mesh.dispose());
    },

    /** Seeks each clip to its own frame. */
    async seek(frames: number[]): Promise<boolean[]> {
        return await settledAsync(render, Promise.all(players.map((player, i) => player.seekFrameAsync(frames[i]))));
    },

    /** Plays all clips until each has come round again. */
    async playRound(): Promise<number[]> {
        const loops = players.map(() => 0);
        players.forEach((player, i) => {
            player.onLoopObservable.add(() => loops[i]++);
            player.speed = 4;
            player.play();
        });
        await renderUntilAsync(render, () => loops.every((count) => count > 0));
        players.forEach((player) => player.pause());
        return loops;
    },

    async picture(): Promise<string> {
        render();
        return toBase64(await readPixelsAsync(engine));
    },
};

export type GroupPageApi = typeof api;

(window as unknown as { fvvTest: GroupPageApi }).fvvTest = api;
