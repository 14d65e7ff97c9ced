import type { ISceneLoaderPlugin } from "@babylonjs/core/Loading/sceneLoader.js";
import { SceneLoader } from "@babylonjs/core/Loading/sceneLoader.js";
import type { AbstractMesh } from "@babylonjs/core/Meshes/abstractMesh.js";
import type { Scene } from "@babylonjs/core/scene.js";

/** Name of Babylon's plugin for `.babylon` files. */
const PLUGIN = "babylon.js";

/**
 * Looks over what is imported from `.babylon` files: Babylon asks its parsers where a file is loaded, but not where its meshes are imported. Its plugin, of which there
 * is one, is looked up when it is about to load, since it may be registered later than this is called.
 * @param mark a file that does not hold this text is left alone
 * @param restore told what the file says and the meshes that were made of it, which it may replace in the list
 */
export function followImports(mark: string, restore: (parsed: object, scene: Scene, meshes: AbstractMesh[], rootUrl: string) => void): void {
    const observer = SceneLoader.OnPluginActivatedObservable.add((activated) => {
        const plugin = activated as Partial<ISceneLoaderPlugin>;
        const importMesh = plugin.importMesh?.bind(plugin);
        if (plugin.name === PLUGIN && importMesh) {
            observer.remove();
            plugin.importMesh = (names, scene, data: unknown, rootUrl, meshes, ...rest) => {
                const isDone = importMesh(names, scene, data, rootUrl, meshes, ...rest);
                if (isDone && typeof data === "string" && data.includes(mark)) {
                    restore(JSON.parse(data) as object, scene, meshes, rootUrl);
                }
                return isDone;
            };
        }
    });
}
