/** Floats of a packed look: 15 vectors of four. */
export const LOOK_FLOATS = 60;

/** What a scene does to the look of splats: colour, crop, clip planes, fog. `Look` has the layout that plugin/splatLook.ts packs. */
export const splatLookWgsl = `
struct Look {
    red: vec4f,                  // weights of red, green, blue and a constant
    green: vec4f,
    blue: vec4f,
    cropX: vec4f,                // rows of the way from the space of the clip to that of the crop, where it reaches from -1 to 1
    cropY: vec4f,
    cropZ: vec4f,
    crop: vec4f,                 // 0 none, 1 box, 2 sphere, width of the soft edge in that space, factor of the opacity
    planes: array<vec4f, 6>,     // in the space of the clip, what is in front is cut away
    fog: vec4f,                  // mode as Babylon's (0 none), start, end, density
    fogColor: vec4f,
}

// Factor of the opacity; 0: not to be drawn.
fn lookOpacity(center: vec3f, look: Look) -> f32 {
    let p = vec4f(center, 1.0);
    for (var i = 0u; i < 6u; i++) {
        if (dot(look.planes[i], p) > 0.0) { return 0.0; }
    }
    if (look.crop.x == 0.0) { return look.crop.z; }
    let c = vec3f(dot(look.cropX, p), dot(look.cropY, p), dot(look.cropZ, p));
    let distance = select(length(c), max(abs(c.x), max(abs(c.y), abs(c.z))), look.crop.x == 1.0);
    return look.crop.z * clamp((1.0 - distance) / max(look.crop.y, 1e-6), 0.0, 1.0);
}

fn lookColor(color: vec3f, distance: f32, look: Look) -> vec3f {
    let c = vec4f(color, 1.0);
    let own = max(vec3f(dot(look.red, c), dot(look.green, c), dot(look.blue, c)), vec3f(0.0));
    if (look.fog.x == 0.0) { return own; }
    var seen = clamp((look.fog.z - distance) / (look.fog.z - look.fog.y), 0.0, 1.0);
    if (look.fog.x == 1.0) { seen = exp(-distance * look.fog.w); }
    if (look.fog.x == 2.0) { seen = exp(-distance * distance * look.fog.w * look.fog.w); }
    return mix(look.fogColor.rgb, own, clamp(seen, 0.0, 1.0));
}
`;
