import { ArcRotateCamera } from "@babylonjs/core/Cameras/arcRotateCamera.js";
import { Engine } from "@babylonjs/core/Engines/engine.js";
import { ImportMeshAsync } from "@babylonjs/core/Loading/sceneLoader.js";
import { Vector3 } from "@babylonjs/core/Maths/math.vector.js";
import { Scene } from "@babylonjs/core/scene.js";
import { WebXRState } from "@babylonjs/core/XR/webXRTypes.js";
import { FvvPlayer } from "babylon-fvv";
import { enableFvvXR, FvvFloor, FvvGrabBehavior, placeFvvClip } from "babylon-fvv/xr";
import { ControlPanel } from "./xr/controlPanel.js";
import { createXRAsync } from "./xr/createXR.js";
import { openEntranceAsync } from "./xr/entrance.js";
import { Pointers } from "./xr/pointers.js";
import { Room } from "./xr/room.js";
import { Scrubber } from "./xr/scrubber.js";

/** Where the user stands at the beginning, and the clip. */
const START = new Vector3(0, 0, -2.6);
const STAND = Vector3.Zero();

const { dataset } = document.body;
const engine = new Engine(document.querySelector("canvas"), true);
const scene = new Scene(engine);
const camera = new ArcRotateCamera("camera", -1.35, 1.38, 4.2, new Vector3(0, 0.95, 0), scene);
camera.minZ = 0.05;
camera.wheelDeltaPercentage = 0.02;
camera.upperBetaLimit = 1.55;
camera.attachControl();
const room = new Room(scene);
engine.runRenderLoop(() => scene.render());
window.addEventListener("resize", () => engine.resize());

// ?clip=ADDRESS shows another clip, ?time=SECONDS stands still at a time, ?limits=off draws all splats however long it takes.
const query = new URLSearchParams(location.search);
const time = query.get("time");
const pluginOptions = { fvv: { autoPlay: time === null } };
const { meshes } = await ImportMeshAsync(query.get("clip") ?? "clips/sample.fvv", scene, { pluginExtension: ".fvv", pluginOptions });
const player = FvvPlayer.FromMesh(meshes[0]) as FvvPlayer;
if (time !== null) {
    await player.seekAsync(Number(time));
}
placeFvvClip(player, STAND, { facing: START });
(document.getElementById("title") as HTMLElement).textContent = player.metadata.title ?? "babylon-fvv";
player.onFrameObservable.add((frame) => (dataset.frame = String(frame)));
player.onPlayStateObservable.add((isPlaying) => (dataset.state = isPlaying ? "playing" : "paused"));
dataset.state = player.isPlaying ? "playing" : "paused";
dataset.frame = String(player.currentFrame);

if ("xr" in navigator) {
    await prepareXRAsync();
} else {
    await openEntranceAsync(() => Promise.resolve());
}

async function prepareXRAsync(): Promise<void> {
    const xr = await createXRAsync(scene);
    const { experience, input } = xr;
    const scrubber = new Scrubber(player);
    const panel = new ControlPanel(scene, player, scrubber);
    const pointers = new Pointers(scene, xr, panel, scrubber, new FvvFloor(experience.sessionManager, xr.hitTest));
    const grab = new FvvGrabBehavior(input, { canGrab: (source) => !pointers.isOnPanel(source) });
    player.mesh.addBehavior(grab);
    if (query.get("limits") !== "off") {
        enableFvvXR(experience.sessionManager, player);
    }

    pointers.onPlace = (place) => {
        placeFvvClip(player, place, { facing: experience.camera.position });
        panel.follow(experience.camera.position, true);
        dataset.place = place.asArray().join(" ");
    };
    experience.onInitialXRPoseSetObservable.add((head) => {
        head.position.copyFrom(START);
        head.rotationQuaternion.set(0, 0, 0, 1);
    });
    experience.onStateChangedObservable.add((state) => {
        dataset.xr = WebXRState[state];
        if (state === WebXRState.NOT_IN_XR) {
            room.setPassthrough(false);
            room.mark(undefined);
            panel.mesh.setEnabled(false);
        }
    });
    experience.sessionManager.onXRFrameObservable.add(() => {
        panel.follow(experience.camera.position, grab.isGrabbed);
        pointers.update(engine.getDeltaTime() / 1000, player.mesh.getBoundingInfo().boundingBox);
        room.mark(pointers.place);
        dataset.clip = player.mesh.position.asArray().join(" ");
        dataset.panel = panel.mesh.position.asArray().join(" ");
    });
    await openEntranceAsync(async (mode) => {
        room.setPassthrough(mode === "immersive-ar");
        // What is around the user counts only where it is seen.
        xr.hitTest.paused = mode !== "immersive-ar";
        await experience.enterXRAsync(mode, "local-floor");
    });
}
