import { Camera } from "@babylonjs/core/Cameras/camera.js";
import type { Matrix } from "@babylonjs/core/Maths/math.vector.js";
import type { AbstractMesh } from "@babylonjs/core/Meshes/abstractMesh.js";
import { findForward, isSameDirection, type Direction } from "./findForward.js";

/** Rendered frames after which one who does not look any more is forgotten. */
const IDLE_FRAMES = 60;

/** A camera that sees a mesh, or the view matrix of what else draws it: a mirror, a side of a probe. */
export interface IViewer {
    mesh: AbstractMesh;
    eye: Camera | Matrix;
    /** Direction of view, in the space of the clip. */
    forward: Direction;
    /** Frame of the scene in which it drew the mesh last. */
    frame: number;
}

/**
 * Who sees a clip, in all meshes that show it. Nobody has to be told: whoever draws a mesh is a viewer of it, a camera of a viewport, of a render target, of a rig.
 */
export class Viewers {
    /** All that drew of late; read only. */
    public readonly all: IViewer[] = [];
    private readonly _forward: Direction = [0, 0, 0];

    /**
     * Takes note that a mesh is being drawn.
     * @param mesh the mesh
     * @returns who draws it
     */
    public note(mesh: AbstractMesh): IViewer {
        const scene = mesh.getScene();
        const camera = scene.activeCamera;
        const view = scene.getViewMatrix();
        // The eyes of a rig look about the same way: they use the order of the head. With multiview, the head draws with the matrices of its first eye.
        const isItself = camera && (camera.getViewMatrix() === view || camera.rigCameras[0]?.getViewMatrix() === view);
        const eye = isItself ? (camera.rigParent ?? camera) : view;
        return this._see(mesh, eye, scene.getFrameId());
    }

    /** Takes note of a camera that is about to draw a mesh, where nothing has been drawn yet. */
    public expect(mesh: AbstractMesh, camera: Camera): void {
        if (this.all.length === 0) {
            this._see(mesh, camera, mesh.getScene().getFrameId());
        }
    }

    /** Before a frame is drawn: looks where the cameras look now. */
    public refresh(): void {
        for (const viewer of this.all) {
            const { mesh, eye } = viewer;
            if (eye instanceof Camera) {
                findForward(mesh.computeWorldMatrix(), eye.getViewMatrix(), mesh.getScene().useRightHandedSystem, viewer.forward);
            }
        }
        this._forgetIdle();
    }

    private _see(mesh: AbstractMesh, eye: Camera | Matrix, frame: number): IViewer {
        findForward(mesh.getWorldMatrix(), eye instanceof Camera ? eye.getViewMatrix() : eye, mesh.getScene().useRightHandedSystem, this._forward);
        const viewer = this._find(mesh, eye, frame) ?? this._add(mesh, eye);
        viewer.frame = frame;
        for (let c = 0; c < 3; c++) {
            viewer.forward[c] = this._forward[c];
        }
        return viewer;
    }

    /** One matrix may look several ways in a frame, as for the sides of a cube. */
    private _find(mesh: AbstractMesh, eye: Camera | Matrix, frame: number): IViewer | undefined {
        for (const viewer of this.all) {
            if (viewer.mesh === mesh && viewer.eye === eye && (eye instanceof Camera || viewer.frame !== frame || isSameDirection(viewer.forward, this._forward))) {
                return viewer;
            }
        }
        return undefined;
    }

    private _add(mesh: AbstractMesh, eye: Camera | Matrix): IViewer {
        this._forgetIdle();
        const viewer: IViewer = { mesh, eye, forward: [0, 0, 0], frame: 0 };
        this.all.push(viewer);
        return viewer;
    }

    /** The last one stays: a clip that is hidden for a while comes back in the right order. */
    private _forgetIdle(): void {
        for (let i = this.all.length - 1; i >= 0 && this.all.length > 1; i--) {
            if (this.all[i].mesh.getScene().getFrameId() - this.all[i].frame > IDLE_FRAMES) {
                this.all.splice(i, 1);
            }
        }
    }
}
