import { FreeCamera } from "@babylonjs/core/Cameras/freeCamera.js";
import "@babylonjs/core/Engines/Extensions/engine.multiview.js";
import { MultiviewRenderTarget } from "@babylonjs/core/Materials/Textures/MultiviewRenderTarget.js";
import { RenderTargetTexture } from "@babylonjs/core/Materials/Textures/renderTargetTexture.js";
import { Vector3 } from "@babylonjs/core/Maths/math.vector.js";
import type { Scene } from "@babylonjs/core/scene.js";

/** A head that draws both eyes at once, as a WebXR camera does whose session has a layer with two views: into the two layers of a texture array. */
export class StereoTarget {
    public readonly head: FreeCamera;
    /** Takes the picture of one eye alone. */
    public readonly single: RenderTargetTexture;
    private readonly _target: MultiviewRenderTarget;
    private readonly _gl: WebGL2RenderingContext;

    /**
     * @param scene scene
     * @param _size width and height of the picture of an eye, px
     * @param eyes left and right
     */
    public constructor(
        scene: Scene,
        private readonly _size: number,
        public readonly eyes: readonly FreeCamera[],
    ) {
        this._gl = (scene.getEngine() as unknown as { _gl: WebGL2RenderingContext })._gl;
        this._target = new MultiviewRenderTarget(scene, _size);
        this.single = new RenderTargetTexture("single", _size, scene, { generateMipMaps: false });
        this.single.clearColor = scene.clearColor;
        this.head = new FreeCamera("head", Vector3.Center(eyes[0].position, eyes[1].position), scene);
        this.head.rotationQuaternion = eyes[0].rotationQuaternion?.clone() ?? null;
        this.head.freezeProjectionMatrix(eyes[0].getProjectionMatrix());
        this.head.outputRenderTarget = this._target;
        this.head._renderingMultiview = true;
        this.head._rigCameras.push(...eyes);
    }

    /** RGBA of what is in a layer, rows from the bottom up. */
    public read(layer: number): Uint8Array {
        const gl = this._gl;
        const array = (this._target.renderTarget as unknown as { _colorTextureArray: WebGLTexture })._colorTextureArray;
        const framebuffer = gl.createFramebuffer();
        const pixels = new Uint8Array(4 * this._size * this._size);
        gl.bindFramebuffer(gl.READ_FRAMEBUFFER, framebuffer);
        gl.framebufferTextureLayer(gl.READ_FRAMEBUFFER, gl.COLOR_ATTACHMENT0, array, 0, layer);
        gl.readPixels(0, 0, this._size, this._size, gl.RGBA, gl.UNSIGNED_BYTE, pixels);
        gl.bindFramebuffer(gl.READ_FRAMEBUFFER, null);
        gl.deleteFramebuffer(framebuffer);
        return pixels;
    }

    public dispose(): void {
        this.head._rigCameras.length = 0;
        this.head.dispose();
        this.eyes.forEach((eye) => eye.dispose());
        this._target.dispose();
        this.single.dispose();
    }
}
