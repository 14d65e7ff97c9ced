/** EWA splatting (Zwicker et al. 2001), as in 3D Gaussian Splatting (Kerbl et al. 2023): the ellipse of a splat on screen. */
export const projectSplatWgsl = `
struct Ellipse {
    major: vec2f,        // px, along the longer axis, one standard deviation
    minor: f32,          // px, one standard deviation along the other axis
    density: f32,        // square root of what the low-pass filter leaves of the area: factor of the opacity that keeps the sum
}

// Projects a splat. ndc: its centre, w: clip w, linear: view * world without translation, p: projection.
fn projectSplat(ndc: vec2f, w: f32, linear: mat3x3f, p: mat4x4f, viewport: vec2f, lowPass: f32, axes: mat3x3f, scale: vec3f) -> Ellipse {
    // Rows of the Jacobian of the pixel position by the position in the space of the clip; it is right for any projection matrix.
    let pixels = 0.5 * viewport / w;
    let slope = clamp(ndc, vec2f(-1.3), vec2f(1.3));
    let jx = vec3f(p[0][0], 0.0, p[2][0] - slope.x * p[2][3]) * linear * pixels.x;
    let jy = vec3f(0.0, p[1][1], p[2][1] - slope.y * p[2][3]) * linear * pixels.y;
    let u = (jx * axes) * scale;
    let v = (jy * axes) * scale;
    let sxx = dot(u, u);
    let sxy = dot(u, v);
    let syy = dot(v, v);
    let cxx = sxx + lowPass;
    let cyy = syy + lowPass;
    let middle = 0.5 * (cxx + cyy);
    let radius = length(vec2f(0.5 * (cxx - cyy), sxy));
    let major = middle + radius;
    let minor = max(middle - radius, 0.0);
    var direction = select(vec2f(0.0, 1.0), vec2f(1.0, 0.0), cxx >= cyy);
    if (radius >= 1e-6 * middle && abs(sxy) > 1e-9 * middle) {
        direction = normalize(vec2f(sxy, major - cxx));
    }
    let density = sqrt(max(sxx * syy - sxy * sxy, 0.0) / max(cxx * cyy - sxy * sxy, 1e-12));
    return Ellipse(min(sqrt(major), 1024.0) * direction, min(sqrt(minor), 1024.0), density);
}

// Standard deviations at which a splat falls under a floor of alpha, at most sqrt(8), as in other web renderers.
fn reachTo(opacity: f32, floorAlpha: f32) -> f32 {
    return sqrt(min(8.0, 2.0 * log(opacity / floorAlpha)));
}

// The quad ends where the splat falls under 1/255.
fn reachOf(opacity: f32) -> f32 {
    return reachTo(opacity, 1.0 / 255.0);
}

// Pixels from the centre of a splat to a point that is given in standard deviations along its axes.
fn offsetOf(e: Ellipse, corner: vec2f) -> vec2f {
    let across = vec2f(e.major.y, -e.major.x) * (e.minor / max(length(e.major), 1e-12));
    return corner.x * e.major + corner.y * across;
}
`;
