import type { ArcRotateCamera } from "@babylonjs/core/Cameras/arcRotateCamera.js";
import type { AbstractEngine } from "@babylonjs/core/Engines/abstractEngine.js";
import type { ShadowGenerator } from "@babylonjs/core/Lights/Shadows/shadowGenerator.js";
import type { Scene as BabylonScene } from "@babylonjs/core/scene.js";
import type { FvvPlayer as Player, SplatVideoMaterial, SplatVideoMesh } from "babylon-fvv";

/** What a code block of the documents may use without declaring it. Everything else it imports or declares itself. */
declare global {
    const canvas: HTMLCanvasElement;
    const engine: AbstractEngine;
    const scene: BabylonScene;
    const camera: ArcRotateCamera;
    const player: Player;
    const mesh: SplatVideoMesh;
    const material: SplatVideoMaterial;
    const shadowGenerator: ShadowGenerator;
}
