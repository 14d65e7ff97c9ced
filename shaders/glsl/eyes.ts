/**
 * The eye that a vertex is drawn for, GLSL. With multiview (OVR_multiview2) one draw makes the pictures of both eyes: what ends in R is the right eye's. Set by plugin/bindEyes.ts.
 */
export const eyesGlsl = `
uniform mat4 view;
uniform mat4 projection;
uniform vec4 eyeLocal;         // in the space of the clip: camera and 1, or, orthographic, against the direction of view and 0
#ifdef MULTIVIEW
uniform mat4 viewR;
uniform mat4 projectionR;
uniform vec4 eyeLocalR;
#define OF_EYE(left, right) (gl_ViewID_OVR == 0u ? left : right)
#else
#define OF_EYE(left, right) left
#endif

mat4 eyeView() {
    return OF_EYE(view, viewR);
}

mat4 eyeProjection() {
    return OF_EYE(projection, projectionR);
}

vec4 eyePosition() {
    return OF_EYE(eyeLocal, eyeLocalR);
}
`;
