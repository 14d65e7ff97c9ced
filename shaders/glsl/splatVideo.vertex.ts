/**
 * Vertex stage of the splat material, GLSL: dequantises a splat (layout: loader/framePacket.ts), projects it (EWA splatting, Zwicker et al.
 * 2001, as in 3D Gaussian Splatting, Kerbl et al. 2023) and places a corner of its quad.
 */
export const splatVideoVertexGlsl = `precision highp float;
precision highp int;


// Corner x, y in -1..1, z tells which quad of the batch. (No semicolons in comments of declarations: Babylon splits at them.)
attribute vec3 position;

uniform mat4 world;
uniform mat4 view;
uniform mat4 projection;
uniform vec2 viewportSize;     // pixels
uniform vec4 eyeLocal;         // in the space of the clip: camera and 1, or, orthographic, against the direction of view and 0
uniform vec2 batch;            // quads in a batch, live splats
uniform float positionStep;
uniform vec3 positionOrigin;
uniform float rotationStep;
uniform vec2 logScale;         // step, origin
uniform vec2 opacityScale;     // step, origin
uniform vec2 colorScale;       // step, origin
uniform vec2 lowPass;          // px^2 added to the projected covariance, whether opacity makes up for it
uniform float blend;           // how far it is to the next frame, 0 to 1
uniform vec4 look[15];         // see plugin/splatLook.ts
uniform highp usampler2D splatA;
uniform highp usampler2D splatB;
uniform highp usampler2D nextA;
uniform highp usampler2D nextB;
uniform highp usampler2D splatOrder;
#if SH_DEGREE > 0
uniform vec2 shScale;          // step, origin
uniform highp usampler2D splatSh0;
#endif
#if SH_DEGREE > 1
uniform highp usampler2D splatSh1;
#endif
#if SH_DEGREE > 2
uniform highp usampler2D splatSh2;
#endif

varying vec4 vColor;
varying vec2 vCorner;

const uint ROW_MASK = 1023u;
const uint ROW_SHIFT = 10u;
const vec4 NOWHERE = vec4(0.0, 0.0, 2.0, 1.0);

vec4 readRotation(uint w, uint low) {
    uvec3 codes = (uvec3(w, w >> 10u, w >> 20u) & 1023u) << 2u | (uvec3(low >> 26u, low >> 28u, low >> 30u) & 3u);
    vec3 c = (vec3(codes) - 2048.0) * rotationStep;
    float sum = dot(c, c);
    float d = sqrt(max(0.0, 1.0 - sum));
    c *= sum > 1.0 ? inversesqrt(sum) : 1.0;
    uint largest = w >> 30u;
    return largest == 0u ? vec4(d, c) : largest == 1u ? vec4(c.x, d, c.yz) : largest == 2u ? vec4(c.xy, d, c.z) : vec4(c, d);
}

/** What moves from one frame to the next. */
struct MovingSplat {
    vec3 center;
    float opacity;
    vec3 logScale;
    vec4 rotation;
    vec3 color;
};

MovingSplat readSplat(uvec4 a, uvec2 b) {
    return MovingSplat(
        positionOrigin + positionStep * vec3(a.xyz & 0x7fffffu),
        clamp(opacityScale.y + opacityScale.x * float((b.y >> 16u) & 1023u), 0.0, 1.0),
        logScale.y + logScale.x * vec3(uvec3(b.x, b.x >> 13u, b.y) & 8191u),
        readRotation(a.w, b.y),
        colorScale.y + colorScale.x * vec3((a.xyz >> 23u) << 3u | (uvec3(b.x >> 26u, b.x >> 29u, b.y >> 13u) & 7u)));
}

/** All linear, rotations by the shorter way and back to unit length. Who dies fades out where it was. */
void blendNext(inout MovingSplat s, uvec4 a, uvec2 b) {
    if ((a.w & 0x3fffffffu) == 0x3fffffffu && b.y >= 0xfc000000u) {
        s.opacity *= 1.0 - blend;
        return;
    }
    MovingSplat next = readSplat(a, b);
    s.center = mix(s.center, next.center, blend);
    s.opacity = mix(s.opacity, next.opacity, blend);
    s.logScale = mix(s.logScale, next.logScale, blend);
    s.rotation = normalize(mix(s.rotation, dot(s.rotation, next.rotation) < 0.0 ? -next.rotation : next.rotation, blend));
    s.color = mix(s.color, next.color, blend);
}

/** Columns are the local axes of the splat. q = w, x, y, z. */
mat3 rotationMatrix(vec4 q) {
    float w = q.x, x = q.y, y = q.z, z = q.w;
    return mat3(
        1.0 - 2.0 * (y * y + z * z), 2.0 * (x * y + w * z), 2.0 * (x * z - w * y),
        2.0 * (x * y - w * z), 1.0 - 2.0 * (x * x + z * z), 2.0 * (y * z + w * x),
        2.0 * (x * z + w * y), 2.0 * (y * z - w * x), 1.0 - 2.0 * (x * x + y * y));
}

#if SH_DEGREE > 0
uvec4 shTexel0;
#if SH_DEGREE > 1
uvec4 shTexel1;
#endif
#if SH_DEGREE > 2
uvec4 shTexel2;
#endif

float shValue(int i) {
    uvec4 texel = shTexel0;
#if SH_DEGREE > 1
    texel = i >= 16 ? shTexel1 : texel;
#endif
#if SH_DEGREE > 2
    texel = i >= 32 ? shTexel2 : texel;
#endif
    uint word = texel[(i >> 2) & 3];
    return shScale.y + shScale.x * float((word >> uint(8 * (i & 3))) & 255u);
}

vec3 sh(int k) {
    return vec3(shValue(3 * k), shValue(3 * k + 1), shValue(3 * k + 2));
}

/** Real spherical harmonics beyond DC, signs as in INRIA 3DGS; dir points from the camera to the splat. */
vec3 shColor(vec3 dir) {
    float x = dir.x, y = dir.y, z = dir.z;
    vec3 c = 0.4886025119029199 * (-y * sh(0) + z * sh(1) - x * sh(2));
#if SH_DEGREE > 1
    float xx = x * x, yy = y * y, zz = z * z;
    c += 1.0925484305920792 * (x * y * sh(3) - y * z * sh(4) - x * z * sh(6))
        + 0.31539156525252005 * (2.0 * zz - xx - yy) * sh(5)
        + 0.5462742152960396 * (xx - yy) * sh(7);
#endif
#if SH_DEGREE > 2
    c += -0.5900435899266435 * (y * (3.0 * xx - yy) * sh(8) + x * (xx - 3.0 * yy) * sh(14))
        + 2.890611442640554 * x * y * z * sh(9)
        - 0.4570457994644658 * (4.0 * zz - xx - yy) * (y * sh(10) + x * sh(12))
        + 0.3731763325901154 * z * (2.0 * zz - 3.0 * xx - 3.0 * yy) * sh(11)
        + 1.445305721320277 * z * (xx - yy) * sh(13);
#endif
    return c;
}
#endif

/** Factor of the opacity by fade, crop and clip planes. */
float lookOpacity(vec3 center) {
    vec4 p = vec4(center, 1.0);
    for (int i = 7; i < 13; i++) {
        if (dot(look[i], p) > 0.0) {
            return 0.0;
        }
    }
    if (look[6].x == 0.0) {
        return look[6].z;
    }
    vec3 c = vec3(dot(look[3], p), dot(look[4], p), dot(look[5], p));
    float distance = look[6].x == 1.0 ? max(abs(c.x), max(abs(c.y), abs(c.z))) : length(c);
    return look[6].z * clamp((1.0 - distance) / max(look[6].y, 1e-6), 0.0, 1.0);
}

/** Colour after tint, saturation, brightness, contrast and fog. */
vec3 lookColor(vec3 color, float distance) {
    vec4 c = vec4(color, 1.0);
    vec3 own = max(vec3(dot(look[0], c), dot(look[1], c), dot(look[2], c)), 0.0);
    vec4 fog = look[13];
    if (fog.x == 0.0) {
        return own;
    }
    float seen = fog.x == 1.0 ? exp(-distance * fog.w) : fog.x == 2.0 ? exp(-distance * distance * fog.w * fog.w) : (fog.z - distance) / (fog.z - fog.y);
    return mix(look[14].rgb, own, clamp(seen, 0.0, 1.0));
}

void main(void) {
    gl_Position = NOWHERE;
    vColor = vec4(0.0);
    vCorner = vec2(0.0);
    uint index = uint(gl_InstanceID) * uint(batch.x) + uint(position.z + 0.5);
    if (index >= uint(batch.y)) {
        return;
    }
    uint slot = texelFetch(splatOrder, ivec2(index & ROW_MASK, index >> ROW_SHIFT), 0).x;
    ivec2 texel = ivec2(slot & ROW_MASK, slot >> ROW_SHIFT);
    uvec4 a = texelFetch(splatA, texel, 0);
    uvec2 b = texelFetch(splatB, texel, 0).xy;

    MovingSplat splat = readSplat(a, b);
    if (blend > 0.0) {
        blendNext(splat, texelFetch(nextA, texel, 0), texelFetch(nextB, texel, 0).xy);
    }
    vec3 center = splat.center;
    float opacity = splat.opacity * lookOpacity(center);
    if (opacity < 1.0 / 255.0) {
        return;
    }
    mat4 worldView = view * world;
    vec4 viewCenter = worldView * vec4(center, 1.0);
    vec4 clip = projection * viewCenter;
    if (clip.w <= 0.0 || clip.z < -clip.w || clip.z > clip.w) {
        return;
    }
    vec2 ndc = clip.xy / clip.w;

    // Rows of the Jacobian of the pixel position by the position in the space of the clip; it is right for any projection matrix.
    vec2 pixels = 0.5 * viewportSize / clip.w;
    vec2 slope = clamp(ndc, -1.3, 1.3);
    mat3 linear = mat3(worldView);
    vec3 jx = vec3(projection[0][0], 0.0, projection[2][0] - slope.x * projection[2][3]) * linear * pixels.x;
    vec3 jy = vec3(0.0, projection[1][1], projection[2][1] - slope.y * projection[2][3]) * linear * pixels.y;

    vec3 scale = exp(splat.logScale);
    mat3 axes = rotationMatrix(splat.rotation);
    vec3 u = (jx * axes) * scale;
    vec3 v = (jy * axes) * scale;
    float cxy = dot(u, v);
    float sxx = dot(u, u);
    float syy = dot(v, v);
    float cxx = sxx + lowPass.x;
    float cyy = syy + lowPass.x;
    if (lowPass.y > 0.0) {
        opacity *= sqrt(max(sxx * syy - cxy * cxy, 0.0) / max(cxx * cyy - cxy * cxy, 1e-12));
        if (opacity < 1.0 / 255.0) {
            return;
        }
    }

    // Standard deviations along the axes of the ellipse.
    float middle = 0.5 * (cxx + cyy);
    float radius = length(vec2(0.5 * (cxx - cyy), cxy));
    float major = middle + radius;
    float minor = max(middle - radius, 0.0);
    vec2 direction = radius < 1e-6 * middle ? vec2(1.0, 0.0) : abs(cxy) > 1e-9 * middle ? normalize(vec2(cxy, major - cxx)) : cxx >= cyy ? vec2(1.0, 0.0) : vec2(0.0, 1.0);

    // The quad ends where the splat falls under 1/255, at most at sqrt(8) sigma, as in other web renderers.
    float reach = sqrt(min(8.0, 2.0 * log(255.0 * opacity)));
    vec2 majorAxis = min(sqrt(major), 1024.0) * reach * direction;
    vec2 minorAxis = min(sqrt(minor), 1024.0) * reach * vec2(direction.y, -direction.x);
    vec2 extent = (abs(majorAxis) + abs(minorAxis)) * 2.0 / viewportSize;
    if (any(greaterThan(abs(ndc) - extent, vec2(1.0)))) {
        return;
    }

    vec3 color = splat.color;
#if SH_DEGREE > 0
    shTexel0 = texelFetch(splatSh0, texel, 0);
#if SH_DEGREE > 1
    shTexel1 = texelFetch(splatSh1, texel, 0);
#endif
#if SH_DEGREE > 2
    shTexel2 = texelFetch(splatSh2, texel, 0);
#endif
    color += shColor(normalize(center * eyeLocal.w - eyeLocal.xyz));
#endif
    vColor = vec4(lookColor(max(color, vec3(0.0)), length(viewCenter.xyz)), opacity);
    vCorner = position.xy * reach;
    vec2 offset = (position.x * majorAxis + position.y * minorAxis) * 2.0 / viewportSize;
    gl_Position = vec4((ndc + offset) * clip.w, clip.zw);
}
`;
