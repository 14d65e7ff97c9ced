import { DynamicTexture } from "@babylonjs/core/Materials/Textures/dynamicTexture.js";
import { StandardMaterial } from "@babylonjs/core/Materials/standardMaterial.js";
import { Vector3 } from "@babylonjs/core/Maths/math.vector.js";
import { CreatePlane } from "@babylonjs/core/Meshes/Builders/planeBuilder.js";
import type { Mesh } from "@babylonjs/core/Meshes/mesh.js";
import type { Scene } from "@babylonjs/core/scene.js";
import type { FvvPlayer } from "babylon-fvv";
import type { Scrubber } from "./scrubber.js";

/** Size in metres, and pixels in a metre. */
const WIDTH = 0.64;
const HEIGHT = 0.13;
const DENSITY = 1200;

/** Places on the panel, as parts of its width. */
const BUTTON_END = 0.2;
const BAR = { from: 0.25, to: 0.955 };

const TURN = Math.PI / 3;

/** A small panel in the world, before the clip: play and pause, and a bar to scrub by. It is drawn on a canvas and needs nothing from anywhere. */
export class ControlPanel {
    public readonly mesh: Mesh;
    private readonly _texture: DynamicTexture;
    private readonly _toViewer = new Vector3();
    private _isHovered = false;
    private _isScrubbing = false;

    /**
     * @param scene scene
     * @param _player player of the clip
     * @param _scrubber moves its time
     */
    public constructor(
        scene: Scene,
        private readonly _player: FvvPlayer,
        private readonly _scrubber: Scrubber,
    ) {
        this.mesh = CreatePlane("panel", { width: WIDTH, height: HEIGHT }, scene);
        this._texture = new DynamicTexture("panel", { width: WIDTH * DENSITY, height: HEIGHT * DENSITY }, scene, true);
        this._texture.hasAlpha = true;
        const material = new StandardMaterial("panel", scene);
        material.emissiveTexture = this._texture;
        material.opacityTexture = this._texture;
        material.disableLighting = true;
        this.mesh.material = material;
        this.mesh.setEnabled(false);
        _player.onFrameObservable.add(() => this._draw());
        _player.onPlayStateObservable.add(() => this._draw());
        this._draw();
    }

    /** Whether a point of its plane, metres from its middle, is on it. */
    public contains(x: number, y: number): boolean {
        return this.mesh.isEnabled() && Math.abs(x) <= WIDTH / 2 && Math.abs(y) <= HEIGHT / 2;
    }

    /** Shows that somebody points at it. */
    public set isHovered(value: boolean) {
        if (this._isHovered !== value) {
            this._isHovered = value;
            this._draw();
        }
    }

    /** Somebody presses it, metres to the right of its middle: the button, or the bar. */
    public press(x: number): void {
        if (x / WIDTH + 0.5 < BUTTON_END) {
            if (this._player.isPlaying) {
                this._player.pause();
            } else {
                this._player.play();
            }
        } else {
            this._isScrubbing = true;
            this.drag(x);
        }
    }

    /** Moves on while it is pressed. */
    public drag(x: number): void {
        if (this._isScrubbing) {
            const share = (x / WIDTH + 0.5 - BAR.from) / (BAR.to - BAR.from);
            const { duration, fps } = this._player;
            this._scrubber.to(Math.min(Math.max(share * duration, 0), duration - 0.5 / fps));
        }
    }

    /** Nobody presses it any more. */
    public release(): void {
        this._isScrubbing = false;
        this._scrubber.end();
    }

    /**
     * Brings it between the clip and the viewer, below the clip, unless it is there already.
     * @param viewer where the head is
     * @param isMoving whether the clip moves
     */
    public follow(viewer: Vector3, isMoving: boolean): void {
        const { mesh, _toViewer: toViewer } = this;
        const { minimumWorld: low, maximumWorld: high, centerWorld: center } = this._player.mesh.getBoundingInfo().boundingBox;
        viewer.subtractToRef(center, toViewer);
        const wanted = Math.atan2(toViewer.x, toViewer.z);
        const now = Math.atan2(mesh.position.x - center.x, mesh.position.z - center.z);
        const isAside = Math.abs(Math.atan2(Math.sin(wanted - now), Math.cos(wanted - now))) > TURN;
        if (!mesh.isEnabled() || isMoving || isAside) {
            const reach = Math.min(0.5 * Math.max(high.x - low.x, high.z - low.z) + 0.1, Math.max(Math.hypot(toViewer.x, toViewer.z) - 0.75, 0.2));
            mesh.position.set(center.x + reach * Math.sin(wanted), Math.max(low.y - 0.12, 1), center.z + reach * Math.cos(wanted));
            mesh.setEnabled(true);
        }
        // The front of a plane looks along its -z.
        mesh.position.scaleToRef(2, toViewer).subtractInPlace(viewer);
        mesh.lookAt(toViewer);
    }

    private _draw(): void {
        const context = this._texture.getContext() as CanvasRenderingContext2D;
        const { width, height } = this._texture.getSize();
        const { isPlaying, duration } = this._player;
        const time = this._scrubber.time;
        context.clearRect(0, 0, width, height);
        context.fillStyle = this._isHovered ? "rgba(38, 45, 60, 0.96)" : "rgba(22, 27, 37, 0.92)";
        context.beginPath();
        context.roundRect(2, 2, width - 4, height - 4, height / 3);
        context.fill();
        drawButton(context, 0.5 * BUTTON_END * width, height / 2, 0.36 * height, isPlaying);
        drawBar(context, BAR.from * width, BAR.to * width, 0.42 * height, time / duration);
        context.fillStyle = "#c8d0de";
        context.font = `500 ${Math.round(0.2 * height)}px system-ui, sans-serif`;
        context.textBaseline = "middle";
        context.fillText(`${time.toFixed(1)} / ${duration.toFixed(1)} s`, BAR.from * width, 0.75 * height);
        this._texture.update();
    }
}

function drawButton(context: CanvasRenderingContext2D, x: number, y: number, radius: number, isPlaying: boolean): void {
    context.fillStyle = "#ffb347";
    context.beginPath();
    context.arc(x, y, radius, 0, 2 * Math.PI);
    context.fill();
    context.fillStyle = "#1a1206";
    context.beginPath();
    const half = 0.42 * radius;
    if (isPlaying) {
        context.rect(x - half, y - half, 0.6 * half, 2 * half);
        context.rect(x + 0.4 * half, y - half, 0.6 * half, 2 * half);
    } else {
        context.moveTo(x - 0.7 * half, y - 1.1 * half);
        context.lineTo(x + 1.2 * half, y);
        context.lineTo(x - 0.7 * half, y + 1.1 * half);
    }
    context.fill();
}

function drawBar(context: CanvasRenderingContext2D, from: number, to: number, y: number, share: number): void {
    const x = from + (to - from) * share;
    for (const [color, end] of [["#4a5468", to] as const, ["#ffb347", x] as const]) {
        context.fillStyle = color;
        context.beginPath();
        context.roundRect(from, y - 5, Math.max(end - from, 1), 10, 5);
        context.fill();
    }
    context.fillStyle = "#fff";
    context.beginPath();
    context.arc(x, y, 15, 0, 2 * Math.PI);
    context.fill();
}
