/** Fragment stage of the splat material, WGSL. The same as shaders/glsl/splatVideo.fragment.ts. */
export const splatVideoFragmentWgsl = `varying vColor: vec4f;
varying vCorner: vec2f;

@fragment
fn main(input: FragmentInputs) -> FragmentOutputs {
    let alpha = fragmentInputs.vColor.a * exp(-0.5 * dot(fragmentInputs.vCorner, fragmentInputs.vCorner));
    // Quads end at that circle; corners lie outside.
    if (alpha < 1.0 / 255.0 || dot(fragmentInputs.vCorner, fragmentInputs.vCorner) > 8.0) {
        discard;
    }
    fragmentOutputs.color = vec4f(fragmentInputs.vColor.rgb * alpha, alpha);
}
`;
