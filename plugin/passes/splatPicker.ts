import type { Camera } from "@babylonjs/core/Cameras/camera.js";
import { TargetCamera } from "@babylonjs/core/Cameras/targetCamera.js";
import type { Ray } from "@babylonjs/core/Culling/ray.core.js";
import { Constants } from "@babylonjs/core/Engines/constants.js";
import { RenderTargetTexture } from "@babylonjs/core/Materials/Textures/renderTargetTexture.js";
import { Color4 } from "@babylonjs/core/Maths/math.color.js";
import type { Matrix } from "@babylonjs/core/Maths/math.vector.js";
import { Vector3, Vector4 } from "@babylonjs/core/Maths/math.vector.js";
import type { Mesh } from "@babylonjs/core/Meshes/mesh.js";
import type { IPictureWindow, SolidMaterial } from "./solidMaterial.js";

/** A splat that was hit. */
export interface ISplatPick {
    /** Where, in world space: on the ray, at the depth of the splat's centre. */
    point: Vector3;
    /** How far from the camera, or from the ray's origin. */
    distance: number;
    /** Slot of the splat in the segment of the frame on screen. */
    slot: number;
}

/** Field of view of the camera that sees along a ray, radians. Its picture is as large as the canvas. */
const RAY_FOV = 0.8;

/**
 * Finds the nearest splat of one mesh at one place of a picture: draws that pixel alone, with depth and slot in place of a colour, and reads it back.
 */
export class SplatPicker {
    private readonly _target: RenderTargetTexture;
    private readonly _window: IPictureWindow = { place: new Vector4(), width: 1, height: 1 };
    private _rayCamera: TargetCamera | undefined;

    /**
     * @param _mesh mesh
     * @param _material material that keeps depth and slot
     */
    public constructor(
        private readonly _mesh: Mesh,
        private readonly _material: SolidMaterial,
    ) {
        const target = new RenderTargetTexture(`${_mesh.name} pick`, 1, _mesh.getScene(), {
            type: Constants.TEXTURETYPE_HALF_FLOAT,
            samplingMode: Constants.TEXTURE_NEAREST_SAMPLINGMODE,
            generateMipMaps: false,
        });
        target.clearColor = new Color4(0, 0, 0, 0);
        target.ignoreCameraViewport = true;
        target.renderParticles = false;
        target.renderSprites = false;
        target.renderList = [_mesh];
        target.setMaterialForRendering(_mesh, _material);
        _material.pictureWindow = this._window;
        this._target = target;
    }

    /**
     * Finds the nearest splat at a place of the picture of a camera.
     * @param x px from the left of the canvas
     * @param y px from the top of the canvas
     * @param camera the camera; null finds nothing
     */
    public async pickAsync(x: number, y: number, camera: Camera | null): Promise<ISplatPick | null> {
        const engine = this._mesh.getEngine();
        await this._material.forceCompilationAsync(this._mesh);
        if (!camera || this._mesh.isDisposed()) {
            return null;
        }
        const { width, height, x: left, y: bottom } = camera.viewport.toGlobal(engine.getRenderWidth(true), engine.getRenderHeight(true));
        const scaling = engine.getHardwareScalingLevel();
        const column = Math.floor(x / scaling - left);
        const row = Math.floor(y / scaling - (engine.getRenderHeight(true) - bottom - height));
        if (column < 0 || column >= width || row < 0 || row >= height) {
            return null;
        }
        return await this._pickPixelAsync((2 * column + 1) / width - 1, 1 - (2 * row + 1) / height, width, height, camera);
    }

    /**
     * Finds the first splat that a ray hits.
     * @param ray the ray, in world space
     */
    public async pickRayAsync(ray: Ray): Promise<ISplatPick | null> {
        const engine = this._mesh.getEngine();
        await this._material.forceCompilationAsync(this._mesh);
        if (this._mesh.isDisposed()) {
            return null;
        }
        const camera = (this._rayCamera ??= this._createRayCamera());
        this._mesh.computeWorldMatrix();
        const { centerWorld, radiusWorld } = this._mesh.getBoundingInfo().boundingSphere;
        const distance = Vector3.Distance(ray.origin, centerWorld);
        camera.position.copyFrom(ray.origin);
        camera.minZ = Math.max(distance - radiusWorld, 1e-3 * radiusWorld);
        camera.maxZ = Math.max(Math.min(distance + radiusWorld, ray.length), 1.001 * camera.minZ);
        camera.setTarget(ray.origin.add(ray.direction.normalizeToNew()));
        camera.getViewMatrix(true);
        return await this._pickPixelAsync(0, 0, engine.getRenderWidth(true), engine.getRenderHeight(true), camera);
    }

    /** Frees the target. */
    public dispose(): void {
        this._target.dispose();
        this._rayCamera?.dispose();
    }

    private async _pickPixelAsync(x: number, y: number, width: number, height: number, camera: Camera): Promise<ISplatPick | null> {
        const target = this._target;
        this._window.place.set(x, y, width, height);
        this._window.width = width;
        this._window.height = height;
        target.activeCamera = camera;
        target.render();
        const view = camera.getViewMatrix().clone();
        const toWorld = camera.getTransformationMatrix().clone().invert();
        const origin = camera.globalPosition.clone();
        const pixels = (await target.readPixels()) as Float32Array | null;
        if (!pixels || pixels[3] === 0) {
            return null;
        }
        const point = pointAtDepth(x, y, pixels[0] + pixels[1], view, toWorld);
        return { point, distance: Vector3.Distance(origin, point), slot: (pixels[3] - 1) * 2048 + pixels[2] };
    }

    private _createRayCamera(): TargetCamera {
        const scene = this._mesh.getScene();
        const camera = new TargetCamera(`${this._mesh.name} ray`, Vector3.Zero(), scene, false);
        // It sees for this picker alone.
        scene.removeCamera(camera);
        camera.fov = RAY_FOV;
        camera.layerMask = this._mesh.layerMask;
        return camera;
    }
}

/** The point of the line through a place of the picture that is at a depth of the camera's space. */
function pointAtDepth(x: number, y: number, depth: number, view: Matrix, toWorld: Matrix): Vector3 {
    const near = Vector3.TransformCoordinates(new Vector3(x, y, 0.25), toWorld);
    const far = Vector3.TransformCoordinates(new Vector3(x, y, 0.75), toWorld);
    const nearDepth = Vector3.TransformCoordinates(near, view).z;
    const farDepth = Vector3.TransformCoordinates(far, view).z;
    return Vector3.Lerp(near, far, (depth - nearDepth) / (farDepth - nearDepth));
}
