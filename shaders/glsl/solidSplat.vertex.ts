import { eyesGlsl } from "./eyes.js";
import { projectSplatGlsl } from "./projectSplat.js";
import { splatLookGlsl } from "./splatLook.js";
import { splatStateGlsl } from "./splatState.js";

/**
 * Vertex stage of the solid material, GLSL: takes splats in the order of their slots and makes their quads as large as they are at least `threshold` opaque. All of a quad is at the
 * depth of the splat's centre. The same as shaders/wgsl/solidSplat.vertex.ts.
 */
export const solidSplatVertexGlsl = `precision highp float;
precision highp int;

// Corner x, y in -1..1, z tells which quad of the batch. (No semicolons in comments of declarations: Babylon splits at them.)
attribute vec3 position;

uniform mat4 world;
uniform vec2 viewportSize;     // pixels
uniform vec4 pictureWindow;    // centre of what is drawn of the picture and how much it is enlarged
uniform vec2 batch;            // quads in a batch, slots
uniform vec2 lowPass;          // px^2 added to the projected covariance, whether opacity makes up for it
uniform float threshold;       // least alpha of what is drawn
#ifdef SOLID_DEPTH
uniform vec2 depthValues;      // as Babylon's depth renderer sets them
#endif

varying vec2 vCorner;          // 1: where alpha is the threshold
flat varying vec2 vDepth;      // as Babylon's depth renderer takes it, in the space of the camera
flat varying float vSlot;
${eyesGlsl}${splatStateGlsl}${projectSplatGlsl}${splatLookGlsl}
#ifdef SM_FLOAT
#include<shadowMapVertexExtraDeclaration>
#endif
void main(void) {
    gl_Position = NOWHERE;
    vCorner = vec2(0.0);
    vDepth = vec2(0.0);
    vSlot = 0.0;
    uint slot = uint(gl_InstanceID) * uint(batch.x) + uint(position.z + 0.5);
    if (slot >= uint(batch.y)) {
        return;
    }
    MovingSplat splat = readBlended(texelOf(slot));
    vec3 center = splat.center;
    float opacity = splat.opacity * lookOpacity(center);
    vec4 worldPos = world * vec4(center, 1.0);
    mat4 fromWorld = eyeView();
    mat4 toClip = eyeProjection();
    vec4 viewCenter = fromWorld * worldPos;
    vec4 clip = toClip * viewCenter;
    if (opacity <= threshold || clip.w <= 0.0 || clip.z < -clip.w || clip.z > clip.w) {
        return;
    }
    vec2 ndc = clip.xy / clip.w;
    Ellipse ellipse = projectSplat(ndc, clip.w, mat3(fromWorld * world), toClip, viewportSize, lowPass.x, rotationMatrix(splat.rotation), exp(splat.logScale));
    opacity *= mix(1.0, ellipse.density, lowPass.y);
    if (opacity <= threshold) {
        return;
    }
    vCorner = position.xy;
    vSlot = float(slot);
    vec2 at = ndc + offsetOf(ellipse, position.xy * reachTo(opacity, threshold)) * 2.0 / viewportSize;
    gl_Position = vec4((at - pictureWindow.xy) * pictureWindow.zw * clip.w, clip.zw);
#ifdef SOLID_DEPTH
#ifdef USE_REVERSE_DEPTHBUFFER
    vDepth.x = (depthValues.x - clip.z) / depthValues.y;
#else
    vDepth.x = (depthValues.x + clip.z) / depthValues.y;
#endif
#endif
    vDepth.y = viewCenter.z;
#ifdef SM_FLOAT
#include<shadowMapVertexMetric>
#endif
}
`;
