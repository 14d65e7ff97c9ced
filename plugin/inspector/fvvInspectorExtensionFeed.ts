import { BuiltInsExtensionFeed } from "@babylonjs/inspector";
import type { IInspectorExtensionFeed } from "./inspectorTypes.js";

/**
 * A feed with the section "Free-viewpoint video" as an extension that can be installed and uninstalled in the Inspector: `ShowInspector(scene, { extensionFeeds: [FvvInspectorExtensionFeed] })`.
 * To show it from the beginning, give the Inspector `FvvInspectorServiceDefinition` in place of it.
 */
export const FvvInspectorExtensionFeed: IInspectorExtensionFeed = new BuiltInsExtensionFeed("babylon-fvv", [
    {
        name: "Free-viewpoint video",
        description: "Plays and examines clips of moving splats (.fvv): transport, look, statistics, file, saving frames.",
        keywords: ["fvv", "splat", "gaussian", "video", "volumetric"],
        license: "MIT",
        getExtensionModuleAsync: async () => {
            const { FvvInspectorServiceDefinition } = await import("./fvvInspectorService.js");
            return { default: { serviceDefinitions: [FvvInspectorServiceDefinition] } };
        },
    },
]);
