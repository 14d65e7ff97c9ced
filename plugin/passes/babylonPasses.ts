import type { DepthRenderer } from "@babylonjs/core/Rendering/depthRenderer.js";
import type { Scene } from "@babylonjs/core/scene.js";

/*
 * What the passes of a scene have that Babylon does not call public, and nothing else in this library uses. test/browser/internals.test.ts fails where a release changes it.
 */

interface ISceneWithDepth {
    /** Depth renderers by camera. */
    _depthRenderer?: Record<string, DepthRenderer>;
}

interface IDepthStore {
    _storeNonLinearDepth: boolean;
    _storeCameraSpaceZ: boolean;
}

/** The depth renderers that `scene.enableDepthRenderer` made. */
export function depthRenderersOf(scene: Scene): Readonly<Record<string, DepthRenderer>> | undefined {
    return (scene as unknown as ISceneWithDepth)._depthRenderer;
}

/** Whether a depth renderer keeps what the depth buffer keeps, or the distance along the camera's axis; where neither, the linear depth. */
export function depthKindOf(renderer: DepthRenderer): { isNonLinear: boolean; isCameraZ: boolean } {
    const { _storeNonLinearDepth, _storeCameraSpaceZ } = renderer as unknown as IDepthStore;
    return { isNonLinear: _storeNonLinearDepth && !_storeCameraSpaceZ, isCameraZ: _storeCameraSpaceZ };
}
