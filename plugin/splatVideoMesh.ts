import type { Camera } from "@babylonjs/core/Cameras/camera.js";
import { Vector3 } from "@babylonjs/core/Maths/math.vector.js";
import { VertexBuffer } from "@babylonjs/core/Buffers/buffer.js";
import { BoundingInfo } from "@babylonjs/core/Culling/boundingInfo.js";
import type { Ray } from "@babylonjs/core/Culling/ray.core.js";
import { Node } from "@babylonjs/core/node.js";
import type { AbstractMesh } from "@babylonjs/core/Meshes/abstractMesh.js";
import { Mesh, type MeshCloneOptions } from "@babylonjs/core/Meshes/mesh.js";
import type { InstancedMesh } from "@babylonjs/core/Meshes/instancedMesh.js";
import type { SubMesh } from "@babylonjs/core/Meshes/subMesh.js";
import type { TransformNode } from "@babylonjs/core/Meshes/transformNode.js";
import { Logger } from "@babylonjs/core/Misc/logger.js";
import type { Observer } from "@babylonjs/core/Misc/observable.js";
import type { Scene } from "@babylonjs/core/scene.js";
import { FvvError } from "../format/fvvError.js";
import type { IFramePacket, IOrderPacket } from "../loader/framePacket.js";
import { copyMeshProperties } from "./copyMeshProperties.js";
import type { Direction } from "./findForward.js";
import { inspectClone, inspectLook } from "./inspectableProperties.js";
import { BufferSolidMaterial } from "./passes/bufferSolidMaterial.js";
import type { SolidMaterial, SolidOutput } from "./passes/solidMaterial.js";
import { SolidPasses } from "./passes/solidPasses.js";
import type { ISplatPick, SplatPicker } from "./passes/splatPicker.js";
import { TextureSolidMaterial } from "./passes/textureSolidMaterial.js";
import { serializeMaterial, type ISerializedClone } from "./serialization/serializedMaterial.js";
import { SplatStore } from "./splatStore.js";
import { SplatTextures } from "./splatTextures.js";
import { QUADS_PER_INSTANCE, type SplatVideoMaterial } from "./splatVideoMaterial.js";
import { TextureSplatMaterial } from "./textureSplatMaterial.js";
import { BufferSplatMaterial } from "./webgpu/bufferSplatMaterial.js";
import { SplatBuffers } from "./webgpu/splatBuffers.js";
import type { Viewers } from "./viewers.js";
import { warnOfFastSnapshots } from "./webgpu/warnOfFastSnapshots.js";

/** What a mesh needs to know of its clip. */
export interface ISplatVideoMeshOptions {
    /** Most slots of a segment. */
    capacity: number;
    /** Degree of the spherical harmonics. */
    shDegree: number;
}

/**
 * A mesh that shows one frame of a clip of moving splats: a thin shell around its store of splats and {@link SplatVideoMaterial}. Place, parent, hide
 * and fade (`visibility`) it like any mesh. Clones show the same frame.
 */
export class SplatVideoMesh extends Mesh {
    /** Whether what is uploaded now would be lost: the GPU is away, and the engine makes it anew. */
    public isGpuLost = false;
    /** Says what of the clip a `.babylon` file holds; set by who loads it from an address. */
    public describeClip: (() => unknown) | undefined;
    private readonly _store: SplatStore;
    /** The one that it was made with; a container that clones materials gives it another. */
    private readonly _ownMaterial: SplatVideoMaterial;
    private _original: SplatVideoMesh | null = null;
    private readonly _passes: SolidPasses;
    private readonly _observer: Observer<Scene>;
    private _picker: SplatPicker | undefined;
    private readonly _shownBounds = new Float32Array(6);
    private _shownVersion = -1;

