import { AssetContainer } from "@babylonjs/core/assetContainer.js";
import type {
    ISceneLoaderAsyncResult,
    ISceneLoaderPluginAsync,
    ISceneLoaderPluginFactory,
    ISceneLoaderProgressEvent,
    SceneLoaderPluginOptions,
} from "@babylonjs/core/Loading/sceneLoader.js";
import { RegisterSceneLoaderPlugin } from "@babylonjs/core/Loading/sceneLoader.js";
import type { IFileRequest } from "@babylonjs/core/Misc/fileRequest.js";
import { Observable } from "@babylonjs/core/Misc/observable.js";
import type { Scene } from "@babylonjs/core/scene.js";
import { FvvError } from "../format/fvvError.js";
import { BlobClipSource, MemoryClipSource } from "../loader/sources/localClipSources.js";
import type { IFetchOptions } from "../loader/sources/urlClipSource.js";
import { FvvFileLoaderMetadata } from "./fvvFileLoader.metadata.js";
import type { IFvvLoaderOptions } from "./fvvFileLoader.types.js";
import { loadFvvClipAsync, sourceOfUrl, type FvvClipData } from "./loadFvvClip.js";

/**
 * Scene-loader plugin for `.fvv` clips. A load ends when the first frame is on the GPU; the rest is streamed while playing.
 * `FvvPlayer.FromMesh(result.meshes[0])` is the clip's player.
 */
export class FvvFileLoader implements ISceneLoaderPluginAsync {
    /** Name of the plugin. */
    public readonly name = FvvFileLoaderMetadata.name;
    /** Extensions of the plugin. */
    public readonly extensions = FvvFileLoaderMetadata.extensions;
    /** Told when the plugin is done or dropped; Babylon aborts a load that still runs. */
    public readonly onDisposeObservable = new Observable<void>();

    /** @param _options options of this operation */
    public constructor(private readonly _options: Partial<IFvvLoaderOptions> = {}) {}

    /** Takes a URL, a `File` or bytes without reading them. */
    public loadFile(_scene: Scene, fileOrUrl: File | string | ArrayBufferView, _rootUrl: string, onSuccess: (data: unknown, responseURL?: string) => void): IFileRequest {
        const request: IFileRequest = { onCompleteObservable: new Observable<IFileRequest>(), abort: () => {} };
        onSuccess(toSource(fileOrUrl, this._options.fetch));
        return request;
    }

    /** Loads a clip into a scene. */
    public async importMeshAsync(
        _meshesNames: string | readonly string[] | null | undefined,
        scene: Scene,
        data: unknown,
        _rootUrl: string,
        onProgress?: (event: ISceneLoaderProgressEvent) => void,
        fileName?: string,
    ): Promise<ISceneLoaderAsyncResult> {
        const progress = onProgress && ((loaded: number, total: number) => onProgress({ lengthComputable: true, loaded, total }));
        const player = await loadFvvClipAsync(data as FvvClipData, scene, { ...this._options, name: fileName, onProgress: progress });
        return {
            meshes: [player.mesh],
            particleSystems: [],
            skeletons: [],
            animationGroups: [player.animationGroup],
            transformNodes: [],
            geometries: [],
            lights: [],
            spriteManagers: [],
        };
    }

    /** Loads a clip into a scene, as an addition to it. */
    public async loadAsync(scene: Scene, data: unknown, rootUrl: string, onProgress?: (event: ISceneLoaderProgressEvent) => void, fileName?: string): Promise<void> {
        await this.importMeshAsync(null, scene, data, rootUrl, onProgress, fileName);
    }

    /** Loads a clip into a container, out of the scene. */
    public async loadAssetContainerAsync(
        scene: Scene,
        data: unknown,
        rootUrl: string,
        onProgress?: (event: ISceneLoaderProgressEvent) => void,
        fileName?: string,
    ): Promise<AssetContainer> {
        const container = new AssetContainer(scene);
        const { meshes, animationGroups } = await this.importMeshAsync(null, scene, data, rootUrl, onProgress, fileName);
        for (const mesh of meshes) {
            container.meshes.push(mesh);
            container.geometries.push(...(mesh.geometry ? [mesh.geometry] : []));
            container.materials.push(...(mesh.material ? [mesh.material] : []));
            mesh._parentContainer = container;
        }
        for (const group of animationGroups) {
            container.animationGroups.push(group);
            group._parentContainer = container;
        }
        container.removeAllFromScene();
        return container;
    }
}

function toSource(fileOrUrl: File | string | ArrayBufferView, options: IFetchOptions | undefined): FvvClipData {
    if (typeof fileOrUrl === "string") {
        return sourceOfUrl(fileOrUrl, options);
    }
    if (ArrayBuffer.isView(fileOrUrl)) {
        return new MemoryClipSource(new Uint8Array(fileOrUrl.buffer, fileOrUrl.byteOffset, fileOrUrl.byteLength), "memory");
    }
    if (/\.fvvm$/i.test(fileOrUrl.name)) {
        throw new FvvError(
            "BAD_OPTION",
            "A manifest names clips by their addresses, which a file on this machine does not have; load it by its address, or one of its .fvv files",
            {
                source: fileOrUrl.name,
            },
        );
    }
    return new BlobClipSource(fileOrUrl, fileOrUrl.name);
}

let isRegistered = false;

/** Registers the plugin for `.fvv` with Babylon's scene loader. Calling it again does nothing. */
export function RegisterFvvLoader(): void {
    if (!isRegistered) {
        isRegistered = true;
        const factory: ISceneLoaderPluginFactory = {
            ...FvvFileLoaderMetadata,
            createPlugin: (options: SceneLoaderPluginOptions) => new FvvFileLoader(options[FvvFileLoaderMetadata.name]),
        };
        RegisterSceneLoaderPlugin(factory);
    }
}
