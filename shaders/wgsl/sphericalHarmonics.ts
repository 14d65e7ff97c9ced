/** Real spherical harmonics beyond DC, signs as in INRIA 3DGS. Expects `fn sh(k: u32) -> vec3f`, coefficient k of the splat. */
export const sphericalHarmonicsWgsl = `
// dir points from the camera to the splat; degree 1 to 3.
fn shColor(dir: vec3f, degree: u32) -> vec3f {
    let x = dir.x; let y = dir.y; let z = dir.z;
    var c = 0.4886025119029199 * (-y * sh(0u) + z * sh(1u) - x * sh(2u));
    if (degree < 2u) { return c; }
    let xx = x * x; let yy = y * y; let zz = z * z;
    c += 1.0925484305920792 * (x * y * sh(3u) - y * z * sh(4u) - x * z * sh(6u))
        + 0.31539156525252005 * (2.0 * zz - xx - yy) * sh(5u)
        + 0.5462742152960396 * (xx - yy) * sh(7u);
    if (degree < 3u) { return c; }
    c += -0.5900435899266435 * (y * (3.0 * xx - yy) * sh(8u) + x * (xx - 3.0 * yy) * sh(14u))
        + 2.890611442640554 * x * y * z * sh(9u)
        - 0.4570457994644658 * (4.0 * zz - xx - yy) * (y * sh(10u) + x * sh(12u))
        + 0.3731763325901154 * z * (2.0 * zz - 3.0 * xx - 3.0 * yy) * sh(11u)
        + 1.445305721320277 * z * (xx - yy) * sh(13u);
    return c;
}
`;
