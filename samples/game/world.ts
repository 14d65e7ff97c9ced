import { DirectionalLight } from "@babylonjs/core/Lights/directionalLight.js";
import { HemisphericLight } from "@babylonjs/core/Lights/hemisphericLight.js";
import { ShadowGenerator } from "@babylonjs/core/Lights/Shadows/shadowGenerator.js";
import "@babylonjs/core/Lights/Shadows/shadowGeneratorSceneComponent.js";
import { StandardMaterial } from "@babylonjs/core/Materials/standardMaterial.js";
import { Color3, Color4 } from "@babylonjs/core/Maths/math.color.js";
import { Vector3 } from "@babylonjs/core/Maths/math.vector.js";
import { CreateCylinder } from "@babylonjs/core/Meshes/Builders/cylinderBuilder.js";
import { CreateGround } from "@babylonjs/core/Meshes/Builders/groundBuilder.js";
import { CreatePolyhedron } from "@babylonjs/core/Meshes/Builders/polyhedronBuilder.js";
import { CreateSphere } from "@babylonjs/core/Meshes/Builders/sphereBuilder.js";
import { CreateTorus } from "@babylonjs/core/Meshes/Builders/torusBuilder.js";
import type { Mesh } from "@babylonjs/core/Meshes/mesh.js";
import { Scene } from "@babylonjs/core/scene.js";
import type { IObstacle } from "./obstacle.js";

/** Height and radius of the stage, metres. */
export const STAGE_HEIGHT = 0.35;
export const STAGE_RADIUS = 2.25;
/** How far from the middle the robot may go. */
export const WORLD_RADIUS = 11;

const DUSK = new Color3(0.16, 0.15, 0.28);
/** Places of the trees: angle in turns, distance from the middle, height. */
const TREES = [
    [0.02, 7.5, 2.6],
    [0.11, 10.5, 3.6],
    [0.19, 8.2, 2.2],
    [0.27, 10, 3.2],
    [0.36, 7.6, 2.9],
    [0.45, 9.8, 3.4],
    [0.55, 8.4, 2.4],
    [0.64, 10.8, 3.3],
    [0.86, 10.6, 3],
    [0.94, 9.2, 2.5],
] as const;
const ROCKS = [
    [0.07, 5.2, 0.4],
    [0.32, 4.8, 0.32],
    [0.6, 5.6, 0.46],
    [0.9, 6, 0.36],
] as const;

/** The ground, the stage and what stands around it at dusk, lit by a low sun that throws shadows. */
export class World {
    /** What nobody walks through. */
    public readonly obstacles: IObstacle[] = [{ x: 0, z: 0, radius: STAGE_RADIUS }];
    private readonly _shadows: ShadowGenerator;

    /** @param _scene scene that it is made in */
    public constructor(private readonly _scene: Scene) {
        _scene.clearColor = Color4.FromColor3(DUSK, 1);
        _scene.ambientColor = new Color3(0.3, 0.3, 0.4);
        _scene.fogMode = Scene.FOGMODE_EXP2;
        _scene.fogColor = DUSK;
        _scene.fogDensity = 0.028;
        this._shadows = this._makeLights();
        this._makeGround();
        this._makeStage();
        TREES.forEach(([turn, distance, height]) => this._addTree(turn, distance, height));
        ROCKS.forEach(([turn, distance, size]) => this._addRock(turn, distance, size));
    }

    /**
     * Lets a mesh, and what hangs on it, throw a shadow; a clip is no other mesh in this.
     * @param mesh the mesh
     */
    public addCaster(mesh: Mesh): void {
        this._shadows.addShadowCaster(mesh);
    }

    /**
     * A material of one colour.
     * @param name its name
     * @param color the colour
     * @param glow share of the colour that it gives of itself
     */
    public paint(name: string, color: Color3, glow = 0): StandardMaterial {
        const material = new StandardMaterial(name, this._scene);
        material.diffuseColor = color;
        material.specularColor = new Color3(0.06, 0.06, 0.08);
        material.emissiveColor = color.scale(glow);
        return material;
    }

