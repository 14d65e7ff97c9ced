/**
 * What turns the integer state of a splat (layout: loader/framePacket.ts) into values. Functions only: they take what they need, so that compute
 * kernels and Babylon's shaders share them.
 */
export const splatStateWgsl = `
struct Quantization {
    positionOrigin: vec3f,
    positionStep: f32,
    logScale: vec2f,         // step, origin
    opacityScale: vec2f,     // step, origin
    colorScale: vec2f,       // step, origin
    shScale: vec2f,          // step, origin
    rotationStep: f32,
}

// A dead slot has all bits of its rotation set, which no rotation has.
fn isDead(a: vec4u, b: vec2u) -> bool {
    return (a.w & 0x3fffffffu) == 0x3fffffffu && b.y >= 0xfc000000u;
}

fn readCenter(a: vec4u, q: Quantization) -> vec3f {
    return q.positionOrigin + q.positionStep * vec3f(a.xyz & vec3u(0x7fffffu));
}

fn readOpacity(b: vec2u, q: Quantization) -> f32 {
    return clamp(q.opacityScale.y + q.opacityScale.x * f32((b.y >> 16u) & 1023u), 0.0, 1.0);
}

fn readLogScale(b: vec2u, q: Quantization) -> vec3f {
    return q.logScale.y + q.logScale.x * vec3f(vec3u(b.x, b.x >> 13u, b.y) & vec3u(8191u));
}

fn readColor(a: vec4u, b: vec2u, q: Quantization) -> vec3f {
    return q.colorScale.y + q.colorScale.x * vec3f(((a.xyz >> vec3u(23u)) << vec3u(3u)) | (vec3u(b.x >> 26u, b.x >> 29u, b.y >> 13u) & vec3u(7u)));
}

// Quaternion w, x, y, z.
fn readRotation(a: vec4u, b: vec2u, q: Quantization) -> vec4f {
    let codes = ((vec3u(a.w, a.w >> 10u, a.w >> 20u) & vec3u(1023u)) << vec3u(2u)) | (vec3u(b.y >> 26u, b.y >> 28u, b.y >> 30u) & vec3u(3u));
    var c = (vec3f(codes) - 2048.0) * q.rotationStep;
    let sum = dot(c, c);
    let d = sqrt(max(0.0, 1.0 - sum));
    c *= select(1.0, inverseSqrt(max(sum, 1.0)), sum > 1.0);
    let largest = a.w >> 30u;
    if (largest == 0u) { return vec4f(d, c); }
    if (largest == 1u) { return vec4f(c.x, d, c.yz); }
    if (largest == 2u) { return vec4f(c.xy, d, c.z); }
    return vec4f(c, d);
}

// Columns are the local axes of the splat. q = w, x, y, z.
fn rotationMatrix(q: vec4f) -> mat3x3f {
    let w = q.x; let x = q.y; let y = q.z; let z = q.w;
    return mat3x3f(
        1.0 - 2.0 * (y * y + z * z), 2.0 * (x * y + w * z), 2.0 * (x * z - w * y),
        2.0 * (x * y - w * z), 1.0 - 2.0 * (x * x + z * z), 2.0 * (y * z + w * x),
        2.0 * (x * z + w * y), 2.0 * (y * z - w * x), 1.0 - 2.0 * (x * x + y * y));
}

// What moves from one frame to the next.
struct MovingSplat {
    center: vec3f,
    opacity: f32,
    logScale: vec3f,
    rotation: vec4f,         // quaternion w, x, y, z
    color: vec3f,
}

fn readSplat(a: vec4u, b: vec2u, q: Quantization) -> MovingSplat {
    return MovingSplat(readCenter(a, q), select(readOpacity(b, q), 0.0, isDead(a, b)), readLogScale(b, q), readRotation(a, b, q), readColor(a, b, q));
}

// The splat at a time between two frames: all linear, rotations by the shorter way. Who dies fades out where it was, who is born fades in where it will be.
fn readBetween(a: vec4u, b: vec2u, a2: vec4u, b2: vec2u, t: f32, q: Quantization) -> MovingSplat {
    var s = readSplat(a, b, q);
    var next = readSplat(a2, b2, q);
    s.opacity = mix(s.opacity, next.opacity, t);
    if (isDead(a2, b2)) { return s; }
    if (isDead(a, b)) {
        next.opacity = s.opacity;
        return next;
    }
    s.center = mix(s.center, next.center, t);
    s.logScale = mix(s.logScale, next.logScale, t);
    s.rotation = normalize(mix(s.rotation, next.rotation * select(-1.0, 1.0, dot(s.rotation, next.rotation) >= 0.0), t));
    s.color = mix(s.color, next.color, t);
    return s;
}
`;
