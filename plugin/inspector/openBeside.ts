import { BlobClipSource } from "../../loader/sources/localClipSources.js";
import { FvvPlayer } from "../fvvPlayer.js";
import { loadFvvClipAsync } from "../loadFvvClip.js";
import type { SplatVideoMesh } from "../splatVideoMesh.js";

/**
 * Loads a clip to where another one is. Both are in the scene then.
 * @param file the clip
 * @param other mesh of the other one
 * @returns its mesh, when its first frame is there
 */
export async function openBesideAsync(file: File, other: SplatVideoMesh): Promise<SplatVideoMesh> {
    const before = FvvPlayer.FromMesh(other);
    const { mesh } = await loadFvvClipAsync(new BlobClipSource(file, file.name), other.getScene(), {
        name: file.name,
        autoPlay: before?.isPlaying,
        loop: before?.loop,
        useWorker: before?.usesWorker,
    });
    mesh.parent = other.parent;
    mesh.position.copyFrom(other.position);
    mesh.renderingGroupId = other.renderingGroupId;
    mesh.layerMask = other.layerMask;
    return mesh;
}
