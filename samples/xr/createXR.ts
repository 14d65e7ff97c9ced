import "@babylonjs/core/Engines/Extensions/engine.multiview.js";
import type { Scene } from "@babylonjs/core/scene.js";
import { WebXRFeatureName } from "@babylonjs/core/XR/webXRFeaturesManager.js";
import { WebXRExperienceHelper } from "@babylonjs/core/XR/webXRExperienceHelper.js";
import { WebXRInput } from "@babylonjs/core/XR/webXRInput.js";
import type { WebXRHitTest } from "@babylonjs/core/XR/features/WebXRHitTest.js";
import type { WebXRHandTracking } from "@babylonjs/core/XR/features/WebXRHandTracking.js";
import "@babylonjs/core/XR/features/WebXRHandTracking.js";
import "@babylonjs/core/XR/features/WebXRHitTest.js";
import "@babylonjs/core/XR/features/WebXRLayers.js";

/** Babylon's XR, as far as this page uses it. */
export interface IXR {
    experience: WebXRExperienceHelper;
    input: WebXRInput;
    hands: WebXRHandTracking;
    /** What surfaces of the room the user looks at, in AR, where the device tells. */
    hitTest: WebXRHitTest;
}

/**
 * Makes Babylon's XR without anything from a CDN: no models of controllers and hands.
 * @param scene scene
 */
export async function createXRAsync(scene: Scene): Promise<IXR> {
    const experience = await WebXRExperienceHelper.CreateAsync(scene);
    experience.camera.minZ = 0.05;
    const input = new WebXRInput(experience.sessionManager, experience.camera, { doNotLoadControllerMeshes: true, disableOnlineControllerRepository: true });
    if (hasMultiview(scene)) {
        experience.featuresManager.enableFeature(WebXRFeatureName.LAYERS, "latest", { preferMultiviewOnInit: true }, true, false);
    }
    const hands = experience.featuresManager.enableFeature<typeof WebXRFeatureName.HAND_TRACKING>(
        WebXRFeatureName.HAND_TRACKING,
        "latest",
        { xrInput: input, handMeshes: { disableDefaultMeshes: true } },
        true,
        false,
    );
    const hitTest = experience.featuresManager.enableFeature<typeof WebXRFeatureName.HIT_TEST>(WebXRFeatureName.HIT_TEST, "latest", {}, true, false);
    return { experience, input, hands, hitTest };
}

/** Whether one draw can make the pictures of both eyes: WebGL must have it, and the browser layers to draw into. */
function hasMultiview(scene: Scene): boolean {
    return scene.getEngine().getCaps().multiview !== null && "XRWebGLBinding" in window && "createProjectionLayer" in XRWebGLBinding.prototype;
}
