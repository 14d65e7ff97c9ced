import type { AbstractEngine } from "@babylonjs/core/Engines/abstractEngine.js";
import type { ThinEngine } from "@babylonjs/core/Engines/thinEngine.js";
import type { InternalTexture } from "@babylonjs/core/Materials/Textures/internalTexture.js";
import type { SplatStore } from "../../../plugin/splatStore.js";
import { SplatTextures } from "../../../plugin/splatTextures.js";
import { bufferOf, deviceOf } from "../../../plugin/webgpu/babylonDevice.js";
import type { SplatBuffers } from "../../../plugin/webgpu/splatBuffers.js";
import { readWordsAsync } from "../../../bench/gpu/viewedCloud.js";
import type { SplatVideoMesh } from "../../../plugin/splatVideoMesh.js";

/** The words on the GPU that the vertex shader reads, see loader/framePacket.ts. */
export interface ISplatWords {
    /** Four words a slot. */
    splatA: Uint32Array;
    /** Two words a slot. */
    splatB: Uint32Array;
    /** Four words a slot, for each degree of the spherical harmonics. */
    sh: Uint32Array[];
    /** Live slots, farthest first; where the GPU sorts, nothing: test/browser/kernels.test.ts tests its order. */
    order: Uint32Array | undefined;
}

/**
 * Reads back the state of a clip. The only place in the tests that knows where on the GPU it is.
 * @param engine engine of the mesh
 * @param mesh mesh that shows the clip
 */
export async function readSplatWordsAsync(engine: AbstractEngine, mesh: SplatVideoMesh): Promise<ISplatWords> {
    const store = (mesh as unknown as { _store: SplatStore })._store;
    return store instanceof SplatTextures ? readTextures(engine, store) : await readBuffersAsync(engine, store as SplatBuffers);
}

function readTextures(engine: AbstractEngine, { set: { splatA, splatB }, sh, orders, liveCount, version }: SplatTextures): ISplatWords {
    const read = (texture: { getInternalTexture(): InternalTexture | null }, words: number): Uint32Array =>
        readWebGl(engine, texture.getInternalTexture() as InternalTexture, words);
    return {
        splatA: read(splatA, 4),
        splatB: read(splatB, 2),
        sh: sh.map((texture) => read(texture, 4)),
        order: read(orders.nearest([0, 0, 0], version), 1).subarray(0, liveCount),
    };
}

async function readBuffersAsync(engine: AbstractEngine, { sets, current, sh, slots, shDegree }: SplatBuffers): Promise<ISplatWords> {
    const { splatA, splatB } = sets[current];
    const device = deviceOf(engine);
    const degrees = await readWordsAsync(device, bufferOf(sh), 4 * slots * Math.max(1, shDegree));
    return {
        splatA: await readWordsAsync(device, bufferOf(splatA), 4 * slots),
        splatB: await readWordsAsync(device, bufferOf(splatB), 2 * slots),
        sh: Array.from({ length: shDegree }, (_, degree) => degrees.subarray(4 * slots * degree, 4 * slots * (degree + 1))),
        order: undefined,
    };
}

/** WebGL reads whole texels of four words, whatever the format has. */
function readWebGl(engine: AbstractEngine, texture: InternalTexture, words: number): Uint32Array {
    const gl = (engine as ThinEngine)._gl;
    const { width, height } = texture;
    const texels = new Uint32Array(4 * width * height);
    const bound = gl.getParameter(gl.FRAMEBUFFER_BINDING) as WebGLFramebuffer | null;
    const framebuffer = gl.createFramebuffer();
    gl.bindFramebuffer(gl.FRAMEBUFFER, framebuffer);
    gl.framebufferTexture2D(gl.FRAMEBUFFER, gl.COLOR_ATTACHMENT0, gl.TEXTURE_2D, texture._hardwareTexture?.underlyingResource as WebGLTexture, 0);
    gl.readPixels(0, 0, width, height, gl.RGBA_INTEGER, gl.UNSIGNED_INT, texels);
    gl.bindFramebuffer(gl.FRAMEBUFFER, bound);
    gl.deleteFramebuffer(framebuffer);
    return texels.filter((_, i) => i % 4 < words);
}
