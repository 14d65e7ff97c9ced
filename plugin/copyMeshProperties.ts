import type { AbstractMesh } from "@babylonjs/core/Meshes/abstractMesh.js";
import { Tags } from "@babylonjs/core/Misc/tags.js";

/** What is copied as it is. */
const PLAIN = [
    "visibility",
    "isPickable",
    "renderingGroupId",
    "layerMask",
    "alphaIndex",
    "applyFog",
    "billboardMode",
    "infiniteDistance",
    "alwaysSelectAsActiveMesh",
    "checkCollisions",
    "metadata",
] as const satisfies readonly (keyof AbstractMesh)[];

/**
 * Gives a mesh the place of another and all that is not its shape: transform, pivot, visibility, layers, animations, metadata, tags.
 * @param from mesh to copy
 * @param to mesh that takes it
 */
export function copyMeshProperties(from: AbstractMesh, to: AbstractMesh): void {
    to.position.copyFrom(from.position);
    to.scaling.copyFrom(from.scaling);
    to.rotation.copyFrom(from.rotation);
    to.rotationQuaternion = from.rotationQuaternion?.clone() ?? null;
    to.setPivotMatrix(from.getPivotMatrix(), from.isUsingPostMultiplyPivotMatrix());
    for (const name of PLAIN) {
        Object.assign(to, { [name]: from[name] as unknown });
    }
    to.animations = from.animations.map((animation) => animation.clone());
    for (const range of from.getAnimationRanges()) {
        if (range) {
            to.createAnimationRange(range.name, range.from, range.to);
        }
    }
    to.setEnabled(from.isEnabled(false));
    const tags = Tags.GetTags(from, true) as string | null;
    if (tags) {
        Tags.AddTagsTo(to, tags);
    }
}
