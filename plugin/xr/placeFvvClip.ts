import { Quaternion, Vector3 } from "@babylonjs/core/Maths/math.vector.js";
import type { TransformNode } from "@babylonjs/core/Meshes/transformNode.js";
import type { FvvPlayer } from "../fvvPlayer.js";

/** Options of {@link placeFvvClip}. */
export interface IFvvPlacementOptions {
    /** What is moved: the mesh of the clip, the default, or a node above it. Nothing above that may be turned or scaled. */
    node?: TransformNode;
    /** Point that the clip is turned to about the vertical axis, for instance the position of the head. Default: it is not turned. */
    facing?: Vector3;
    /** Scene units in a metre, `worldScalingFactor` of the session. Default 1. */
    unitsPerMetre?: number;
}

/**
 * Stands a clip on a point of the floor in its true size: the middle of its bounds comes above the point, their bottom onto it. The size is that of the header (`metresPerUnit`); a clip that does not tell keeps the one that it
 * has. The side that the camera of its metadata sees is its front, else +z of its own space.
 * @param player player of the clip
 * @param point where it is to stand, world space
 * @param options what to move and where to turn it
 */
export function placeFvvClip(player: FvvPlayer, point: Vector3, { node = player.mesh, facing, unitsPerMetre = 1 }: IFvvPlacementOptions = {}): void {
    const { mesh, header } = player;
    if (header.metresPerUnit > 0) {
        const world = worldOf(player, node);
        const unit = Vector3.TransformNormal(Vector3.Right(), world).length();
        node.scaling.scaleInPlace((header.metresPerUnit * unitsPerMetre) / unit);
    }
    if (facing) {
        const front = Vector3.TransformNormal(frontOf(player), worldOf(player, node));
        node.rotationQuaternion ??= Quaternion.FromEulerVector(node.rotation);
        const turn = Math.atan2(facing.x - point.x, facing.z - point.z) - Math.atan2(front.x, front.z);
        Quaternion.RotationAxis(Vector3.Up(), turn).multiplyToRef(node.rotationQuaternion, node.rotationQuaternion);
    }
    worldOf(player, node);
    const { minimumWorld: low, maximumWorld: high } = mesh.getBoundingInfo().boundingBox;
    node.setAbsolutePosition(node.absolutePosition.add(point).subtractFromFloats((low.x + high.x) / 2, low.y, (low.z + high.z) / 2));
}

function worldOf({ mesh }: FvvPlayer, node: TransformNode): ReturnType<TransformNode["computeWorldMatrix"]> {
    node.computeWorldMatrix(true);
    return mesh.computeWorldMatrix(true);
}

function frontOf({ metadata }: FvvPlayer): Vector3 {
    const { camera } = metadata;
    return camera ? Vector3.FromArray(camera.position).subtract(Vector3.FromArray(camera.target)) : new Vector3(0, 0, 1);
}
