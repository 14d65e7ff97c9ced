import type { AbstractEngine } from "@babylonjs/core/Engines/abstractEngine.js";
import type { RawTexture } from "@babylonjs/core/Materials/Textures/rawTexture.js";
import { ROW_SPLATS, type IRowRun } from "../loader/framePacket.js";

/*
 * Like plugin/webgpu/babylonDevice.ts for WebGL2: what this library takes of Babylon that Babylon does not call public. test/browser/internals.test.ts fails where a release changes it.
 */

interface IWebGlEngine {
    _gl: WebGL2RenderingContext;
    _currentFramebuffer: WebGLFramebuffer | null;
}

/** Copies rows of one texture into another of the same format, on the GPU. */
export function copyRows(engine: AbstractEngine, from: RawTexture, to: RawTexture, runs: readonly IRowRun[]): void {
    const owner = engine as unknown as IWebGlEngine;
    const gl = owner._gl;
    const hadScissor = gl.isEnabled(gl.SCISSOR_TEST);
    gl.disable(gl.SCISSOR_TEST);
    const source = attach(gl, gl.READ_FRAMEBUFFER, from);
    const target = attach(gl, gl.DRAW_FRAMEBUFFER, to);
    for (const { firstRow, rowCount } of runs) {
        const end = firstRow + rowCount;
        gl.blitFramebuffer(0, firstRow, ROW_SPLATS, end, 0, firstRow, ROW_SPLATS, end, gl.COLOR_BUFFER_BIT, gl.NEAREST);
    }
    const current = owner._currentFramebuffer;
    gl.bindFramebuffer(gl.FRAMEBUFFER, current);
    gl.deleteFramebuffer(source);
    gl.deleteFramebuffer(target);
    if (hadScissor) {
        gl.enable(gl.SCISSOR_TEST);
    }
}

function attach(gl: WebGL2RenderingContext, target: GLenum, texture: RawTexture): WebGLFramebuffer | null {
    const framebuffer = gl.createFramebuffer();
    gl.bindFramebuffer(target, framebuffer);
    const resource = texture.getInternalTexture()?._hardwareTexture?.underlyingResource as WebGLTexture | null;
    gl.framebufferTexture2D(target, gl.COLOR_ATTACHMENT0, gl.TEXTURE_2D, resource, 0);
    return framebuffer;
}
