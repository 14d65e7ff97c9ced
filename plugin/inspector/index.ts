export { FvvInspectorExtensionFeed } from "./fvvInspectorExtensionFeed.js";
export { FvvInspectorServiceDefinition } from "./fvvInspectorService.js";
export type { IInspectorExtension, IInspectorExtensionFeed, IInspectorExtensionModule, IInspectorServiceDefinition } from "./inspectorTypes.js";
