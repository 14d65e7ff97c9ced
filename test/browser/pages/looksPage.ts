import { ArcRotateCamera } from "@babylonjs/core/Cameras/arcRotateCamera.js";
import type { AbstractEngine } from "@babylonjs/core/Engines/abstractEngine.js";
import { DirectionalLight } from "@babylonjs/core/Lights/directionalLight.js";
import { HemisphericLight } from "@babylonjs/core/Lights/hemisphericLight.js";
import { ShadowGenerator } from "@babylonjs/core/Lights/Shadows/shadowGenerator.js";
import "@babylonjs/core/Lights/Shadows/shadowGeneratorSceneComponent.js";
import { ImportMeshAsync } from "@babylonjs/core/Loading/sceneLoader.js";
import { StandardMaterial } from "@babylonjs/core/Materials/standardMaterial.js";
import { Color3, Color4 } from "@babylonjs/core/Maths/math.color.js";
import { Matrix, Vector3 } from "@babylonjs/core/Maths/math.vector.js";
import { CreateBox } from "@babylonjs/core/Meshes/Builders/boxBuilder.js";
import { CreateCylinder } from "@babylonjs/core/Meshes/Builders/cylinderBuilder.js";
import { CreateGround } from "@babylonjs/core/Meshes/Builders/groundBuilder.js";
import { CreateSphere } from "@babylonjs/core/Meshes/Builders/sphereBuilder.js";
import type { Mesh } from "@babylonjs/core/Meshes/mesh.js";
import { Scene } from "@babylonjs/core/scene.js";
import { FvvPlayer, SplatSortGroup } from "../../../plugin/index.js";
import { createEngineAsync, readPixelsAsync, type EngineKind } from "./engines.js";
import { settledAsync, toBase64 } from "./pageTools.js";

let engine: AbstractEngine;
let scene: Scene;
let light: DirectionalLight;

function render(): void {
    engine.beginFrame();
    scene.render();
    engine.endFrame();
}

async function loadAsync(url: string, frame: number): Promise<FvvPlayer> {
    const { meshes } = await ImportMeshAsync(url, scene, { pluginExtension: ".fvv", pluginOptions: { fvv: { autoPlay: false } } });
    const player = FvvPlayer.FromMesh(meshes[0]) as FvvPlayer;
    await settledAsync(render, player.seekFrameAsync(frame));
    return player;
}

function paint(mesh: Mesh, color: Color3, position: [number, number, number]): Mesh {
    const material = new StandardMaterial(mesh.name, scene);
    material.diffuseColor = color;
    material.specularColor = Color3.Black();
    mesh.material = material;
    mesh.position = Vector3.FromArray(position);
    return mesh;
}

/** The scenes that are compared with pictures in test/images. */
const SCENES = {
    /** A box before the dancer, a ball around the waist, a post behind. */
    async meshes(url: string): Promise<void> {
        await loadAsync(url, 5);
        paint(CreateBox("box", { size: 0.35 }, scene), new Color3(0.9, 0.2, 0.2), [0.45, 0.35, -0.7]);
        paint(CreateSphere("ball", { diameter: 0.5 }, scene), new Color3(0.2, 0.8, 0.3), [0, 0.95, 0]);
        paint(CreateCylinder("post", { height: 2.2, diameter: 0.25 }, scene), new Color3(0.2, 0.4, 0.9), [-0.35, 1.1, 0.8]);
    },

    /** The dancer without its stage, casting a shadow on a ground. */
    async shadow(url: string): Promise<void> {
        const player = await loadAsync(url, 5);
        const { look } = player.mesh.splatMaterial;
        look.crop = { shape: "box", matrix: Matrix.Scaling(0.8, 1, 0.8).multiply(Matrix.Translation(0, 1.06, 0)) };
        player.mesh.splatMaterial.solidThreshold = 0.3;
        const ground = paint(CreateGround("ground", { width: 6, height: 6 }, scene), new Color3(0.45, 0.42, 0.4), [0, 0.04, 0]);
        ground.receiveShadows = true;
        light.autoCalcShadowZBounds = true;
        const shadows = new ShadowGenerator(512, light);
        shadows.filter = ShadowGenerator.FILTER_PCF;
        shadows.bias = 0.002;
        shadows.addShadowCaster(player.mesh);
    },

    /** Two clips that overlap, sorted together where that works. */
    async two(url: string): Promise<void> {
        const first = await loadAsync(url, 5);
        const second = await loadAsync(url, 35);
        second.mesh.position.x += 0.3;
        second.mesh.addRotation(0, 0.9, 0);
        if (engine.isWebGPU) {
            new SplatSortGroup([first.mesh, second.mesh]);
        }
    },

    /** A soft sphere of the scene, pale, half transparent, in fog. */
    async look(url: string): Promise<void> {
        const { look } = (await loadAsync(url, 5)).mesh.splatMaterial;
        look.crop = { shape: "sphere", matrix: Matrix.Scaling(1.3, 1.3, 1.3).multiply(Matrix.Translation(0, 0.9, 0)), softness: 0.4 };
        look.tint = new Color3(1, 0.85, 0.7);
        look.saturation = 0.4;
        look.brightness = 1.5;
        look.contrast = 1.2;
        look.opacity = 0.8;
        scene.fogMode = Scene.FOGMODE_LINEAR;
        scene.fogStart = 3;
        scene.fogEnd = 7;
        scene.fogColor = new Color3(0.5, 0.6, 0.7);
    },
};

const api = {
    /** Shows a scene; gives its pixels. */
    async show(kind: EngineKind, size: number, name: keyof typeof SCENES, url: string): Promise<string> {
        engine?.dispose();
        engine = await createEngineAsync(kind, size, size);
        scene = new Scene(engine);
        scene.clearColor = new Color4(0.25, 0.28, 0.33, 1);
        new ArcRotateCamera("camera", -1.2, 1.25, 4.2, new Vector3(0, 0.85, 0), scene).minZ = 0.05;
        new HemisphericLight("sky", Vector3.Up(), scene).intensity = 0.6;
        light = new DirectionalLight("sun", new Vector3(-0.5, -1, 0.6), scene);
        light.position = new Vector3(2, 4, -2.5);
        await SCENES[name](url);
        await scene.whenReadyAsync();
        // Shadows are drawn with the shaders that the first render has asked for.
        for (let i = 0; i < 3; i++) {
            render();
            await scene.whenReadyAsync();
        }
        render();
        return toBase64(await readPixelsAsync(engine));
    },

    /** Pixels of a PNG, rows from the bottom up, as `show` gives them. */
    async decodePng(bytes: string, size: number): Promise<string> {
        const image = await createImageBitmap(await (await fetch(`data:image/png;base64,${bytes}`)).blob(), { imageOrientation: "flipY" });
        const context = new OffscreenCanvas(size, size).getContext("2d") as OffscreenCanvasRenderingContext2D;
        context.drawImage(image, 0, 0);
        return toBase64(new Uint8Array(context.getImageData(0, 0, size, size).data));
    },

    /** A PNG of pixels. */
    async encodePng(pixels: number[], size: number): Promise<string> {
        const canvas = new OffscreenCanvas(size, size);
        const context = canvas.getContext("2d") as OffscreenCanvasRenderingContext2D;
        context.putImageData(new ImageData(Uint8ClampedArray.from(pixels), size, size), 0, 0);
        return toBase64(new Uint8Array(await (await canvas.convertToBlob({ type: "image/png" })).arrayBuffer()));
    },
};

export type LooksPageApi = typeof api;

(window as unknown as { fvvTest: LooksPageApi }).fvvTest = api;
