export { enableFvvXR, FVV_XR_DEFAULTS, type IFvvXROptions } from "./enableFvvXR.js";
export { FvvFloor } from "./fvvFloor.js";
export { FvvGrabBehavior, type IFvvGrabOptions } from "./fvvGrabBehavior.js";
export { placeFvvClip, type IFvvPlacementOptions } from "./placeFvvClip.js";
