/** Fragment stage of the splat material, GLSL: a Gaussian of the distance in standard deviations, premultiplied. */
export const splatVideoFragmentGlsl = `precision highp float;

varying vec4 vColor;
varying vec2 vCorner;

void main(void) {
    float alpha = vColor.a * exp(-0.5 * dot(vCorner, vCorner));
    // Quads end at that circle; corners lie outside.
    if (alpha < 1.0 / 255.0 || dot(vCorner, vCorner) > 8.0) {
        discard;
    }
    gl_FragColor = vec4(vColor.rgb * alpha, alpha);
}
`;
