import { ArcRotateCamera } from "@babylonjs/core/Cameras/arcRotateCamera.js";
import { Engine } from "@babylonjs/core/Engines/engine.js";
import { ImportMeshAsync } from "@babylonjs/core/Loading/sceneLoader.js";
import { Vector3 } from "@babylonjs/core/Maths/math.vector.js";
import { Scene } from "@babylonjs/core/scene.js";
import { FvvPlayer } from "babylon-fvv";

const engine = new Engine(document.querySelector("canvas"));
const scene = new Scene(engine);
const camera = new ArcRotateCamera("camera", -1.3, 1.35, 4.5, new Vector3(0, 0.9, 0), scene);
camera.attachControl();
engine.runRenderLoop(() => scene.render());
const { meshes } = await ImportMeshAsync("clips/sample.fvv", scene);
const player = FvvPlayer.FromMesh(meshes[0]);
document.body.onclick = () => (player?.isPlaying ? player.pause() : player?.play());
