import { projectSplatWgsl } from "./projectSplat.js";
import { sphericalHarmonicsWgsl } from "./sphericalHarmonics.js";
import { splatCacheWgsl } from "./splatCache.js";
import { splatLookWgsl } from "./splatLook.js";
import { splatStateWgsl } from "./splatState.js";

/** Slots that one workgroup takes. */
export const PROJECT_BLOCK = 256;

/**
 * Kernel `project`, one thread a slot: culls, projects, evaluates the colour once, writes the cache and a sort key. A slot that is not drawn gets the key
 * NOT_DRAWN. Keys grow towards the camera. The layout of `Layer` is that of plugin/webgpu/layerUniforms.ts.
 */
export const projectKernelWgsl = `${splatStateWgsl}${projectSplatWgsl}${splatCacheWgsl}${splatLookWgsl}
struct Layer {
    worldView: mat4x4f,
    projection: mat4x4f,
    eye: vec4f,                  // in the space of the clip: camera and 1, or, orthographic, against the direction of view and 0
    position: vec4f,             // origin, step
    scaleAndOpacity: vec4f,      // step and origin of each
    colorAndSh: vec4f,           // step and origin of each
    viewport: vec4f,             // width, height px, low-pass px^2, whether it takes opacity in turn
    key: vec4f,                  // the key is dot(key.xyz, center) + key.w
    counts: vec4u,               // slots, first of them in cache and keys, slots with room in both, slots from one SH texel to the next
    marginAndRotation: vec4f,    // px around a quad in which a sample may lie, step of rotations, how far it is to the next frame, 0 to 1
    look: Look,
}

const NOT_DRAWN = 0xffffffffu;
const MAX_KEY = 16777215.0;

override shDegree: u32 = 0u;

@group(0) @binding(0) var<uniform> layer: Layer;
@group(0) @binding(1) var<storage, read> splatA: array<vec4u>;
@group(0) @binding(2) var<storage, read> splatB: array<vec2u>;
@group(0) @binding(3) var<storage, read> splatSh: array<vec4u>;
@group(0) @binding(4) var<storage, read_write> cache: array<vec4u>;
@group(0) @binding(5) var<storage, read_write> keys: array<u32>;
@group(0) @binding(6) var<storage, read> nextA: array<vec4u>;
@group(0) @binding(7) var<storage, read> nextB: array<vec2u>;

var<private> shTexels: array<vec4u, 3>;

fn shValue(i: u32) -> f32 {
    let word = shTexels[i >> 4u][(i >> 2u) & 3u];
    return layer.colorAndSh.w + layer.colorAndSh.z * f32((word >> (8u * (i & 3u))) & 255u);
}

fn sh(k: u32) -> vec3f {
    return vec3f(shValue(3u * k), shValue(3u * k + 1u), shValue(3u * k + 2u));
}
${sphericalHarmonicsWgsl}
// The splat at the time of the picture; opacity 0 where there is none.
fn readBlended(slot: u32) -> MovingSplat {
    let q = Quantization(layer.position.xyz, layer.position.w, layer.scaleAndOpacity.xy, layer.scaleAndOpacity.zw, layer.colorAndSh.xy, layer.colorAndSh.zw, layer.marginAndRotation.y);
    let t = layer.marginAndRotation.z;
    if (t == 0.0) { return readSplat(splatA[slot], splatB[slot], q); }
    return readBetween(splatA[slot], splatB[slot], nextA[slot], nextB[slot], t, q);
}

// Key of the splat, NOT_DRAWN where it has no pixel; otherwise it is in the cache.
fn project(slot: u32) -> u32 {
    let splat = readBlended(slot);
    let center = splat.center;
    var opacity = splat.opacity * lookOpacity(center, layer.look);
    if (opacity < 1.0 / 255.0) { return NOT_DRAWN; }
    let viewCenter = layer.worldView * vec4f(center, 1.0);
    let clip = layer.projection * viewCenter;
    if (clip.w <= 0.0 || clip.z < 0.0 || clip.z > clip.w) { return NOT_DRAWN; }
    let ndc = clip.xyz / clip.w;
    let linear = mat3x3f(layer.worldView[0].xyz, layer.worldView[1].xyz, layer.worldView[2].xyz);
    let ellipse = projectSplat(ndc.xy, clip.w, linear, layer.projection, layer.viewport.xy, layer.viewport.z, rotationMatrix(splat.rotation), exp(splat.logScale));
    opacity *= mix(1.0, ellipse.density, layer.viewport.w);
    if (opacity < 1.0 / 255.0) { return NOT_DRAWN; }
    let reach = reachOf(opacity);
    let direction = abs(ellipse.major);
    let across = direction.yx * (ellipse.minor / max(length(direction), 1e-12));
    let extent = (direction + across) * reach + layer.marginAndRotation.x;
    let pixel = (ndc.xy * 0.5 + 0.5) * layer.viewport.xy;
    // No pixel's centre in the box around the quad: outside of the picture, or too small to be seen.
    let first = max(ceil(pixel - extent - 0.5), vec2f(0.0));
    let last = min(floor(pixel + extent - 0.5), layer.viewport.xy - 1.0);
    if (any(first > last)) { return NOT_DRAWN; }

    var color = splat.color;
    if (shDegree > 0u) {
        for (var t = 0u; t < shDegree; t++) {
            shTexels[t] = splatSh[t * layer.counts.w + slot];
        }
        color += shColor(normalize(center * layer.eye.w - layer.eye.xyz), shDegree);
    }
    let seen = lookColor(max(color, vec3f(0.0)), length(viewCenter.xyz), layer.look);
    let cached = CachedSplat(ndc, ellipse.major, ellipse.minor, reach, vec4f(seen, opacity));
    let at = 2u * (layer.counts.y + slot);
    cache[at] = packCached0(cached);
    cache[at + 1u] = packCached1(cached);
    return u32(clamp(dot(layer.key.xyz, center) + layer.key.w, 0.0, MAX_KEY));
}

@compute @workgroup_size(256)
fn main(@builtin(global_invocation_id) id: vec3u) {
    if (id.x >= layer.counts.z) { return; }
    var key = NOT_DRAWN;
    if (id.x < layer.counts.x) { key = project(id.x); }
    keys[layer.counts.y + id.x] = key;
}
`;
