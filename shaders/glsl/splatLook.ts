/** What a scene does to the look of splats, GLSL: crop, clip planes, colour, fog; packed by plugin/splatLook.ts. The same as shaders/wgsl/splatLook.ts. */
export const splatLookGlsl = `
uniform vec4 look[15];

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
`;
