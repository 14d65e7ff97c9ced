import { ImportMeshAsync } from "@babylonjs/core/Loading/sceneLoader.js";
import { FvvPlayer } from "../../plugin/index.js";
import { HeldClock } from "../stream/heldClock.js";
import { createSceneAsync, type IPageScene } from "./pageScene.js";

/** How a clip came on screen; times in ms since 1970. */
export interface IOpenTimes {
    /** The call of ImportMeshAsync. */
    calledAt: number;
    /** It has resolved: the frame is on the GPU, its shader compiled. */
    importedAt: number;
    /** The scene was rendered with the frame in it: the GPU has all that it needs. */
    renderedAt: number;
    /** What a GPU in software took to draw after that. */
    drawMs: number;
    /** What the decoder took for the frame, and the sort. */
    decodeMs: number;
    sortMs: number;
    /** What the engine took to compile shaders, waiting included. */
    compileMs: number;
}

/** How a clip played. */
export interface IPlayRun {
    /** From the call of ImportMeshAsync to the first moment from which playing did not stop for a while, ms; undefined where there was none. */
    smoothMs: number | undefined;
    /** Time since the first frame, and how much of it the clock was held, ms. */
    wantedMs: number;
    heldMs: number;
    /** Frames that were put on screen, each once. */
    shown: number[];
    ticks: number;
}

/** How long a seek took, ms. */
export interface ISeekTimes {
    /** Until the scene was rendered with the first new frame, and which one that was. */
    keyMs: number;
    keyFrame: number;
    /** Until it was rendered with the frame that was sought. */
    exactMs: number;
}

/** A layer mask of no layer. */
const HIDDEN = 0;

interface IOpenClip {
    view: IPageScene;
    player: FvvPlayer;
}

let clip: IOpenClip | undefined;

function now(): number {
    return performance.timeOrigin + performance.now();
}

function afterRenderAsync({ scene }: IPageScene): Promise<void> {
    return new Promise((resolve) => scene.onAfterRenderObservable.addOnce(() => resolve()));
}

/** Waits, without a pause, until the GPU has drawn what was rendered; `gl.finish` alone does not wait. */
function finishDrawing({ engine }: IPageScene): void {
    const gl = engine.getRenderingCanvas()?.getContext("webgl2");
    gl?.readPixels(0, 0, 1, 1, gl.RGBA, gl.UNSIGNED_BYTE, new Uint8Array(4));
}

/**
 * A GPU in software takes longer to draw than anything that is measured here, and falls behind where it draws again and again: time is taken when the scene has been rendered, and after the first frame the clip is
 * in no camera's layer. All else goes on: frames come, are sorted and uploaded.
 */
const api = {
    /** Loads a clip into a new scene; time stands. */
    async open(url: string): Promise<IOpenTimes> {
        const view = await createSceneAsync("webgl2");
        const { engine, scene } = view;
        let compileMs = 0;
        let compilesSince = 0;
        engine.onBeforeShaderCompilationObservable.add(() => (compilesSince = performance.now()));
        engine.onAfterShaderCompilationObservable.add(() => (compileMs += performance.now() - compilesSince));
        engine.runRenderLoop(() => scene.render());
        const calledAt = now();
        const { meshes } = await ImportMeshAsync(url, scene, { pluginOptions: { fvv: { autoPlay: false } } });
        const importedAt = now();
        await afterRenderAsync(view);
        const renderedAt = now();
        finishDrawing(view);
        const drawMs = now() - renderedAt;
        const player = FvvPlayer.FromMesh(meshes[0]) as FvvPlayer;
        player.mesh.layerMask = HIDDEN;
        clip = { view, player };
        const { decodeMs, sortMs } = player.statistics;
        return { calledAt, importedAt, renderedAt, drawMs, decodeMs, sortMs, compileMs };
    },

    /** Seeks in the clip that was opened. */
    async seek(frame: number): Promise<ISeekTimes> {
        const { view, player } = clip as IOpenClip;
        const start = performance.now();
        let key: Omit<ISeekTimes, "exactMs"> | undefined;
        player.onFrameObservable.addOnce((keyFrame) =>
            view.scene.onAfterRenderObservable.addOnce(() => {
                key = { keyMs: performance.now() - start, keyFrame };
            }),
        );
        if (!(await player.seekFrameAsync(frame)) || !key) {
            throw new Error(`the seek to frame ${frame} was given up`);
        }
        return { ...key, exactMs: performance.now() - start };
    },

    /** Loads a clip into a new scene and plays it for a time. */
    async play(url: string, seconds: number): Promise<IPlayRun> {
        const view = await createSceneAsync("webgl2");
        view.camera.layerMask = HIDDEN;
        view.engine.runRenderLoop(() => view.scene.render());
        const calledAt = now();
        const { meshes } = await ImportMeshAsync(url, view.scene);
        const player = FvvPlayer.FromMesh(meshes[0]) as FvvPlayer;
        const clock = new HeldClock(now());
        const shown = new Set([player.currentFrame]);
        player.onFrameObservable.add((frame) => shown.add(frame));
        let ticks = 0;
        for (; clock.wantedMs < 1000 * seconds; ticks++) {
            await afterRenderAsync(view);
            clock.look(now(), player.isBuffering);
        }
        view.engine.stopRenderLoop();
        const { smoothAt, wantedMs, heldMs } = clock;
        return { smoothMs: smoothAt && smoothAt - calledAt, wantedMs, heldMs, shown: [...shown], ticks };
    },
};

/** What the benchmark may call in this page. */
export type StreamPageApi = typeof api;

(window as unknown as { fvvBench: StreamPageApi }).fvvBench = api;