    /**
     * @param name name of the mesh
     * @param scene scene
     * @param options what to show, or the state of another mesh to show the same
     */
    public constructor(name: string, scene: Scene, options: ISplatVideoMeshOptions | SplatStore) {
        // Before the scene has the mesh: a clip that the GPU cannot take leaves nothing behind.
        const store = options instanceof SplatStore ? options.share() : createStore(scene, options);
        super(name, scene);
        this._store = store;
        this._ownMaterial = createMaterial(`${name} splats`, scene, this._store);
        this._ownMaterial.doNotSerialize = true;
        this.material = this._ownMaterial;
        this._passes = new SolidPasses(this, (output, defines) => createSolidMaterial(this._store, this.splatMaterial, output, defines));
        this._makeGeometry();
        inspectLook(this, this.splatMaterial);
        this.isPickable = false;
        this._observer = scene.onBeforeRenderObservable.add(() => {
            this._follow();
            this._passes.equip();
            warnOfFastSnapshots(scene.getEngine());
        });
        this._follow();
    }

    public override getClassName(): string {
        return "SplatVideoMesh";
    }

    /** As of any mesh; before its first frame there is nothing to be seen, whatever it was set to. */
    public override get isVisible(): boolean {
        return this._shownVersion >= 0 && super.isVisible;
    }

    public override set isVisible(value: boolean) {
        super.isVisible = value;
    }

    /** The material, for its low-pass filter. */
    public get splatMaterial(): SplatVideoMaterial {
        return this.material as SplatVideoMaterial;
    }

    /** Material for Babylon's `GPUPicker`: `picker.setPickingList([{ mesh, material: mesh.pickingMaterial }])`. It goes with the mesh. */
    public get pickingMaterial(): SolidMaterial {
        return this._passes.material("meshId");
    }

    /** Frame on screen, -1 before the first. */
    public get committedFrame(): number {
        return this._store.frame;
    }

    /** Rendition that it came from, -1 before the first. */
    public get committedRendition(): number {
        return this._store.rendition;
    }

    /** Splats of that frame: all that live, or what the budget leaves of them. */
    public get splatCount(): number {
        return this._store.liveCount;
    }

    /** Whether frames come with orders; where not, the GPU sorts. */
    public get takesOrder(): boolean {
        return this._store.takesOrder;
    }

    /** How much of the clip is to be seen, 0 to 1, here and in all meshes that show the same frame: the weight of its animation group. Beside `visibility` and the look's opacity. */
    public get fade(): number {
        return this._store.fade;
    }

    public set fade(value: number) {
        this._store.fade = value;
    }

    /** Who sees this mesh and those that show the same state, where they take orders. */
    public get viewers(): Viewers {
        return this._store.viewers;
    }

    /** Settles when the mesh can be drawn; rejects with what prevents it. */
    public whenReadyAsync(): Promise<void> {
        return this._store.whenReadyAsync();
    }

    /**
     * Shows a frame: data and orders at once, or, when they are not of the same frame, an INTERNAL error and nothing.
     * @param packet what the frame changes
     * @param orders its orders, where the mesh takes them
     */
    public commit(packet: IFramePacket, orders: readonly IOrderPacket[]): void {
        this._store.commit(packet, orders);
        this._follow();
    }

    /** Whether the frame after the one on screen can be blended with it; takes a second set of splats on the GPU. Default false. */
    public get interpolates(): boolean {
        return this._store.interpolates;
    }

    public set interpolates(value: boolean) {
        this._store.interpolates = value;
    }

    /** Frame that is blended with the one on screen, -1 where there is none. */
    public get nextFrame(): number {
        return this._store.nextFrame;
    }

    /**
     * Makes the frame after the one on screen ready to be blended with it. Nothing happens where it is of another segment.
     * @param packet what it changes
     */
    public stage(packet: IFramePacket): void {
        this._store.stage(packet);
    }

    /**
     * Shows something between the frame on screen and the staged one.
     * @param blend 0 to 1; 0 where no frame is staged
     */
    public setBlend(blend: number): void {
        this._store.blend = this._store.nextFrame < 0 ? 0 : blend;
    }

    /**
     * Takes the changes of a frame that is passed over; the next commit builds on them.
     * @param packet what the frame changes
     */
    public uploadWithoutShowing(packet: IFramePacket): void {
        this._store.upload(packet);
    }

    /**
     * Replaces the order of the frame on screen for one camera.
     * @param order new order
     * @returns false, with nothing done, when it is of another frame
     */
    public setOrder(order: IOrderPacket): boolean {
        return this._store.setOrder(order);
    }

    /**
     * Whether the frame on screen is sorted for exactly this direction.
     * @param forward direction of view in the space of the clip, of length 1
     */
    public hasOrder(forward: Direction): boolean {
        return this._store.hasOrder(forward);
    }

