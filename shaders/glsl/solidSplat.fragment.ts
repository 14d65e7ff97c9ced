/**
 * Fragment stage of the solid material, GLSL. What it gives depends on the pass: SOLID_DEPTH what Babylon's depth renderer takes, SM_FLOAT (which a shadow generator sets) what shadow maps
 * take, SOLID_MESH_ID what the GPU picker takes, SOLID_SLOT depth and slot, SOLID_DARK opaque black, else nothing. The same as shaders/wgsl/solidSplat.fragment.ts.
 */
export const solidSplatFragmentGlsl = `precision highp float;
precision highp int;

#ifdef SOLID_MESH_ID
uniform float meshID;
#endif
#ifdef SOLID_PACKED
#include<packingFunctions>
#endif
varying vec2 vCorner;
flat varying vec2 vDepth;
flat varying float vSlot;
#ifdef SM_FLOAT
#include<shadowMapFragmentExtraDeclaration>
#endif

#ifdef SOLID_SLOT
float toHalf(float value) {
    return unpackHalf2x16(packHalf2x16(vec2(value, 0.0))).x;
}
#endif

void main(void) {
    if (dot(vCorner, vCorner) > 1.0) {
        discard;
    }
    gl_FragColor = vec4(0.0);
#ifdef SOLID_DARK
    gl_FragColor.a = 1.0;
#endif
#ifdef SOLID_DEPTH
    float depth = vDepth.x;
#ifdef SOLID_CAMERA_Z
    depth = vDepth.y;
#endif
#ifdef SOLID_NON_LINEAR
    depth = gl_FragCoord.z;
#endif
#ifdef SOLID_PACKED
    gl_FragColor = pack(depth);
#else
    gl_FragColor = vec4(depth, 0.0, 0.0, 1.0);
#endif
#endif
#ifdef SOLID_MESH_ID
    int id = int(meshID);
    gl_FragColor = vec4(vec3(ivec3(id >> 16, id >> 8, id) & 255) / 255.0, 1.0);
#endif
#ifdef SOLID_SLOT
    // Half floats hold integers up to 2048: depth in two parts, slot in two parts of 11 bits and 1 for something.
    float high = floor(vSlot / 2048.0);
    float near = toHalf(vDepth.y);
    gl_FragColor = vec4(near, vDepth.y - near, vSlot - 2048.0 * high, high + 1.0);
#endif
#ifdef SM_FLOAT
#include<shadowMapFragment>
#endif
}
`;
