import { RegisterSceneLoaderPlugin } from "@babylonjs/core/Loading/sceneLoader.js";
import { FvvFileLoaderMetadata } from "./fvvFileLoader.metadata.js";

export * from "./fvvFileLoader.metadata.js";
export type * from "./fvvFileLoader.types.js";

/**
 * Registers the plugin for `.fvv` with Babylon's scene loader, as `registerBuiltInLoaders` of `@babylonjs/loaders/dynamic` does with Babylon's own: the plugin itself is imported
 * when a clip is loaded for the first time.
 */
export function registerFvvLoaderLazily(): void {
    RegisterSceneLoaderPlugin({
        ...FvvFileLoaderMetadata,
        createPlugin: async (options) => {
            const { FvvFileLoader } = await import(/* webpackChunkName: "fvvFileLoader" */ "./fvvFileLoader.pure.js");
            return new FvvFileLoader(options[FvvFileLoaderMetadata.name]);
        },
    });
}
