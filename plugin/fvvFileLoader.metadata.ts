import type { ISceneLoaderPluginMetadata } from "@babylonjs/core/Loading/sceneLoader.js";

/** Name and extensions of the scene-loader plugin. Kept apart so that it can be registered without loading the plugin itself. */
export const FvvFileLoaderMetadata = {
    name: "fvv",
    extensions: {
        ".fvv": { isBinary: true, mimeType: "model/vnd.fvv" },
        ".fvvm": { isBinary: true, mimeType: "model/vnd.fvv-ladder+json" },
    },
} as const satisfies ISceneLoaderPluginMetadata;
