import { ArcRotateCamera } from "@babylonjs/core/Cameras/arcRotateCamera.js";
import { Camera } from "@babylonjs/core/Cameras/camera.js";
import type { AbstractEngine } from "@babylonjs/core/Engines/abstractEngine.js";
import { Constants } from "@babylonjs/core/Engines/constants.js";
import { ImportMeshAsync } from "@babylonjs/core/Loading/sceneLoader.js";
import { RenderTargetTexture } from "@babylonjs/core/Materials/Textures/renderTargetTexture.js";
import { StandardMaterial } from "@babylonjs/core/Materials/standardMaterial.js";
import { Color3, Color4 } from "@babylonjs/core/Maths/math.color.js";
import { Vector3 } from "@babylonjs/core/Maths/math.vector.js";
import { CreateBox } from "@babylonjs/core/Meshes/Builders/boxBuilder.js";
import { GaussianSplattingMesh } from "@babylonjs/core/Meshes/GaussianSplatting/gaussianSplattingMesh.js";
import type { Mesh } from "@babylonjs/core/Meshes/mesh.js";
import { TransformNode } from "@babylonjs/core/Meshes/transformNode.js";
import { Scene } from "@babylonjs/core/scene.js";
import { FvvPlayer, type IFvvLoaderOptions } from "../../../plugin/index.js";
import { createEngineAsync, readPixelsAsync, type EngineKind } from "./engines.js";
import { fromBase64, renderUntilAsync, settledAsync, toBase64 } from "./pageTools.js";
import { readSplatWordsAsync } from "./splatState.js";

/** A place to look from: angles in radians, distance and target of an ArcRotateCamera. */
export interface IView {
    alpha: number;
    beta: number;
    radius: number;
    target: [number, number, number];
}

let engine: AbstractEngine | undefined;
let scene: Scene;
let camera: ArcRotateCamera;
let player: FvvPlayer;
let coreMesh: GaussianSplattingMesh | undefined;
let box: Mesh | undefined;

/** One turn of a render loop; WebGPU submits its work at the end of a frame. */
function render(): void {
    engine?.beginFrame();
    scene.render();
    engine?.endFrame();
}