    /**
     * Finds the nearest splat at a place of the picture, as solid as `splatMaterial.solidThreshold` says. The GPU draws that pixel alone. Other meshes do not count: compare the distance
     * with that of `scene.pick`.
     * @param x px from the left of the canvas, as `scene.pointerX`
     * @param y px from the top of the canvas, as `scene.pointerY`
     * @param camera camera of the picture; default the scene's active one
     * @returns what was hit, or null
     */
    public async pickAsync(x: number, y: number, camera: Camera | null = this.getScene().activeCamera): Promise<ISplatPick | null> {
        const picker = await this._pickerAsync();
        return picker ? await picker.pickAsync(x, y, camera) : null;
    }

    /**
     * Finds the first splat that a ray hits, as {@link pickAsync}. It is seen by a camera at the ray's origin, where a splat has to be a pixel away or less.
     * @param ray the ray, in world space; its length counts
     * @returns what was hit, or null
     */
    public async pickRayAsync(ray: Ray): Promise<ISplatPick | null> {
        const picker = await this._pickerAsync();
        return picker ? await picker.pickRayAsync(ray) : null;
    }

    /**
     * A mesh with a transform, a look and animations of its own that shows the same frame; it shares the textures.
     * @param name name of the clone; default the name of this mesh
     * @param newParent parent of the clone, default that of this mesh; or options: parent and whether what is below is left out. Physics is not cloned
     * @param doNotCloneChildren whether what is below the mesh is left out, where no options say so. Default false
     */
    public override clone(name: string = this.name, newParent: Node | MeshCloneOptions | null = null, doNotCloneChildren = false): SplatVideoMesh {
        const options = newParent && !(newParent instanceof Node) ? newParent : { parent: newParent, doNotCloneChildren };
        const clone = new SplatVideoMesh(name, this.getScene(), this._store);
        clone._original = this._original ?? this;
        clone.id = `${name}.${this.id}`;
        copyMeshProperties(this, clone);
        clone.parent = options.parent ?? this.parent;
        clone.splatMaterial.copySettings(this.splatMaterial);
        clone.isVisible = super.isVisible;
        inspectClone(this, clone);
        if (!options.doNotCloneChildren) {
            this.getDescendants(true).forEach((child) => child.clone(`${name}.${child.name}`, clone));
        }
        this.onClonedObservable.notifyObservers(clone);
        return clone;
    }

    /** The mesh that was loaded, where this is a clone of it; else null. */
    public override get source(): SplatVideoMesh | null {
        return this._original;
    }

    /** Throws UNSUPPORTED_FEATURE: each copy is seen from another side and needs an order of its own, which {@link clone} gives it while it shares everything else. */
    public override createInstance(_name: string): InstancedMesh {
        throw new FvvError(
            "UNSUPPORTED_FEATURE",
            "A clip has no instances that are drawn in one call; mesh.clone shares all data too, and createFvvInstance plays at a time of its own",
            { source: this.name },
        );
    }

    /** Clones the mesh and instantiates what is below it. */
    public override instantiateHierarchy(
        newParent: TransformNode | null = null,
        options?: Parameters<Mesh["instantiateHierarchy"]>[1],
        onNewNodeCreated?: (source: TransformNode, clone: TransformNode) => void,
    ): TransformNode | null {
        const rule = options?.doNotInstantiate ?? false;
        const doNotInstantiate = (node: TransformNode): boolean => node instanceof SplatVideoMesh || (typeof rule === "function" ? rule(node) : rule);
        return super.instantiateHierarchy(newParent, { ...options, doNotInstantiate }, onNewNodeCreated);
    }

    /** What a `.babylon` file says of the mesh; splats and material are not in it, but where the clip comes from and how it is played. */
    public override serialize(serializationObject: Record<string, unknown> = {}): unknown {
        super.serialize(serializationObject);
        serializationObject.isVisible = super.isVisible;
        for (const name of ["geometryId", "geometryUniqueId", "subMeshes"]) {
            delete serializationObject[name];
        }
        if (this._original) {
            serializationObject.fvvClone = { of: this._original.id, material: serializeMaterial(this.splatMaterial) } satisfies ISerializedClone;
        } else {
            serializationObject.fvv = this.describeClip?.();
            if (!serializationObject.fvv) {
                Logger.Warn(`The clip ${this.name} has no address, and is saved as an empty mesh; load it from a URL to save it`);
            }
        }
        return serializationObject;
    }

