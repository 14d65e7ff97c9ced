import { Quaternion, Vector3 } from "@babylonjs/core/Maths/math.vector.js";
import type { TransformNode } from "@babylonjs/core/Meshes/transformNode.js";

/** A hand or a controller as something to hold with: any node that moves with it. */
export type Hand = Pick<TransformNode, "absolutePosition" | "absoluteRotationQuaternion" | "computeWorldMatrix">;

/**
 * A node in one or two hands: it goes where they go. With two, their distance scales it and their direction turns it. Everything counts from the moment of the grip, so nothing drifts.
 */
export class HandGrip {
    private readonly _position: Vector3;
    private readonly _rotation: Quaternion;
    private readonly _scaling: Vector3;
    private readonly _intoParent: Quaternion;
    private readonly _start = new HandFrame();
    private readonly _unturned: Quaternion;
    private readonly _now = new HandFrame();
    private readonly _turn = new Quaternion();
    private readonly _place = new Vector3();

    /**
     * @param _node what is held
     * @param _hands one or two hands
     * @param _keepsUpright whether it turns about the vertical axis only
     */
    public constructor(
        private readonly _node: TransformNode,
        private readonly _hands: readonly Hand[],
        private readonly _keepsUpright: boolean,
    ) {
        _node.computeWorldMatrix(true);
        _node.rotationQuaternion ??= Quaternion.FromEulerVector(_node.rotation);
        const parent = _node.parent as TransformNode | null;
        // The rotation of the node itself: its world matrix may mirror, and would decompose into another.
        const aboveNode = parent?.absoluteRotationQuaternion ?? Quaternion.Identity();
        this._position = _node.absolutePosition.clone();
        this._rotation = aboveNode.multiply(_node.rotationQuaternion);
        this._intoParent = Quaternion.Inverse(aboveNode);
        this._scaling = _node.scaling.clone();
        this._start.read(_hands, this._start, _keepsUpright);
        this._unturned = Quaternion.Inverse(this._start.rotation);
    }

    /**
     * Brings the node to where the hands are.
     * @param least least scaling of the node's x axis
     * @param most greatest scaling of it
     */
    public follow(least: number, most: number): void {
        const { _node: node, _start: start, _now: now, _turn: turn, _place: place } = this;
        now.read(this._hands, start, this._keepsUpright);
        const size = Math.abs(this._scaling.x);
        const growth = Math.min(Math.max((size * now.span) / start.span, least), most) / size;
        now.rotation.multiplyToRef(this._unturned, turn);
        if (this._keepsUpright) {
            keepTwist(turn);
        }
        node.scaling.copyFrom(this._scaling).scaleInPlace(growth);
        this._position.subtractToRef(start.middle, place).scaleInPlace(growth);
        place.rotateByQuaternionToRef(turn, place).addInPlace(now.middle);
        node.setAbsolutePosition(place);
        turn.multiplyToRef(this._rotation, turn);
        this._intoParent.multiplyToRef(turn, node.rotationQuaternion as Quaternion);
    }
}

/** What hands say of place, turn and size. */
class HandFrame {
    public readonly middle = new Vector3();
    public readonly rotation = new Quaternion();
    /** Distance of two hands, 1 for one. */
    public span = 1;
    private readonly _between = new Vector3();

    /** Reads the hands. Two have no rotation of their own: it is the one that takes their direction at the start to theirs now. */
    public read(hands: readonly Hand[], start: HandFrame, keepsUpright: boolean): void {
        const [first, second] = hands;
        first.computeWorldMatrix(true);
        if (!second) {
            this.middle.copyFrom(first.absolutePosition);
            this.rotation.copyFrom(first.absoluteRotationQuaternion);
            return;
        }
        second.computeWorldMatrix(true);
        Vector3.LerpToRef(first.absolutePosition, second.absolutePosition, 0.5, this.middle);
        const between = second.absolutePosition.subtractToRef(first.absolutePosition, this._between);
        // Hands that touch have no distance to compare with.
        this.span = Math.max(between.length(), 0.01);
        if (keepsUpright) {
            Quaternion.RotationYawPitchRollToRef(Math.atan2(between.x, between.z), 0, 0, this.rotation);
        } else {
            between.normalize();
            Quaternion.FromUnitVectorsToRef(start._between, between, this.rotation);
        }
    }
}

/** Keeps of a rotation what is about the vertical axis. */
function keepTwist(rotation: Quaternion): void {
    const length = Math.hypot(rotation.y, rotation.w);
    rotation.set(0, length > 0 ? rotation.y / length : 0, 0, length > 0 ? rotation.w / length : 1);
}