const api = {
    /** Makes an engine and an empty scene; what was there is disposed of. */
    async start(kind: EngineKind, size: number, rightHanded = false): Promise<void> {
        engine?.dispose();
        engine = await createEngineAsync(kind, size, size);
        scene = new Scene(engine);
        scene.useRightHandedSystem = rightHanded;
        scene.clearColor = new Color4(0.1, 0.12, 0.15, 1);
        camera = new ArcRotateCamera("camera", 0, 1, 3, Vector3.Zero(), scene);
        camera.minZ = 0.05;
        camera.fov = 0.8;
    },

    /** Loads a clip through Babylon's scene loader. */
    async load(url: string, options: Partial<IFvvLoaderOptions>): Promise<{ frameCount: number; name: string; groups: number; usesWorker: boolean }> {
        const result = await ImportMeshAsync(url, scene, { pluginOptions: { fvv: { autoPlay: false, ...options } } });
        player = FvvPlayer.FromMesh(result.meshes[0]) as FvvPlayer;
        return {
            frameCount: player.frameCount,
            name: result.meshes[0].name,
            groups: result.animationGroups.length,
            usesWorker: player.usesWorker,
        };
    },

    view({ alpha, beta, radius, target }: IView): void {
        // A new target changes the angles: it comes first.
        camera.target = Vector3.FromArray(target);
        camera.alpha = alpha;
        camera.beta = beta;
        camera.radius = radius;
    },

    /** Half the height of what an orthographic camera sees, or 0 for a perspective one. */
    orthographic(half: number): void {
        camera.mode = half > 0 ? Camera.ORTHOGRAPHIC_CAMERA : Camera.PERSPECTIVE_CAMERA;
        [camera.orthoTop, camera.orthoBottom, camera.orthoRight, camera.orthoLeft] = [half, -half, half, -half];
    },

    /** The camera and the transform of the clip, as anyone may ask Babylon for them. */
    camera(): { view: number[]; projection: number[]; world: number[]; minZ: number; maxZ: number } {
        const [view, projection, world] = [camera.getViewMatrix(), camera.getProjectionMatrix(), player.mesh.computeWorldMatrix(true)].map((matrix) => [
            ...matrix.asArray(),
        ]);
        return { view, projection, world, minZ: camera.minZ, maxZ: camera.maxZ };
    },

    fade(value: number): void {
        player.mesh.visibility = value;
    },

    /** Hangs the clip, and core's mesh where it is shown, below a node that is turned, moved, stretched and mirrored. */
    transform(scaling: [number, number, number], rotation: [number, number, number], position: [number, number, number]): void {
        const parent = new TransformNode("parent", scene);
        parent.scaling = Vector3.FromArray(scaling);
        parent.rotation = Vector3.FromArray(rotation);
        parent.position = Vector3.FromArray(position);
        player.mesh.parent = parent;
        if (coreMesh) {
            coreMesh.parent = parent;
        }
    },

    /** An opaque magenta box. */
    async box(size: number, position: [number, number, number]): Promise<void> {
        box?.dispose();
        box = CreateBox("box", { size }, scene);
        box.position = Vector3.FromArray(position);
        const material = new StandardMaterial("magenta", scene);
        material.disableLighting = true;
        material.emissiveColor = new Color3(1, 0, 1);
        box.material = material;
        await material.forceCompilationAsync(box);
    },

    /** Seeks and renders until the frame is on screen, sorted for the camera. */
    async seek(frame: number): Promise<boolean> {
        return await settledAsync(render, player.seekFrameAsync(frame));
    },

    /** Plays from the beginning until a frame is on screen, then pauses there; tells the frames that were shown. */
    /** Stops between two frames, blended. */
    async showBetween(frame: number, part: number): Promise<void> {
        player.interpolates = true;
        player.play();
        player.pause();
        player.animationGroup.goToFrame(frame + part);
        await renderUntilAsync(render, () => player.currentFrame === frame && player.mesh.nextFrame === frame + 1);
        render();
    },

    async playTo(frame: number): Promise<number[]> {
        const shown: number[] = [];
        const observer = player.onFrameObservable.add((shownFrame) => shown.push(shownFrame));
        await settledAsync(render, player.seekFrameAsync(0));
        player.loop = false;
        player.play();
        await renderUntilAsync(render, () => shown.some((shownFrame) => shownFrame >= frame));
        player.pause();
        observer.remove();
        await settledAsync(render, player.seekFrameAsync(frame));
        return shown;
    },

    /** Plays once through and tells the frames shown and whether the end was told. */
    async playThrough(speed: number): Promise<{ shown: number[]; ends: number; isPlaying: boolean; currentTime: number }> {
        const shown: number[] = [];
        let ends = 0;
        const observer = player.onFrameObservable.add((frame) => shown.push(frame));
        player.onEndObservable.addOnce(() => ends++);
        await settledAsync(render, player.seekFrameAsync(0));
        player.loop = false;
        player.speed = speed;
        player.play();
        // Frames that time has passed over may still be missing when the end comes; the last one must follow.
        await renderUntilAsync(render, () => ends > 0 && player.currentFrame === player.frameCount - 1);
        observer.remove();
        player.speed = 1;
        render();
        return { shown, ends, isPlaying: player.isPlaying, currentTime: player.currentTime };
    },

    /** Plays until the clip has begun again twice. */
    async playLoops(): Promise<number[]> {
        const shown: number[] = [];
        let loops = 0;
        const frames = player.onFrameObservable.add((frame) => shown.push(frame));
        const observer = player.onLoopObservable.add(() => loops++);
        player.loop = true;
        player.play();
        await renderUntilAsync(render, () => loops > 1);
        player.pause();
        observer.remove();
        frames.remove();
        return shown;
    },

    /** Asks for several frames without waiting in between; tells what each seek said. */
    async seekMany(frames: number[]): Promise<boolean[]> {
        return await settledAsync(render, Promise.all(frames.map((frame) => player.seekFrameAsync(frame))));
    },

    /** Shows core's own mesh, fed with splats, in place of the clip. */
    async showCore(splatBase64: string): Promise<void> {
        coreMesh?.dispose();
        coreMesh = new GaussianSplattingMesh("core", null, scene);
        await coreMesh.updateDataAsync(fromBase64(splatBase64).buffer);
        coreMesh.parent = player.mesh.parent;
        coreMesh.scaling.copyFrom(player.mesh.scaling);
        coreMesh.rotationQuaternion = player.mesh.rotationQuaternion?.clone() ?? null;
        player.mesh.isVisible = false;
    },

    /** Waits until core has sorted for the camera. */
    async settleCore(): Promise<void> {
        await renderUntilAsync(render, () => coreMesh?.isReady(true) === true);
        // Two frames: the first one sees that the camera has moved.
        render();
        render();
        await renderUntilAsync(render, () => coreMesh?._isDepthSortSettled === true);
    },

    hideCore(): void {
        coreMesh?.dispose();
        coreMesh = undefined;
        player.mesh.isVisible = true;
    },

    async pixels(): Promise<string> {
        render();
        return toBase64(await readPixelsAsync(engine as AbstractEngine));
    },

    /** The picture drawn into half floats (given as floats), since a frame buffer of bytes rounds at every blend. */
    async finePixels(): Promise<string> {
        const size = (engine as AbstractEngine).getRenderWidth();
        const target = new RenderTargetTexture("fine", size, scene, { type: Constants.TEXTURETYPE_HALF_FLOAT, generateMipMaps: false });
        target.clearColor = scene.clearColor;
        camera.outputRenderTarget = target;
        await renderUntilAsync(render, () => target.isReadyForRendering());
        render();
        const pixels = (await target.readPixels()) as Float32Array;
        camera.outputRenderTarget = null;
        target.dispose();
        return toBase64(new Uint8Array(pixels.buffer, pixels.byteOffset, pixels.byteLength));
    },

    /** What the vertex shader reads. */
    async splatWords(): Promise<{ splatA: string; splatB: string; sh: string[]; order?: string }> {
        const { splatA, splatB, sh, order } = await readSplatWordsAsync(engine as AbstractEngine, player.mesh);
        const encode = (words: Uint32Array): string => toBase64(new Uint8Array(words.buffer, words.byteOffset, words.byteLength));
        return { splatA: encode(splatA), splatB: encode(splatB), sh: sh.map(encode), order: order && encode(order) };
    },

    statistics(): {
        shownFrames: number;
        skippedFrames: number;
        splatCount: number;
        decodeMs: number;
        sortMs: number;
        bitrateMbps: number;
    } {
        return { ...player.statistics };
    },

    /** Which rendition of a ladder is on screen; sets the one to keep to, where one is given. */
    rendition(fixed?: number): { count: number; shown: number } {
        player.streaming.fixedRendition = fixed ?? player.streaming.fixedRendition;
        return { count: player.streaming.renditions.length, shown: player.streaming.rendition };
    },

    state(): { currentFrame: number; currentTime: number; duration: number; fps: number; isPlaying: boolean } {
        const { currentFrame, currentTime, duration, fps, isPlaying } = player;
        return { currentFrame, currentTime, duration, fps, isPlaying };
    },
};

/** What a test may call in this page. */
export type PlayerPageApi = typeof api;

(window as unknown as { fvvTest: PlayerPageApi }).fvvTest = api;
