import { ArcRotateCamera } from "@babylonjs/core/Cameras/arcRotateCamera.js";
import type { AbstractEngine } from "@babylonjs/core/Engines/abstractEngine.js";
import { DirectionalLight } from "@babylonjs/core/Lights/directionalLight.js";
import { HemisphericLight } from "@babylonjs/core/Lights/hemisphericLight.js";
import { StandardMaterial } from "@babylonjs/core/Materials/standardMaterial.js";
import { Color3, Color4 } from "@babylonjs/core/Maths/math.color.js";
import { Vector3 } from "@babylonjs/core/Maths/math.vector.js";
import { CreateDisc } from "@babylonjs/core/Meshes/Builders/discBuilder.js";
import { CreateSphere } from "@babylonjs/core/Meshes/Builders/sphereBuilder.js";
import { CreateTorus } from "@babylonjs/core/Meshes/Builders/torusBuilder.js";
import type { Mesh } from "@babylonjs/core/Meshes/mesh.js";
import { Scene } from "@babylonjs/core/scene.js";
import type { FvvPlayer } from "babylon-fvv";
import { createEngineAsync, type EngineKind, type IPageEngine } from "./createEngine.js";

/** A lit Babylon scene with a ground, a ball and a ring, in which clips stand. */
export class Stage {
    private readonly _props: readonly Mesh[];
    private readonly _onResize = (): void => this.engine.resize();

    private constructor(
        public readonly kind: EngineKind,
        private readonly _canvas: HTMLCanvasElement,
        public readonly engine: AbstractEngine,
        public readonly scene: Scene,
        public readonly camera: ArcRotateCamera,
    ) {
        this._props = makeProps(scene);
        window.addEventListener("resize", this._onResize);
        engine.runRenderLoop(() => scene.render());
    }

    /**
     * Makes a stage on a new canvas.
     * @param kind engine to run on
     * @param container takes the canvas
     */
    public static async CreateAsync(kind: EngineKind, container: HTMLElement): Promise<Stage> {
        return Stage.On(await createEngineAsync(kind, container));
    }

    /**
     * Makes a stage on an engine that is there.
     * @param engine the engine, which the stage disposes
     */
    public static On({ kind, engine, canvas }: IPageEngine): Stage {
        const scene = new Scene(engine);
        scene.clearColor = new Color4(0.063, 0.075, 0.102, 1);
        const camera = new ArcRotateCamera("camera", -Math.PI / 2, 1.3, 4, Vector3.Zero(), scene);
        camera.minZ = 0.05;
        camera.wheelDeltaPercentage = 0.02;
        camera.pinchDeltaPercentage = 0.01;
        camera.lowerRadiusLimit = 0.3;
        camera.upperBetaLimit = 1.62;
        camera.attachControl(canvas, true);
        return new Stage(kind, canvas, engine, scene, camera);
    }

    /**
     * Places camera, ground, ball and ring for a clip.
     * @param player player of the clip
     */
    public frame(player: FvvPlayer): void {
        const { boundingBox } = player.mesh.getBoundingInfo();
        const world = player.mesh.computeWorldMatrix(true);
        const { camera: view } = player.metadata;
        if (view) {
            this.camera.setTarget(Vector3.TransformCoordinates(Vector3.FromArray(view.target), world));
            this.camera.setPosition(Vector3.TransformCoordinates(Vector3.FromArray(view.position), world));
            // A narrow window sees less to the sides: stand farther off.
            this.camera.radius *= Math.max(1, 0.95 / this.engine.getAspectRatio(this.camera));
        } else {
            this.camera.setTarget(boundingBox.centerWorld.clone());
            this.camera.alpha = -Math.PI / 2 + 0.2;
            this.camera.beta = 1.3;
            this.camera.radius = Math.min(1.9 * boundingBox.extendSizeWorld.length(), 200);
        }
        this.camera.upperRadiusLimit = 4 * this.camera.radius;
        this.camera.panningSensibility = 2500 / this.camera.radius;
        this._place(boundingBox.minimumWorld, boundingBox.maximumWorld, view !== undefined);
    }

    /**
     * Looks at a place from farther off, without ball and ring: several clips stand there.
     * @param target the place
     * @param distance metres, in a window that is wider than high
     */
    public showAround(target: Vector3, distance: number): void {
        const [ground, ...props] = this._props;
        props.forEach((mesh) => mesh.setEnabled(false));
        ground.scaling.setAll(4 * distance);
        this.camera.setTarget(target);
        this.camera.alpha = -Math.PI / 2;
        this.camera.beta = 1.25;
        this.camera.radius = distance * Math.max(1, 1.8 / this.engine.getAspectRatio(this.camera));
        this.camera.upperRadiusLimit = 4 * this.camera.radius;
    }

    /** Frees everything, the canvas too. */
    public dispose(): void {
        window.removeEventListener("resize", this._onResize);
        this.engine.dispose();
        this._canvas.remove();
    }

    /** The meshes belong to clips of which it is known how large they are: those that say how they want to be seen. */
    private _place(low: Vector3, high: Vector3, isKnown: boolean): void {
        const [ground, ball, ring] = this._props;
        this._props.forEach((mesh) => mesh.setEnabled(isKnown));
        const size = high.subtract(low);
        ground.position.set((low.x + high.x) / 2, low.y, (low.z + high.z) / 2);
        ground.scaling.setAll(Math.max(size.x, size.z) * 3);
        ball.position.set(-0.95, 0.24, -0.72);
        ring.position.set(0.62, 0.55, -0.35);
    }
}

function makeProps(scene: Scene): Mesh[] {
    new HemisphericLight("sky", new Vector3(0, 1, 0), scene).intensity = 0.55;
    new DirectionalLight("sun", new Vector3(-0.45, -1, 0.55), scene).intensity = 0.9;
    const ground = CreateDisc("ground", { radius: 1, tessellation: 64 }, scene);
    ground.rotation.x = Math.PI / 2;
    ground.material = makeMaterial("ground", new Color3(0.09, 0.1, 0.13), 0.02, scene);
    const ball = CreateSphere("ball", { diameter: 0.48, segments: 32 }, scene);
    ball.material = makeMaterial("ball", new Color3(0.85, 0.16, 0.22), 0.8, scene);
    const ring = CreateTorus("ring", { diameter: 0.95, thickness: 0.09, tessellation: 64 }, scene);
    ring.rotation.set(Math.PI / 2, 0.7, 0);
    ring.material = makeMaterial("ring", new Color3(0.95, 0.72, 0.25), 0.9, scene);
    return [ground, ball, ring];
}

function makeMaterial(name: string, color: Color3, gloss: number, scene: Scene): StandardMaterial {
    const material = new StandardMaterial(name, scene);
    material.diffuseColor = color;
    material.specularColor = new Color3(gloss, gloss, gloss);
    material.specularPower = 96;
    return material;
}
