/** Vertex stage of the splat material, WGSL. The same as shaders/glsl/splatVideo.vertex.ts, line by line where the language allows. */
export const splatVideoVertexWgsl = `// Corner x, y in -1..1, z tells which quad of the batch. (No semicolons in comments of declarations: Babylon splits at them.)
attribute position: vec3f;

uniform world: mat4x4f;
uniform view: mat4x4f;
uniform projection: mat4x4f;
uniform viewportSize: vec2f;     // pixels
uniform eyeLocal: vec4f;         // in the space of the clip: camera and 1, or, orthographic, against the direction of view and 0
uniform batch: vec2f;            // quads in a batch, live splats
uniform positionStep: f32;
uniform positionOrigin: vec3f;
uniform rotationStep: f32;
uniform logScale: vec2f;         // step, origin
uniform opacityScale: vec2f;     // step, origin
uniform colorScale: vec2f;       // step, origin
uniform lowPassAndFade: vec2f;   // px^2 added to the projected covariance, factor of the opacity
var splatA: texture_2d<u32>;
var splatB: texture_2d<u32>;
var splatOrder: texture_2d<u32>;
#if SH_DEGREE > 0
uniform shScale: vec2f;          // step, origin
var splatSh0: texture_2d<u32>;
#endif
#if SH_DEGREE > 1
var splatSh1: texture_2d<u32>;
#endif
#if SH_DEGREE > 2
var splatSh2: texture_2d<u32>;
#endif

varying vColor: vec4f;
varying vCorner: vec2f;

fn readRotation(w: u32, low: u32) -> vec4f {
    let codes = ((vec3u(w, w >> 10u, w >> 20u) & vec3u(1023u)) << vec3u(2u)) | (vec3u(low >> 26u, low >> 28u, low >> 30u) & vec3u(3u));
    var c = (vec3f(codes) - 2048.0) * uniforms.rotationStep;
    let sum = dot(c, c);
    let d = sqrt(max(0.0, 1.0 - sum));
    c *= select(1.0, inverseSqrt(max(sum, 1.0)), sum > 1.0);
    let largest = w >> 30u;
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

#if SH_DEGREE > 0
var<private> shTexel0: vec4u;
#if SH_DEGREE > 1
var<private> shTexel1: vec4u;
#endif
#if SH_DEGREE > 2
var<private> shTexel2: vec4u;
#endif

fn shValue(i: i32) -> f32 {
    var texel = shTexel0;
#if SH_DEGREE > 1
    if (i >= 16) { texel = shTexel1; }
#endif
#if SH_DEGREE > 2
    if (i >= 32) { texel = shTexel2; }
#endif
    let word = texel[(i >> 2u) & 3];
    return uniforms.shScale.y + uniforms.shScale.x * f32((word >> u32(8 * (i & 3))) & 255u);
}

fn sh(k: i32) -> vec3f {
    return vec3f(shValue(3 * k), shValue(3 * k + 1), shValue(3 * k + 2));
}

// Real spherical harmonics beyond DC, signs as in INRIA 3DGS; dir points from the camera to the splat.
fn shColor(dir: vec3f) -> vec3f {
    let x = dir.x; let y = dir.y; let z = dir.z;
    var c = 0.4886025119029199 * (-y * sh(0) + z * sh(1) - x * sh(2));
#if SH_DEGREE > 1
    let xx = x * x; let yy = y * y; let zz = z * z;
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

@vertex
fn main(input: VertexInputs) -> FragmentInputs {
    vertexOutputs.position = vec4f(0.0, 0.0, 2.0, 1.0);
    vertexOutputs.vColor = vec4f(0.0);
    vertexOutputs.vCorner = vec2f(0.0);
    let index = vertexInputs.instanceIndex * u32(uniforms.batch.x) + u32(vertexInputs.position.z + 0.5);
    if (index >= u32(uniforms.batch.y)) {
        return vertexOutputs;
    }
    let slot = textureLoad(splatOrder, vec2u(index & 1023u, index >> 10u), 0).x;
    let texel = vec2u(slot & 1023u, slot >> 10u);
    let a = textureLoad(splatA, texel, 0);
    let b = textureLoad(splatB, texel, 0).xy;

    let opacity = clamp(uniforms.opacityScale.y + uniforms.opacityScale.x * f32((b.y >> 16u) & 1023u), 0.0, 1.0) * uniforms.lowPassAndFade.y;
    if (opacity < 1.0 / 255.0) {
        return vertexOutputs;
    }
    let center = uniforms.positionOrigin + uniforms.positionStep * vec3f(a.xyz & vec3u(0x7fffffu));
    let worldView = uniforms.view * uniforms.world;
    let viewCenter = worldView * vec4f(center, 1.0);
    let clip = uniforms.projection * viewCenter;
    if (clip.w <= 0.0 || clip.z < 0.0 || clip.z > clip.w) {
        return vertexOutputs;
    }
    let ndc = clip.xy / clip.w;

    // Rows of the Jacobian of the pixel position by the position in the space of the clip; it is right for any projection matrix.
    let p = uniforms.projection;
    let pixels = 0.5 * uniforms.viewportSize / clip.w;
    let slope = clamp(ndc, vec2f(-1.3), vec2f(1.3));
    let linear = mat3x3f(worldView[0].xyz, worldView[1].xyz, worldView[2].xyz);
    let jx = vec3f(p[0][0], 0.0, p[2][0] - slope.x * p[2][3]) * linear * pixels.x;
    let jy = vec3f(0.0, p[1][1], p[2][1] - slope.y * p[2][3]) * linear * pixels.y;

    let scale = exp(uniforms.logScale.y + uniforms.logScale.x * vec3f(vec3u(b.x, b.x >> 13u, b.y) & vec3u(8191u)));
    let axes = rotationMatrix(readRotation(a.w, b.y));
    let u = (jx * axes) * scale;
    let v = (jy * axes) * scale;
    let cxx = dot(u, u) + uniforms.lowPassAndFade.x;
    let cxy = dot(u, v);
    let cyy = dot(v, v) + uniforms.lowPassAndFade.x;

    // Standard deviations along the axes of the ellipse.
    let middle = 0.5 * (cxx + cyy);
    let radius = length(vec2f(0.5 * (cxx - cyy), cxy));
    let major = middle + radius;
    let minor = max(middle - radius, 0.0);
    var direction = select(vec2f(0.0, 1.0), vec2f(1.0, 0.0), cxx >= cyy);
    if (radius >= 1e-6 * middle && abs(cxy) > 1e-9 * middle) {
        direction = normalize(vec2f(cxy, major - cxx));
    }

    // The quad ends where the splat falls under 1/255, at most at sqrt(8) sigma, as in other web renderers.
    let reach = sqrt(min(8.0, 2.0 * log(255.0 * opacity)));
    let majorAxis = min(sqrt(major), 1024.0) * reach * direction;
    let minorAxis = min(sqrt(minor), 1024.0) * reach * vec2f(direction.y, -direction.x);
    let extent = (abs(majorAxis) + abs(minorAxis)) * 2.0 / uniforms.viewportSize;
    if (any((abs(ndc) - extent) > vec2f(1.0))) {
        return vertexOutputs;
    }

    var color = uniforms.colorScale.y + uniforms.colorScale.x * vec3f(((a.xyz >> vec3u(23u)) << vec3u(3u)) | (vec3u(b.x >> 26u, b.x >> 29u, b.y >> 13u) & vec3u(7u)));
#if SH_DEGREE > 0
    shTexel0 = textureLoad(splatSh0, texel, 0);
#if SH_DEGREE > 1
    shTexel1 = textureLoad(splatSh1, texel, 0);
#endif
#if SH_DEGREE > 2
    shTexel2 = textureLoad(splatSh2, texel, 0);
#endif
    color += shColor(normalize(center * uniforms.eyeLocal.w - uniforms.eyeLocal.xyz));
#endif
    vertexOutputs.vColor = vec4f(max(color, vec3f(0.0)), opacity);
    vertexOutputs.vCorner = vertexInputs.position.xy * reach;
    let offset = (vertexInputs.position.x * majorAxis + vertexInputs.position.y * minorAxis) * 2.0 / uniforms.viewportSize;
    vertexOutputs.position = vec4f((ndc + offset) * clip.w, clip.zw);
}
`;
