import type { Observer } from "@babylonjs/core/Misc/observable.js";
import type { Node } from "@babylonjs/core/node.js";
import { FvvError } from "../format/fvvError.js";
import type { SplatVideoMesh } from "./splatVideoMesh.js";
import { BufferSplatMaterial, type ISplatMember } from "./webgpu/bufferSplatMaterial.js";

/**
 * Clips that are sorted together, splat by splat, so that they may overlap and pass through each other. WebGPU only. Without a group, and on WebGL2, clips are drawn one after
 * the other, the farthest first, as Babylon does with transparent meshes: right as long as a plane can be put between them.
 *
 * The first enabled mesh of the group draws all of them; what decides where it is among other transparent meshes (`alphaIndex`, `renderingGroupId`, its distance) counts
 * for the whole group.
 */
export class SplatSortGroup {
    private readonly _members: (ISplatMember & { mesh: SplatVideoMesh; wasAlwaysActive: boolean; onDispose: Observer<Node> })[];

    /**
     * @param meshes meshes of clips, of one scene; a mesh is in one group at most
     * @throws FvvError GPU_UNSUPPORTED on WebGL2; BAD_OPTION where a mesh is given twice, is in a group already or is of another scene. Nothing has changed then.
     */
    public constructor(meshes: readonly SplatVideoMesh[]) {
        const materials = meshes.map((mesh, i) => checkMaterial(mesh, i, meshes));
        this._members = meshes.map((mesh, i) => {
            const material = materials[i];
            const wasAlwaysActive = mesh.alwaysSelectAsActiveMesh;
            return { mesh, material, wasAlwaysActive, onDispose: mesh.onDisposeObservable.add(() => this.remove(mesh)) };
        });
        // Whoever draws must be asked to, wherever the camera looks.
        this._members.forEach(({ mesh }) => (mesh.alwaysSelectAsActiveMesh = true));
        this._assign();
    }

    /** Takes a mesh out of the group; it draws itself again. */
    public remove(mesh: SplatVideoMesh): void {
        const at = this._members.findIndex((member) => member.mesh === mesh);
        if (at >= 0) {
            this._members.splice(at, 1).forEach(release);
            this._assign();
        }
    }

    /** Ends the group; the meshes stay and draw themselves again. */
    public dispose(): void {
        this._members.splice(0).forEach(release);
    }

    private _assign(): void {
        const members = [...this._members];
        for (const { material } of members) {
            material.members = members;
        }
    }
}

/** The material of a mesh that may join a group. */
function checkMaterial(mesh: SplatVideoMesh, index: number, meshes: readonly SplatVideoMesh[]): BufferSplatMaterial {
    const { material } = mesh;
    if (!(material instanceof BufferSplatMaterial)) {
        throw new FvvError("GPU_UNSUPPORTED", "Clips are sorted together on WebGPU only; on WebGL2 keep them apart, or make one clip of them");
    }
    const problem =
        meshes.indexOf(mesh) !== index
            ? "is given twice"
            : material.members
              ? "is in a group already; remove it there first"
              : mesh.getScene() !== meshes[0].getScene()
                ? "is of another scene"
                : "";
    if (problem) {
        throw new FvvError("BAD_OPTION", `The mesh "${mesh.name}" ${problem}`, { source: "meshes" });
    }
    return material;
}

function release({ mesh, material, wasAlwaysActive, onDispose }: ISplatMember & { mesh: SplatVideoMesh; wasAlwaysActive: boolean; onDispose: Observer<Node> }): void {
    material.members = undefined;
    mesh.alwaysSelectAsActiveMesh = wasAlwaysActive;
    onDispose.remove();
}
