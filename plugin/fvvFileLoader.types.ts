import type { IFvvLimits } from "../format/limits.js";
import type { IBufferOptions } from "../loader/clipStream.js";
import type { IDecodeClientOptions } from "../loader/decodeClient.js";
import type { ILadderOptions } from "../loader/ladder.js";
import type { FvvFileLoaderMetadata } from "./fvvFileLoader.metadata.js";

/** Options of the .fvv loader: `ImportMeshAsync(url, scene, { pluginOptions: { fvv: { autoPlay: false } } })`. */
export interface IFvvLoaderOptions extends IDecodeClientOptions {
    /** Whether the clip plays once it is loaded. Default true. */
    autoPlay?: boolean;
    /** Whether it begins again at its end. Default true. */
    loop?: boolean;
    /** Whether the clip is stood upright and unmirrored in the scene, as its header tells its axes. Default true. */
    useClipAxes?: boolean;
    /** How the clip is fetched: headers, credentials, other addresses, how often to try. */
    fetch?: ILadderOptions;
    /** How much of the clip is kept in memory. */
    buffer?: IBufferOptions;
    /** Limits for the counts in the file. */
    limits?: Partial<IFvvLimits>;
}

declare module "@babylonjs/core/Loading/sceneLoader.js" {
    // Adds the options of this plugin to those of scene-loader calls.
    export interface SceneLoaderPluginOptions {
        /** Options of the .fvv loader. */
        [FvvFileLoaderMetadata.name]: Partial<IFvvLoaderOptions>;
    }
}
