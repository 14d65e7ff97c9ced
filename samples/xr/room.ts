import { DirectionalLight } from "@babylonjs/core/Lights/directionalLight.js";
import { HemisphericLight } from "@babylonjs/core/Lights/hemisphericLight.js";
import { DynamicTexture } from "@babylonjs/core/Materials/Textures/dynamicTexture.js";
import { StandardMaterial } from "@babylonjs/core/Materials/standardMaterial.js";
import { Color3, Color4 } from "@babylonjs/core/Maths/math.color.js";
import { Vector3 } from "@babylonjs/core/Maths/math.vector.js";
import { CreateDisc } from "@babylonjs/core/Meshes/Builders/discBuilder.js";
import { CreateTorus } from "@babylonjs/core/Meshes/Builders/torusBuilder.js";
import type { Mesh } from "@babylonjs/core/Meshes/mesh.js";
import type { Scene } from "@babylonjs/core/scene.js";

const TEXTURE_SIZE = 1024;
const RADIUS = 9;

/** A dark room with a floor of rings a metre apart; in passthrough, the user's own room takes its place. */
export class Room {
    private readonly _floor: Mesh;
    private readonly _mark: Mesh;
    private readonly _clear = new Color4(0.035, 0.042, 0.06, 1);
    private readonly _transparent = new Color4(0, 0, 0, 0);

    public constructor(private readonly _scene: Scene) {
        new HemisphericLight("sky", new Vector3(0, 1, 0), _scene).intensity = 0.7;
        new DirectionalLight("sun", new Vector3(-0.45, -1, 0.55), _scene).intensity = 0.7;
        this._floor = makeFloor(_scene);
        this._mark = makeMark(_scene);
        this.setPassthrough(false);
    }

    /** Shows the room, or what is around the user. */
    public setPassthrough(isOn: boolean): void {
        this._floor.setEnabled(!isOn);
        this._scene.clearColor = isOn ? this._transparent : this._clear;
    }

    /** Marks a place of the floor, or none. */
    public mark(place: Vector3 | undefined): void {
        this._mark.setEnabled(place !== undefined);
        if (place) {
            this._mark.position.copyFrom(place);
        }
    }
}

function makeFloor(scene: Scene): Mesh {
    const floor = CreateDisc("floor", { radius: RADIUS, tessellation: 96 }, scene);
    floor.rotation.x = Math.PI / 2;
    floor.position.y = -0.01;
    const material = new StandardMaterial("floor", scene);
    const texture = new DynamicTexture("floor", TEXTURE_SIZE, scene);
    drawRings(texture.getContext() as CanvasRenderingContext2D);
    texture.update();
    texture.hasAlpha = true;
    texture.anisotropicFilteringLevel = 8;
    material.emissiveTexture = texture;
    material.opacityTexture = texture;
    material.disableLighting = true;
    floor.material = material;
    // Under the clip, whatever Babylon takes for the farther one.
    floor.alphaIndex = -1;
    return floor;
}

/** Rings a metre apart that fade into the distance. */
function drawRings(context: CanvasRenderingContext2D): void {
    const half = TEXTURE_SIZE / 2;
    const light = context.createRadialGradient(half, half, 0, half, half, half);
    light.addColorStop(0, "rgba(74, 86, 120, 1)");
    light.addColorStop(0.35, "rgba(36, 43, 62, 1)");
    light.addColorStop(1, "rgba(9, 11, 15, 0)");
    context.fillStyle = light;
    context.fillRect(0, 0, TEXTURE_SIZE, TEXTURE_SIZE);
    for (let metres = 1; metres < RADIUS; metres++) {
        context.beginPath();
        context.arc(half, half, (half * metres) / RADIUS, 0, 2 * Math.PI);
        context.strokeStyle = `rgba(150, 170, 220, ${0.35 * (1 - metres / RADIUS)})`;
        context.lineWidth = 1.5;
        context.stroke();
    }
}

function makeMark(scene: Scene): Mesh {
    const mark = CreateTorus("mark", { diameter: 0.5, thickness: 0.02, tessellation: 48 }, scene);
    const material = new StandardMaterial("mark", scene);
    material.emissiveColor = new Color3(1, 0.7, 0.28);
    material.disableLighting = true;
    mark.material = material;
    mark.setEnabled(false);
    return mark;
}
