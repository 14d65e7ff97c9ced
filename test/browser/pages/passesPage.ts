import { ArcRotateCamera } from "@babylonjs/core/Cameras/arcRotateCamera.js";
import { GPUPicker } from "@babylonjs/core/Collisions/gpuPicker.js";
import { Ray } from "@babylonjs/core/Culling/ray.js";
import type { AbstractEngine } from "@babylonjs/core/Engines/abstractEngine.js";
import { GlowLayer } from "@babylonjs/core/Layers/glowLayer.js";
import { HighlightLayer } from "@babylonjs/core/Layers/highlightLayer.js";
import { DirectionalLight } from "@babylonjs/core/Lights/directionalLight.js";
import { PointLight } from "@babylonjs/core/Lights/pointLight.js";
import { ShadowGenerator } from "@babylonjs/core/Lights/Shadows/shadowGenerator.js";
import "@babylonjs/core/Lights/Shadows/shadowGeneratorSceneComponent.js";
import { SpotLight } from "@babylonjs/core/Lights/spotLight.js";
import { ImportMeshAsync } from "@babylonjs/core/Loading/sceneLoader.js";
import { StandardMaterial } from "@babylonjs/core/Materials/standardMaterial.js";
import { Color3, Color4 } from "@babylonjs/core/Maths/math.color.js";
import { Matrix, Vector3 } from "@babylonjs/core/Maths/math.vector.js";
import { CreateBox } from "@babylonjs/core/Meshes/Builders/boxBuilder.js";
import { CreateGround } from "@babylonjs/core/Meshes/Builders/groundBuilder.js";
import type { Mesh } from "@babylonjs/core/Meshes/mesh.js";
import { Logger } from "@babylonjs/core/Misc/logger.js";
import { CreateScreenshotUsingRenderTarget } from "@babylonjs/core/Misc/screenshotTools.js";
import "@babylonjs/core/Rendering/depthRendererSceneComponent.js";
import { Scene } from "@babylonjs/core/scene.js";
import { FvvPlayer } from "../../../plugin/index.js";
import { createEngineAsync, readPixelsAsync, type EngineKind } from "./engines.js";
import { renderUntilAsync, settledAsync, toBase64 } from "./pageTools.js";
import type { IView } from "./playerPage.js";

export type LightKind = "directional" | "spot" | "point";
export type FilterKind = "none" | "poisson" | "exponential" | "blurExponential" | "blurCloseExponential" | "percentageCloser" | "contactHardening";
export type Point = readonly [number, number, number];

const FILTERS: Readonly<Record<FilterKind, number>> = {
    none: ShadowGenerator.FILTER_NONE,
    poisson: ShadowGenerator.FILTER_POISSONSAMPLING,
    exponential: ShadowGenerator.FILTER_EXPONENTIALSHADOWMAP,
    blurExponential: ShadowGenerator.FILTER_BLUREXPONENTIALSHADOWMAP,
    blurCloseExponential: ShadowGenerator.FILTER_BLURCLOSEEXPONENTIALSHADOWMAP,
    percentageCloser: ShadowGenerator.FILTER_PCF,
    contactHardening: ShadowGenerator.FILTER_PCSS,
};

let engine: AbstractEngine | undefined;
let scene: Scene;
let camera: ArcRotateCamera;
let player: FvvPlayer;
let boxes: Mesh[] = [];
const warnings: string[] = [];
Logger.OnNewCacheEntry = (entry) => warnings.push(...(/Warn|color:orange/i.test(entry) ? [entry] : []));

function render(): void {
    engine?.beginFrame();
    scene.render();
    engine?.endFrame();
}

function createLight(kind: LightKind): DirectionalLight | SpotLight | PointLight {
    if (kind === "directional") {
        const light = new DirectionalLight("light", new Vector3(0, -1, 0), scene);
        light.position = new Vector3(0, 4, 0);
        return light;
    }
    // The shadow of what is half way up is twice as large.
    const above = new Vector3(0, 2, 0);
    const light = kind === "spot" ? new SpotLight("light", above, new Vector3(0, -1, 0), 2.4, 1, scene) : new PointLight("light", above, scene);
    light.shadowMinZ = 0.2;
    light.shadowMaxZ = 4;
    return light;
}

