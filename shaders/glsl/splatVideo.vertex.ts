import { eyesGlsl } from "./eyes.js";
import { projectSplatGlsl } from "./projectSplat.js";
import { sphericalHarmonicsGlsl } from "./sphericalHarmonics.js";
import { splatLookGlsl } from "./splatLook.js";
import { splatStateGlsl } from "./splatState.js";

/**
 * Vertex stage of the splat material, GLSL: dequantises a splat (layout: loader/framePacket.ts), projects it (EWA splatting, Zwicker et al.
 * 2001, as in 3D Gaussian Splatting, Kerbl et al. 2023) and places a corner of its quad.
 */
export const splatVideoVertexGlsl = `precision highp float;
precision highp int;

// Corner x, y in -1..1, z tells which quad of the batch. (No semicolons in comments of declarations: Babylon splits at them.)
attribute vec3 position;

uniform mat4 world;
uniform vec2 viewportSize;     // pixels
uniform vec2 batch;            // quads in a batch, live splats
uniform vec2 lowPass;          // px^2 added to the projected covariance, whether opacity makes up for it
uniform highp usampler2D splatOrder;

varying vec4 vColor;
varying vec2 vCorner;
${eyesGlsl}${splatStateGlsl}${projectSplatGlsl}${splatLookGlsl}${sphericalHarmonicsGlsl}
void main(void) {
    gl_Position = NOWHERE;
    vColor = vec4(0.0);
    vCorner = vec2(0.0);
    uint index = uint(gl_InstanceID) * uint(batch.x) + uint(position.z + 0.5);
    if (index >= uint(batch.y)) {
        return;
    }
    ivec2 texel = texelOf(texelFetch(splatOrder, texelOf(index), 0).x);
    MovingSplat splat = readBlended(texel);
    vec3 center = splat.center;
    float opacity = splat.opacity * lookOpacity(center);
    if (opacity < 1.0 / 255.0) {
        return;
    }
    mat4 worldView = eyeView() * world;
    mat4 toClip = eyeProjection();
    vec4 viewCenter = worldView * vec4(center, 1.0);
    vec4 clip = toClip * viewCenter;
    if (clip.w <= 0.0 || clip.z < -clip.w || clip.z > clip.w) {
        return;
    }
    vec2 ndc = clip.xy / clip.w;
    Ellipse ellipse = projectSplat(ndc, clip.w, mat3(worldView), toClip, viewportSize, lowPass.x, rotationMatrix(splat.rotation), exp(splat.logScale));
    opacity *= mix(1.0, ellipse.density, lowPass.y);
    if (opacity < 1.0 / 255.0) {
        return;
    }
    // The quad ends where the splat falls under 1/255.
    float reach = reachTo(opacity, 1.0 / 255.0);
    vec2 extent = max(abs(offsetOf(ellipse, vec2(reach, reach))), abs(offsetOf(ellipse, vec2(reach, -reach)))) * 2.0 / viewportSize;
    if (any(greaterThan(abs(ndc) - extent, vec2(1.0)))) {
        return;
    }

    vec3 color = splat.color;
#if SH_DEGREE > 0
    readSh(texel);
    vec4 eye = eyePosition();
    color += shColor(normalize(center * eye.w - eye.xyz));
#endif
    vColor = vec4(lookColor(max(color, vec3(0.0)), length(viewCenter.xyz)), opacity);
    vCorner = position.xy * reach;
    gl_Position = vec4((ndc + offsetOf(ellipse, vCorner) * 2.0 / viewportSize) * clip.w, clip.zw);
}
`;
