import { ImportMeshAsync } from "@babylonjs/core/Loading/sceneLoader.js";
import { Matrix, Vector3 } from "@babylonjs/core/Maths/math.vector.js";
import { Scene } from "@babylonjs/core/scene.js";
import { FvvPlayer } from "babylon-fvv";
import { element } from "./common/dom.js";
import { runPageAsync } from "./common/runPage.js";
import { FollowCamera } from "./game/followCamera.js";
import { Pad } from "./game/pad.js";
import { Robot } from "./game/robot.js";
import { WalkingKeys } from "./game/walkingKeys.js";
import { WalkingStick } from "./game/walkingStick.js";
import { STAGE_HEIGHT, World } from "./game/world.js";

/** Longest moment that is walked at once, seconds: nobody walks through walls when the page was away. */
const LONGEST_MOMENT = 0.1;
/** The clip without its floor, in its place the stage, which shows the shadow: 12 mm to 3 m above it. */
const ABOVE_FLOOR = Matrix.Scaling(2.3, 1.494, 2.3).multiply(Matrix.Translation(0, 1.506, 0));

await runPageAsync(async ({ engine }, errors) => {
    const scene = new Scene(engine);
    const world = new World(scene);
    const { meshes } = await ImportMeshAsync(new URLSearchParams(location.search).get("clip") ?? "clips/sample.fvv", scene);
    const player = FvvPlayer.FromMesh(meshes[0]) as FvvPlayer;
    player.onErrorObservable.add((error) => errors.show("The clip stopped", error));
    player.mesh.position.y = STAGE_HEIGHT;
    player.mesh.splatMaterial.look.crop = { shape: "box", matrix: ABOVE_FLOOR };
    world.addCaster(player.mesh);

    const robot = new Robot(scene, world);
    robot.root.position.set(0.9, 0, -6.2);
    robot.root.rotation.y = -0.12;
    const follower = new FollowCamera(scene, robot.root);
    const pad = new Pad(scene, world, 0.65, -4.1, () => (player.isPlaying ? player.pause() : player.play()));
    const showDance = (): void => {
        pad.isOn = player.isPlaying;
        document.body.dataset.dance = player.isPlaying ? "playing" : "paused";
        element("dance").textContent = player.isPlaying
            ? "The dancer dances: step on the green pad to stop her."
            : "The dancer stands still: step on the red pad to let her dance.";
    };
    player.onPlayStateObservable.add(showDance);
    showDance();

    const keys = new WalkingKeys();
    const stick = new WalkingStick();
    const direction = new Vector3();
    scene.onBeforeRenderObservable.add(() => {
        const seconds = Math.min(engine.getDeltaTime() / 1000, LONGEST_MOMENT);
        const forward = keys.forward + stick.forward;
        follower.toGround(keys.right + stick.right, forward, direction);
        robot.walk(direction, seconds);
        follower.follow(seconds, Math.max(0, Math.min(1, forward)));
        pad.look(robot.root.position);
        tellPlace("robot", robot.root.position);
        tellPlace("camera", follower.camera.target);
    });
    engine.runRenderLoop(() => scene.render());
    await scene.whenReadyAsync();
});

/** Writes a place on the body, in decimetres, when it is another one. */
function tellPlace(name: string, { x, z }: Vector3): void {
    const place = `${Math.round(10 * x)} ${Math.round(10 * z)}`;
    if (document.body.dataset[name] !== place) {
        document.body.dataset[name] = place;
    }
}
