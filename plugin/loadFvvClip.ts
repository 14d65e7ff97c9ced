import { Quaternion, Vector3 } from "@babylonjs/core/Maths/math.vector.js";
import type { Scene } from "@babylonjs/core/scene.js";
import { FvvError } from "../format/fvvError.js";
import { ClipStream } from "../loader/clipStream.js";
import { fetchLadderAsync } from "../loader/ladder.js";
import type { IClipSource } from "../loader/sources/clipSource.js";
import { UrlClipSource, type IFetchOptions } from "../loader/sources/urlClipSource.js";
import { StreamClipSource } from "../loader/sources/streamClipSource.js";
import { clipAxesMatrix } from "./clipAxes.js";
import type { IFvvLoaderOptions } from "./fvvFileLoader.types.js";
import { FvvPlayer } from "./fvvPlayer.js";
import { serializeClip } from "./serialization/serializedClip.js";
import { SplatVideoMesh } from "./splatVideoMesh.js";

/** Where a clip comes from: a source of bytes, a stream of the bytes of a live clip from the first on, or the manifest of a ladder. */
export type FvvClipData = IClipSource | ReadableStream<Uint8Array> | { manifestUrl: string };

/** Options of {@link loadFvvClipAsync}. */
export interface IFvvClipOptions extends Partial<IFvvLoaderOptions> {
    /** File name or address, of which the mesh gets its name. Default: that of the source. */
    name?: string;
    /** Told how many bytes of the present read have come, and how many are wanted. */
    onProgress?: (loaded: number, total: number) => void;
}

/**
 * Loads a clip from anywhere, for instance from a WebSocket or WebTransport. What Babylon's scene loader does for URLs and files ends here too.
 * @param data where it comes from
 * @param scene scene that it is loaded into
 * @param options how to load and play it
 * @returns its player, when the first frame is on the GPU
 */
export async function loadFvvClipAsync(data: FvvClipData, scene: Scene, options: IFvvClipOptions = {}): Promise<FvvPlayer> {
    const stream = await openClipAsync(data, options);
    const name = options.name ?? ("manifestUrl" in data ? data.manifestUrl : "name" in data ? data.name : "live");
    if (scene.isDisposed) {
        stream.dispose();
        throw new FvvError("DISPOSED", "The scene was disposed while the clip was loading; load it into another", { source: name });
    }
    const player = createPlayerOrClose(stream, nameOf(name), scene, options);
    player.url = addressOf(data);
    player.loop = options.loop !== false && !stream.isLive;
    try {
        await player.firstFramePromise;
    } catch (error) {
        player.mesh.dispose();
        throw error;
    }
    if (options.autoPlay !== false) {
        player.play();
    }
    return player;
}

/**
 * Makes another mesh that plays the same clip at a time of its own, for instance some seconds later. Whatever is fetched, and the memory for it, is shared; each decodes for itself. A clone of the mesh, in contrast,
 * shows the same frame.
 * @param player player of the clip
 * @param name name of the mesh
 * @param options how to decode, and whether to stand it upright
 */
export function createFvvInstance(player: FvvPlayer, name: string, options: Pick<IFvvClipOptions, "useWorker" | "workerUrl" | "limits" | "useClipAxes"> = {}): FvvPlayer {
    if (FvvPlayer.FromMesh(player.mesh) !== player) {
        throw new FvvError("DISPOSED", "The player is disposed, and its clip with it; load the clip again");
    }
    const instance = createPlayer(player.streaming.stream, name, player.mesh.getScene(), options);
    instance.loop = player.loop;
    instance.url = player.url;
    return instance;
}

/**
 * Where the bytes at an address come from: a clip, or the manifest of a ladder.
 * @param url address
 * @param options how to fetch
 */
export function sourceOfUrl(url: string, options?: IFetchOptions): FvvClipData {
    return /\.fvvm(?:[?#]|$)/i.test(url) ? { manifestUrl: url } : new UrlClipSource(url, options);
}

/**
 * Opens a clip without showing it.
 * @param data where it comes from
 * @param options how to load it
 */
export async function openClipAsync(data: FvvClipData, options: IFvvClipOptions): Promise<ClipStream> {
    if (typeof data !== "object" || data === null) {
        throw new FvvError("BAD_OPTION", "The clip is neither a source nor a stream; load an address by Babylon's ImportMeshAsync", { source: "data" });
    }
    if ("manifestUrl" in data) {
        const ladder = await fetchLadderAsync(data.manifestUrl, options.fetch ?? {}, options.limits ?? {});
        return await ClipStream.OpenLadderAsync(ladder, options, options.onProgress);
    }
    const source = data instanceof ReadableStream ? new StreamClipSource(data, options.name ?? "live") : data;
    return await ClipStream.OpenAsync(source, options, options.onProgress);
}

/** A clip that the GPU cannot take is not fetched any more. */
function createPlayerOrClose(stream: ClipStream, name: string, scene: Scene, options: IFvvClipOptions): FvvPlayer {
    try {
        return createPlayer(stream, name, scene, options);
    } catch (error) {
        stream.dispose();
        throw error;
    }
}

function createPlayer(stream: ClipStream, name: string, scene: Scene, options: IFvvClipOptions): FvvPlayer {
    const { header } = stream.head;
    const mesh = new SplatVideoMesh(name, scene, { capacity: stream.capacity, shDegree: header.shDegree });
    mesh.splatMaterial.antialiased = header.antialiased;
    if (options.useClipAxes !== false) {
        mesh.rotationQuaternion = new Quaternion();
        clipAxesMatrix(header, scene.useRightHandedSystem).decompose(mesh.scaling, mesh.rotationQuaternion, Vector3.Zero());
    }
    const player = new FvvPlayer(mesh, stream, options, options.limits);
    mesh.describeClip = () => serializeClip(player);
    return player;
}

/** Where a clip can be loaded from again; undefined where it came from elsewhere than an address, or from one that ends with the page. */
function addressOf(data: FvvClipData): string | undefined {
    const address = "manifestUrl" in data ? data.manifestUrl : data instanceof UrlClipSource ? data.name : undefined;
    return address?.startsWith("blob:") ? undefined : address;
}

/** The last part of an address without query and extension. */
function nameOf(address: string): string {
    const path = address.split(/[?#]/)[0];
    return path.slice(path.lastIndexOf("/") + 1).replace(/\.fvvm?$/i, "") || "clip";
}
