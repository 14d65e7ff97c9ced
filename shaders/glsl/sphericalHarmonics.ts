/** Spherical harmonics of a splat, GLSL, for SH_DEGREE 0 to 3. readSh comes before shColor. */
export const sphericalHarmonicsGlsl = `
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

#if SH_DEGREE > 0
uvec4 shTexel0;
#if SH_DEGREE > 1
uvec4 shTexel1;
#endif
#if SH_DEGREE > 2
uvec4 shTexel2;
#endif

void readSh(ivec2 texel) {
    shTexel0 = texelFetch(splatSh0, texel, 0);
#if SH_DEGREE > 1
    shTexel1 = texelFetch(splatSh1, texel, 0);
#endif
#if SH_DEGREE > 2
    shTexel2 = texelFetch(splatSh2, texel, 0);
#endif
}

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
`;