    /** Frees mesh and material, and the textures with the last clone. A second call does nothing. */
    public override dispose(doNotRecurse?: boolean, _disposeMaterialAndTextures?: boolean): void {
        if (this.isDisposed()) {
            return;
        }
        this._observer.remove();
        this._picker?.dispose();
        this._passes.dispose();
        // The textures are not the material's: clones may go on using them.
        this.material?.dispose(false, false);
        this._ownMaterial.dispose(false, false);
        super.dispose(doNotRecurse, false);
        this._store.release();
    }

    /** Draws the splats; writes their depth too where the material says so. */
    public override render(subMesh: SubMesh, enableAlphaMode: boolean, effectiveMeshReplacement?: AbstractMesh): Mesh {
        if (this._store.fade === 0) {
            return this;
        }
        super.render(subMesh, enableAlphaMode, effectiveMeshReplacement);
        if (this.splatMaterial.depthWriteThreshold !== null && subMesh.getMaterial() === this.material) {
            this._passes.drawDepth(subMesh);
        }
        return this;
    }

    /** Takes over the bounds of the frame in the textures. */
    private _follow(): void {
        if (this._shownVersion === this._store.version || this._store.frame < 0) {
            return;
        }
        const { bounds } = this._store;
        this._shownVersion = this._store.version;
        if (!isSame(bounds, this._shownBounds)) {
            this._shownBounds.set(bounds);
            this.setBoundingInfo(new BoundingInfo(Vector3.FromArray(bounds), Vector3.FromArray(bounds, 3), this.getWorldMatrix()));
        }
    }

    /** Most clips are never picked: what does it comes with the first pick. Undefined where the mesh was disposed meanwhile. */
    private async _pickerAsync(): Promise<SplatPicker | undefined> {
        const { SplatPicker } = await import(/* webpackChunkName: "splatPicker" */ "./passes/splatPicker.js");
        return this.isDisposed() ? undefined : (this._picker ??= new SplatPicker(this, this._passes.material("slot")));
    }

    private _makeGeometry(): void {
        const positions = new Float32Array(QUADS_PER_INSTANCE * 12);
        const indices = new Uint16Array(QUADS_PER_INSTANCE * 6);
        for (let quad = 0; quad < QUADS_PER_INSTANCE; quad++) {
            positions.set([-1, -1, quad, 1, -1, quad, 1, 1, quad, -1, 1, quad], quad * 12);
            indices.set(
                [0, 1, 2, 0, 2, 3].map((corner) => 4 * quad + corner),
                quad * 6,
            );
        }
        this.setVerticesData(VertexBuffer.PositionKind, positions, false, 3);
        this.setIndices(indices);
        // Babylon derives it from the meshes: what we serialize is the mesh without its geometry.
        Object.defineProperty(this.geometry, "doNotSerialize", { value: true });
    }
}

function isSame(a: Float32Array, b: Float32Array): boolean {
    for (let i = 0; i < a.length; i++) {
        if (a[i] !== b[i]) {
            return false;
        }
    }
    return true;
}

function createStore(scene: Scene, { capacity, shDegree }: ISplatVideoMeshOptions): SplatStore {
    return scene.getEngine().isWebGPU ? new SplatBuffers(scene, capacity, shDegree) : new SplatTextures(scene, capacity, shDegree);
}

function createMaterial(name: string, scene: Scene, store: SplatStore): SplatVideoMaterial {
    return store instanceof SplatBuffers ? new BufferSplatMaterial(name, scene, store) : new TextureSplatMaterial(name, scene, store as SplatTextures);
}

function createSolidMaterial(store: SplatStore, settings: SplatVideoMaterial, output: SolidOutput, defines: readonly string[]): SolidMaterial {
    const scene = settings.getScene();
    return store instanceof SplatBuffers
        ? new BufferSolidMaterial(scene, store, settings, output, defines)
        : new TextureSolidMaterial(scene, store as SplatTextures, settings, output, defines);
}
