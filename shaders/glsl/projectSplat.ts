/** EWA splatting, GLSL: the ellipse of a splat on screen. The same as shaders/wgsl/projectSplat.ts. */
export const projectSplatGlsl = `
struct Ellipse {
    vec2 major;        // px, along the longer axis, one standard deviation
    float minor;       // px, one standard deviation along the other axis
    float density;     // square root of what the low-pass filter leaves of the area: factor of the opacity that keeps the sum
};

// Projects a splat. ndc: its centre, w: clip w, linear: view * world without translation, p: projection.
Ellipse projectSplat(vec2 ndc, float w, mat3 linear, mat4 p, vec2 viewport, float added, mat3 axes, vec3 scale) {
    // Rows of the Jacobian of the pixel position by the position in the space of the clip; it is right for any projection matrix.
    vec2 pixels = 0.5 * viewport / w;
    vec2 slope = clamp(ndc, -1.3, 1.3);
    vec3 jx = vec3(p[0][0], 0.0, p[2][0] - slope.x * p[2][3]) * linear * pixels.x;
    vec3 jy = vec3(0.0, p[1][1], p[2][1] - slope.y * p[2][3]) * linear * pixels.y;
    vec3 u = (jx * axes) * scale;
    vec3 v = (jy * axes) * scale;
    float sxx = dot(u, u);
    float sxy = dot(u, v);
    float syy = dot(v, v);
    float cxx = sxx + added;
    float cyy = syy + added;
    float middle = 0.5 * (cxx + cyy);
    float radius = length(vec2(0.5 * (cxx - cyy), sxy));
    float major = middle + radius;
    float minor = max(middle - radius, 0.0);
    vec2 direction = cxx >= cyy ? vec2(1.0, 0.0) : vec2(0.0, 1.0);
    if (radius >= 1e-6 * middle && abs(sxy) > 1e-9 * middle) {
        direction = normalize(vec2(sxy, major - cxx));
    }
    float density = sqrt(max(sxx * syy - sxy * sxy, 0.0) / max(cxx * cyy - sxy * sxy, 1e-12));
    return Ellipse(min(sqrt(major), 1024.0) * direction, min(sqrt(minor), 1024.0), density);
}

// Standard deviations at which a splat falls under a floor of alpha, at most sqrt(8), as in other web renderers.
float reachTo(float opacity, float floorAlpha) {
    return sqrt(min(8.0, 2.0 * log(opacity / floorAlpha)));
}

// Pixels from the centre of a splat to a point that is given in standard deviations along its axes.
vec2 offsetOf(Ellipse e, vec2 corner) {
    vec2 across = vec2(e.major.y, -e.major.x) * (e.minor / max(length(e.major), 1e-12));
    return corner.x * e.major + corner.y * across;
}
`;
