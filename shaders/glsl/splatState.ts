/**
 * What turns the integer state of a splat (layout: loader/framePacket.ts) into values, GLSL: textures, scales and functions. The same as shaders/wgsl/splatState.ts.
 */
export const splatStateGlsl = `
uniform float positionStep;
uniform vec3 positionOrigin;
uniform float rotationStep;
uniform vec2 logScale;         // step, origin
uniform vec2 opacityScale;     // step, origin
uniform vec2 colorScale;       // step, origin
uniform float blend;           // how far it is to the next frame, 0 to 1
uniform highp usampler2D splatA;
uniform highp usampler2D splatB;
uniform highp usampler2D nextA;
uniform highp usampler2D nextB;

const vec4 NOWHERE = vec4(0.0, 0.0, 2.0, 1.0);

ivec2 texelOf(uint index) {
    return ivec2(index & 1023u, index >> 10u);
}

// A dead slot has all bits of its rotation set, which no rotation has.
bool isDead(uvec4 a, uvec2 b) {
    return (a.w & 0x3fffffffu) == 0x3fffffffu && b.y >= 0xfc000000u;
}

vec3 readCenter(uvec4 a) {
    return positionOrigin + positionStep * vec3(a.xyz & 0x7fffffu);
}

float readOpacity(uvec2 b) {
    return clamp(opacityScale.y + opacityScale.x * float((b.y >> 16u) & 1023u), 0.0, 1.0);
}

vec3 readLogScale(uvec2 b) {
    return logScale.y + logScale.x * vec3(uvec3(b.x, b.x >> 13u, b.y) & 8191u);
}

vec3 readColor(uvec4 a, uvec2 b) {
    return colorScale.y + colorScale.x * vec3((a.xyz >> 23u) << 3u | (uvec3(b.x >> 26u, b.x >> 29u, b.y >> 13u) & 7u));
}

// Quaternion w, x, y, z.
vec4 readRotation(uvec4 a, uvec2 b) {
    uint w = a.w;
    uint low = b.y;
    uvec3 codes = (uvec3(w, w >> 10u, w >> 20u) & 1023u) << 2u | (uvec3(low >> 26u, low >> 28u, low >> 30u) & 3u);
    vec3 c = (vec3(codes) - 2048.0) * rotationStep;
    float sum = dot(c, c);
    float d = sqrt(max(0.0, 1.0 - sum));
    c *= sum > 1.0 ? inversesqrt(sum) : 1.0;
    uint largest = w >> 30u;
    return largest == 0u ? vec4(d, c) : largest == 1u ? vec4(c.x, d, c.yz) : largest == 2u ? vec4(c.xy, d, c.z) : vec4(c, d);
}

/** Columns are the local axes of the splat. q = w, x, y, z. */
mat3 rotationMatrix(vec4 q) {
    float w = q.x, x = q.y, y = q.z, z = q.w;
    return mat3(
        1.0 - 2.0 * (y * y + z * z), 2.0 * (x * y + w * z), 2.0 * (x * z - w * y),
        2.0 * (x * y - w * z), 1.0 - 2.0 * (x * x + z * z), 2.0 * (y * z + w * x),
        2.0 * (x * z + w * y), 2.0 * (y * z - w * x), 1.0 - 2.0 * (x * x + y * y));
}

// What moves from one frame to the next.
struct MovingSplat {
    vec3 center;
    float opacity;
    vec3 logScale;
    vec4 rotation;
    vec3 color;
};

MovingSplat readSplat(uvec4 a, uvec2 b) {
    return MovingSplat(readCenter(a), isDead(a, b) ? 0.0 : readOpacity(b), readLogScale(b), readRotation(a, b), readColor(a, b));
}

/** The splat at the time of the picture: all linear, rotations by the shorter way. Who dies fades out where it was, who is born fades in where it will be. */
MovingSplat readBlended(ivec2 texel) {
    uvec4 a = texelFetch(splatA, texel, 0);
    uvec2 b = texelFetch(splatB, texel, 0).xy;
    MovingSplat s = readSplat(a, b);
    if (blend == 0.0) {
        return s;
    }
    uvec4 a2 = texelFetch(nextA, texel, 0);
    uvec2 b2 = texelFetch(nextB, texel, 0).xy;
    MovingSplat next = readSplat(a2, b2);
    s.opacity = mix(s.opacity, next.opacity, blend);
    if (isDead(a2, b2)) {
        return s;
    }
    if (isDead(a, b)) {
        next.opacity = s.opacity;
        return next;
    }
    s.center = mix(s.center, next.center, blend);
    s.logScale = mix(s.logScale, next.logScale, blend);
    s.rotation = normalize(mix(s.rotation, dot(s.rotation, next.rotation) < 0.0 ? -next.rotation : next.rotation, blend));
    s.color = mix(s.color, next.color, blend);
    return s;
}
`;
