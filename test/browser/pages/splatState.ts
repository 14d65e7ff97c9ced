import type { AbstractEngine } from "@babylonjs/core/Engines/abstractEngine.js";
import type { ThinEngine } from "@babylonjs/core/Engines/thinEngine.js";
import type { InternalTexture } from "@babylonjs/core/Materials/Textures/internalTexture.js";
import type { SplatTextures } from "../../../plugin/splatTextures.js";
import type { SplatVideoMesh } from "../../../plugin/splatVideoMesh.js";

/** Constants of WebGPU, which the types at hand leave out. */
const BUFFER_MAP_READ = 1;
const BUFFER_COPY_DST = 8;
const MAP_MODE_READ = 1;

/** The words on the GPU that the vertex shader reads, see loader/framePacket.ts. */
export interface ISplatWords {
    /** Four words a slot. */
    splatA: Uint32Array;
    /** Two words a slot. */
    splatB: Uint32Array;
    /** Four words a slot, for each degree of the spherical harmonics. */
    sh: Uint32Array[];
    /** Live slots, farthest first. */
    order: Uint32Array;
}

/**
 * Reads back the state of a clip. The only place in the tests that knows where on the GPU it is.
 * @param engine engine of the mesh
 * @param mesh mesh that shows the clip
 */
export async function readSplatWordsAsync(engine: AbstractEngine, mesh: SplatVideoMesh): Promise<ISplatWords> {
    const { splatA, splatB, sh, order, liveCount } = (mesh as unknown as { _textures: SplatTextures })._textures;
    const readAsync = async (texture: { getInternalTexture(): InternalTexture | null }, words: number): Promise<Uint32Array> => {
        const internal = texture.getInternalTexture() as InternalTexture;
        return engine.isWebGPU ? await readWebGpuAsync(engine, internal, words) : readWebGl(engine, internal, words);
    };
    return {
        splatA: await readAsync(splatA, 4),
        splatB: await readAsync(splatB, 2),
        sh: await Promise.all(sh.map((texture) => readAsync(texture, 4))),
        order: (await readAsync(order, 1)).subarray(0, liveCount),
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

async function readWebGpuAsync(engine: AbstractEngine, texture: InternalTexture, words: number): Promise<Uint32Array> {
    const device = (engine as unknown as { _device: GPUDevice })._device;
    const { width, height } = texture;
    const size = 4 * words * width * height;
    const buffer = device.createBuffer({ size, usage: BUFFER_COPY_DST | BUFFER_MAP_READ });
    const encoder = device.createCommandEncoder();
    const source = texture._hardwareTexture?.underlyingResource as GPUTexture;
    encoder.copyTextureToBuffer({ texture: source }, { buffer, bytesPerRow: 4 * words * width }, { width, height });
    device.queue.submit([encoder.finish()]);
    await buffer.mapAsync(MAP_MODE_READ);
    const read = new Uint32Array(buffer.getMappedRange()).slice();
    buffer.destroy();
    return read;
}