    private _makeLights(): ShadowGenerator {
        const sky = new HemisphericLight("sky", new Vector3(0, 1, 0), this._scene);
        sky.intensity = 0.75;
        sky.diffuse = new Color3(0.62, 0.66, 1);
        sky.groundColor = new Color3(0.24, 0.2, 0.32);
        const sun = new DirectionalLight("sun", new Vector3(0.8, -0.62, 0.3), this._scene);
        sun.position = new Vector3(-12, 9.3, -4.5);
        sun.intensity = 1.35;
        sun.diffuse = new Color3(1, 0.78, 0.55);
        // What moves stays near the stage: a view of fixed size has no shadow that swims, and its depths fit the bias.
        sun.autoUpdateExtends = false;
        [sun.orthoLeft, sun.orthoRight, sun.orthoBottom, sun.orthoTop] = [-12, 12, -12, 12];
        [sun.shadowMinZ, sun.shadowMaxZ] = [0.5, 30];
        const shadows = new ShadowGenerator(2048, sun);
        shadows.usePercentageCloserFiltering = true;
        shadows.bias = 0.004;
        shadows.normalBias = 0.03;
        shadows.darkness = 0.1;
        return shadows;
    }

    private _makeGround(): void {
        const ground = CreateGround("ground", { width: 80, height: 80 }, this._scene);
        ground.material = this.paint("grass", new Color3(0.24, 0.36, 0.28));
        ground.receiveShadows = true;
    }

    private _makeStage(): void {
        const stage = CreateCylinder("stage", { diameter: 2 * STAGE_RADIUS, height: STAGE_HEIGHT, tessellation: 64 }, this._scene);
        stage.position.y = STAGE_HEIGHT / 2;
        stage.material = this.paint("boards", new Color3(0.62, 0.54, 0.6));
        stage.receiveShadows = true;
        this._shadows.addShadowCaster(stage);
        const rim = CreateTorus("rim", { diameter: 2 * STAGE_RADIUS, thickness: 0.07, tessellation: 96 }, this._scene);
        rim.position.y = STAGE_HEIGHT;
        rim.material = this.paint("rim", new Color3(1, 0.66, 0.24), 0.5);
    }

    private _addTree(turn: number, distance: number, height: number): void {
        const [x, z] = this._place(turn, distance, 0.35);
        const trunk = CreateCylinder("trunk", { diameterTop: 0.2, diameterBottom: 0.34, height: 0.9, tessellation: 7 }, this._scene);
        trunk.position.set(x, 0.45, z);
        trunk.material = this._scene.getMaterialByName("bark") ?? this.paint("bark", new Color3(0.33, 0.22, 0.19));
        this._shadows.addShadowCaster(trunk);
        for (const [level, size] of [1, 0.72, 0.46].entries()) {
            const leaves = CreateCylinder("leaves", { diameterTop: 0, diameterBottom: 0.72 * height * size, height: 0.5 * height, tessellation: 7 }, this._scene);
            leaves.position.set(x, 0.85 + height * (0.2 + 0.26 * level), z);
            leaves.rotation.y = turn * 40 + level;
            leaves.material = this._scene.getMaterialByName("leaves") ?? this.paint("leaves", new Color3(0.16, 0.4, 0.34));
            this._shadows.addShadowCaster(leaves);
        }
    }

    private _addRock(turn: number, distance: number, size: number): void {
        const [x, z] = this._place(turn, distance, 1.1 * size);
        const rock = CreatePolyhedron("rock", { type: 2, size }, this._scene);
        rock.position.set(x, 0.3 * size, z);
        rock.rotation.set(turn * 20, turn * 50, 0.4);
        rock.material = this._scene.getMaterialByName("rock") ?? this.paint("rock", new Color3(0.42, 0.42, 0.52));
        rock.receiveShadows = true;
        this._shadows.addShadowCaster(rock);
        const lamp = CreateSphere("lamp", { diameter: 0.14, segments: 8 }, this._scene);
        lamp.position.set(x * 0.9, 0.5, z * 0.9);
        lamp.material = this._scene.getMaterialByName("lamp") ?? this.paint("lamp", new Color3(1, 0.82, 0.5), 1);
        const post = CreateCylinder("post", { diameter: 0.04, height: 0.5, tessellation: 6 }, this._scene);
        post.position.set(x * 0.9, 0.25, z * 0.9);
        post.material = rock.material;
        this._shadows.addShadowCaster(post);
    }

    private _place(turn: number, distance: number, radius: number): [number, number] {
        const [x, z] = [distance * Math.cos(2 * Math.PI * turn), distance * Math.sin(2 * Math.PI * turn)];
        this.obstacles.push({ x, z, radius });
        return [x, z];
    }
}
