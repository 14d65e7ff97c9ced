import { Color3 } from "@babylonjs/core/Maths/math.color.js";
import { Matrix } from "@babylonjs/core/Maths/math.vector.js";
import { createFvvInstance, type FvvPlayer, type SplatVideoMesh } from "babylon-fvv";

/** Most copies at once; each instance decodes for itself. */
const MOST = 6;
/** Where they stand around the first, metres. */
const PLACES = [
    [-4.6, 0],
    [4.6, 0],
    [-2.3, 4],
    [2.3, 4],
    [-6.9, 4],
    [6.9, 4],
] as const;
const TINTS = [new Color3(1, 0.72, 0.6), new Color3(0.62, 0.85, 1), new Color3(0.7, 1, 0.72), new Color3(1, 0.9, 0.55), new Color3(0.9, 0.7, 1), new Color3(1, 0.6, 0.8)];
/** How much later each instance is than the one before, as a part of the clip. */
const DELAY = 0.29;

/** A copy and how it came to be. */
interface ICopy {
    mesh: SplatVideoMesh;
    /** Its own player, where it plays at a time of its own. */
    player?: FvvPlayer;
}

/** Copies of one clip: clones, which show its frame, and instances at other times. */
export class Copies {
    private readonly _copies: ICopy[] = [];
    private _instanceCount = 0;
    private _isTinted = false;
    private _isCropped = false;

    /** @param _original player of the clip */
    public constructor(private readonly _original: FvvPlayer) {}

    /** Whether there is no place for another. */
    public get isFull(): boolean {
        return this._copies.length === MOST;
    }

    /** Number of clones. */
    public get cloneCount(): number {
        return this._copies.filter(({ player }) => !player).length;
    }

    /** Number of instances. */
    public get instanceCount(): number {
        return this._copies.length - this.cloneCount;
    }

    /** Whether each copy has a tint of its own. */
    public set isTinted(value: boolean) {
        this._isTinted = value;
        this._copies.forEach((copy, place) => this._dress(copy, place));
    }

    /** Whether only a ball of each copy is seen. */
    public set isCropped(value: boolean) {
        this._isCropped = value;
        this._copies.forEach((copy, place) => this._dress(copy, place));
    }

    /** Adds a mesh that shows the frame of the original: no decoding, and one set of data on the GPU for all. */
    public addClone(): void {
        this._place({ mesh: this._original.mesh.clone("clone") });
    }

    /** Adds a mesh that plays the same clip at another time. */
    public async addInstanceAsync(): Promise<void> {
        const player = createFvvInstance(this._original, "instance");
        this._place({ mesh: player.mesh, player });
        const time = this._original.currentTime + ++this._instanceCount * DELAY * this._original.duration;
        await player.seekAsync(time % this._original.duration);
        player.play();
    }

    /** Takes the newest copy away. */
    public remove(): void {
        this._copies.pop()?.mesh.dispose();
    }

    private _place(copy: ICopy): void {
        const place = this._copies.push(copy) - 1;
        [copy.mesh.position.x, copy.mesh.position.z] = PLACES[place];
        this._dress(copy, place);
    }

    private _dress({ mesh }: ICopy, place: number): void {
        const { look } = mesh.splatMaterial;
        look.tint = this._isTinted ? TINTS[place] : Color3.White();
        look.crop = this._isCropped ? { shape: "sphere", matrix: Matrix.Scaling(1.15, 1.15, 1.15).multiply(Matrix.Translation(0, 0.95, 0)), softness: 0.12 } : null;
    }
}
