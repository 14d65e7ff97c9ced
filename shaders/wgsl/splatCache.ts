/**
 * A projected splat as the kernel `project` leaves it and the vertex stage takes it, 32 bytes: two vec4u. x, y, z of the first: centre in normalised device
 * coordinates; all lengths in px, colours display-referred, 16-bit floats.
 */
export const splatCacheWgsl = `
struct CachedSplat {
    ndc: vec3f,
    major: vec2f,      // px, one standard deviation
    minor: f32,        // px, across the major axis
    reach: f32,        // standard deviations to the border of the quad
    color: vec4f,      // not premultiplied
}

fn packCached0(s: CachedSplat) -> vec4u {
    return vec4u(bitcast<u32>(s.ndc.x), bitcast<u32>(s.ndc.y), bitcast<u32>(s.ndc.z), pack2x16float(s.major));
}

fn packCached1(s: CachedSplat) -> vec4u {
    return vec4u(pack2x16float(vec2f(s.minor, s.reach)), pack2x16float(s.color.rg), pack2x16float(s.color.ba), 0u);
}

fn unpackCached(a: vec4u, b: vec4u) -> CachedSplat {
    let minorAndReach = unpack2x16float(b.x);
    return CachedSplat(bitcast<vec3f>(a.xyz), unpack2x16float(a.w), minorAndReach.x, minorAndReach.y, vec4f(unpack2x16float(b.y), unpack2x16float(b.z)));
}

// Corner of a quad in standard deviations, in clip space.
fn placeCorner(splat: CachedSplat, corner: vec2f, viewport: vec2f) -> vec4f {
    let across = vec2f(splat.major.y, -splat.major.x) * (splat.minor / max(length(splat.major), 1e-12));
    let offset = (corner.x * splat.major + corner.y * across) * 2.0 / viewport;
    return vec4f(splat.ndc.xy + offset, splat.ndc.z, 1.0);
}
`;
