import type { Camera } from "@babylonjs/core/Cameras/camera.js";
import type { Effect } from "@babylonjs/core/Materials/effect.js";
import { Matrix } from "@babylonjs/core/Maths/math.vector.js";
import type { AbstractMesh } from "@babylonjs/core/Meshes/abstractMesh.js";
import { findEye } from "./findEye.js";

const EYE = { view: "view", projection: "projection", eyeLocal: "eyeLocal" };
const RIGHT_EYE = { view: "viewR", projection: "projectionR", eyeLocal: "eyeLocalR" };

/** Uniforms of shaders/glsl/eyes.ts. */
export const EYE_UNIFORMS = [...Object.values(EYE), ...Object.values(RIGHT_EYE)];

const inverse = new Matrix();
const eyeLocal = new Float32Array(4);

/**
 * Sets {@link EYE_UNIFORMS} for whoever draws a mesh: the camera of the scene, a light, one eye of a headset, or, with multiview, both at once.
 * @param effect takes the uniforms
 * @param mesh mesh that is drawn
 */
export function bindEyes(effect: Effect, mesh: AbstractMesh): void {
    const scene = mesh.getScene();
    bindEye(effect, EYE, mesh, scene.getViewMatrix(), scene.getProjectionMatrix());
    const right = rightEyeOf(scene.activeCamera);
    if (right) {
        bindEye(effect, RIGHT_EYE, mesh, right.getViewMatrix(), right.getProjectionMatrix());
    }
}

/** The right eye of a camera that draws both eyes at once; the scene's matrices are then those of the left one. */
function rightEyeOf(camera: Camera | null): Camera | undefined {
    return camera?.outputRenderTarget && camera.outputRenderTarget.getViewCount() > 1 ? camera.rigCameras[1] : undefined;
}

function bindEye(effect: Effect, names: typeof EYE, mesh: AbstractMesh, view: Matrix, projection: Matrix): void {
    effect.setMatrix(names.view, view);
    effect.setMatrix(names.projection, projection);
    mesh.getWorldMatrix().multiplyToRef(view, inverse).invertToRef(inverse);
    findEye(inverse, projection, mesh.getScene().useRightHandedSystem, eyeLocal);
    effect.setFloat4(names.eyeLocal, eyeLocal[0], eyeLocal[1], eyeLocal[2], eyeLocal[3]);
}