const api = {
    /** Makes an engine and a scene that shows a clip; what was there is disposed of. */
    async start(kind: EngineKind, size: number, url: string, rightHanded = false): Promise<void> {
        engine?.dispose();
        engine = await createEngineAsync(kind, size, size);
        scene = new Scene(engine);
        scene.useRightHandedSystem = rightHanded;
        scene.clearColor = new Color4(0.1, 0.12, 0.15, 1);
        camera = new ArcRotateCamera("camera", 0, 1, 3, Vector3.Zero(), scene);
        camera.minZ = 0.1;
        camera.maxZ = 20;
        boxes = [];
        const { meshes } = await ImportMeshAsync(url, scene, { pluginOptions: { fvv: { autoPlay: false } } });
        player = FvvPlayer.FromMesh(meshes[0]) as FvvPlayer;
    },

    view({ alpha, beta, radius, target }: IView): void {
        camera.target = Vector3.FromArray(target);
        [camera.alpha, camera.beta, camera.radius] = [alpha, beta, radius];
    },

    async seek(frame: number): Promise<boolean> {
        return await settledAsync(render, player.seekFrameAsync(frame));
    },

    show(isShown: boolean): void {
        player.mesh.setEnabled(isShown);
    },

    /** Where points of the world are in the picture, px from its left and top. */
    project(points: readonly Point[]): [number, number][] {
        const { width, height } = camera.viewport.toGlobal((engine as AbstractEngine).getRenderWidth(), (engine as AbstractEngine).getRenderHeight());
        camera.getViewMatrix(true);
        const viewport = camera.viewport.toGlobal(width, height);
        return points.map((point) => {
            const { x, y } = Vector3.Project(Vector3.FromArray(point), Matrix.IdentityReadOnly, camera.getTransformationMatrix(), viewport);
            return [x, y];
        });
    },

    /** A white floor at height 0 that a light shines on. */
    async floor(kind: LightKind): Promise<void> {
        const floor = CreateGround("floor", { width: 6, height: 6 }, scene);
        const material = new StandardMaterial("floor", scene);
        material.specularColor = Color3.Black();
        floor.material = material;
        floor.receiveShadows = true;
        createLight(kind);
        await settledAsync(render, scene.whenReadyAsync(true));
    },

    /** Makes the clip cast a shadow. */
    async castShadow(filter: FilterKind): Promise<void> {
        const generator = new ShadowGenerator(512, scene.lights[0] as DirectionalLight);
        generator.filter = FILTERS[filter];
        generator.bias = 0.002;
        generator.addShadowCaster(player.mesh);
        await settledAsync(render, scene.whenReadyAsync(true));
    },

    endShadow(): void {
        scene.lights[0].getShadowGenerator()?.dispose();
    },

    endFloor(): void {
        scene.lights[0].dispose();
        scene.getMeshByName("floor")?.dispose(false, true);
    },

    async pixels(): Promise<string> {
        render();
        return toBase64(await readPixelsAsync(engine as AbstractEngine));
    },

    /** What a depth renderer has at a place of the picture, px from its left and top. */
    async depth(kind: "linear" | "nonLinear" | "cameraZ", x: number, y: number): Promise<number> {
        const renderer = scene.enableDepthRenderer(camera, kind === "nonLinear", true, undefined, kind === "cameraZ");
        const map = renderer.getDepthMap();
        render();
        await renderUntilAsync(render, () => map.isReadyForRendering());
        render();
        const pixels = (await map.readPixels()) as Float32Array;
        const { width, height } = map.getSize();
        const channels = pixels.length / (width * height);
        const row = engine?.isWebGPU ? Math.floor(y) : height - 1 - Math.floor(y);
        const value = pixels[channels * (row * width + Math.floor(x))];
        scene.disableDepthRenderer(camera);
        return value;
    },

    threshold(solid: number, depthWrite: number | null): void {
        player.mesh.splatMaterial.solidThreshold = solid;
        player.mesh.splatMaterial.depthWriteThreshold = depthWrite;
    },

    /** A box that glows; one that is drawn after the clip is in a later group, whose depth is kept. */
    async box(size: number, position: Point, isLater = false): Promise<void> {
        const box = CreateBox("box", { size }, scene);
        box.position = Vector3.FromArray(position);
        const material = new StandardMaterial("magenta", scene);
        material.disableLighting = true;
        material.emissiveColor = new Color3(1, 0, 1);
        box.material = material;
        boxes.push(box);
        if (isLater) {
            box.renderingGroupId = 1;
            scene.setRenderingAutoClearDepthStencil(1, false);
        }
        await material.forceCompilationAsync(box);
    },

    removeBoxes(): void {
        boxes.splice(0).forEach((box) => box.dispose(false, true));
    },

    async pick(x: number, y: number): Promise<{ point: number[]; distance: number; slot: number } | null> {
        const hit = await player.mesh.pickAsync(x, y);
        return hit && { ...hit, point: hit.point.asArray() };
    },

    async pickRay(origin: Point, direction: Point, length: number): Promise<{ point: number[]; distance: number; slot: number } | null> {
        const hit = await player.mesh.pickRayAsync(new Ray(Vector3.FromArray(origin), Vector3.FromArray(direction), length));
        return hit && { ...hit, point: hit.point.asArray() };
    },

    /** Whether Babylon's GPU picker finds the clip at places of the picture. */
    async gpuPick(places: readonly [number, number][]): Promise<boolean[]> {
        const picker = new GPUPicker();
        picker.setPickingList([{ mesh: player.mesh, material: player.mesh.pickingMaterial }]);
        const found: boolean[] = [];
        for (const [x, y] of places) {
            found.push((await settledAsync(render, picker.pickAsync(x, y)))?.mesh === player.mesh);
        }
        picker.dispose();
        return found;
    },

    /** The picture with a glow or highlight layer. */
    async layer(kind: "glow" | "highlight"): Promise<string> {
        const layer = kind === "glow" ? new GlowLayer("glow", scene) : new HighlightLayer("highlight", scene);
        if (layer instanceof HighlightLayer) {
            boxes.forEach((box) => layer.addMesh(box, Color3.Green()));
        }
        await renderUntilAsync(render, () => layer.isLayerReady());
        render();
        const pixels = await api.pixels();
        layer.dispose();
        return pixels;
    },

    /** What Babylon gets when it makes a screenshot with a render target: RGBA, rows from the bottom up. */
    async screenshot(): Promise<string> {
        const canvas = (engine as AbstractEngine).getRenderingCanvas() as HTMLCanvasElement;
        const size = { width: canvas.width, height: canvas.height };
        return await settledAsync(
            render,
            new Promise((resolve) => {
                // Babylon's own way to a PNG needs a WebGL context next to WebGPU's.
                const take = (_width: number, _height: number, data: ArrayBufferView): void =>
                    resolve(toBase64(new Uint8Array(data.buffer, data.byteOffset, data.byteLength)));
                const none = undefined;
                CreateScreenshotUsingRenderTarget(engine as AbstractEngine, camera, size, none, none, none, none, none, none, none, none, none, none, take);
            }),
        );
    },

    /** What Babylon and the library have warned of. */
    warnings(): string[] {
        return warnings;
    },

    freezeActiveMeshes(): void {
        scene.freezeActiveMeshes();
    },

    unfreezeActiveMeshes(): void {
        scene.unfreezeActiveMeshes();
    },

    /** Begins snapshot rendering in a mode, or ends it. */
    snapshot(mode: "standard" | "fast" | null): void {
        const webGpu = engine as AbstractEngine;
        if (mode) {
            webGpu.snapshotRenderingMode = mode === "fast" ? 1 : 0;
        }
        webGpu.snapshotRendering = mode !== null;
        render();
    },

    /** Moves the clip and tells where the middle of its bounds is then. */
    move(position: Point): number[] {
        player.mesh.position = Vector3.FromArray(position);
        player.mesh.computeWorldMatrix(true);
        return player.mesh.getBoundingInfo().boundingBox.centerWorld.asArray();
    },
};

/** What a test may call in this page. */
export type PassesPageApi = typeof api;

(window as unknown as { fvvTest: PassesPageApi }).fvvTest = api;
