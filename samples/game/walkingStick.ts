import { element } from "../common/dom.js";

/** A stick on the screen, for thumbs. */
export class WalkingStick {
    /** Where it is pushed, -1 to 1. */
    public right = 0;
    public forward = 0;
    private readonly _stick = element("stick");
    private readonly _knob = element("knob");

    public constructor() {
        this._stick.addEventListener("pointerdown", (event) => {
            this._stick.setPointerCapture(event.pointerId);
            this._push(event);
        });
        this._stick.addEventListener("pointermove", (event) => {
            if (this._stick.hasPointerCapture(event.pointerId)) {
                this._push(event);
            }
        });
        this._stick.addEventListener("lostpointercapture", () => this._set(0, 0));
    }

    private _push({ clientX, clientY }: PointerEvent): void {
        const { left, top, width, height } = this._stick.getBoundingClientRect();
        const [x, y] = [(2 * (clientX - left)) / width - 1, 1 - (2 * (clientY - top)) / height];
        const length = Math.max(1, Math.hypot(x, y));
        this._set(x / length, y / length);
    }

    private _set(right: number, forward: number): void {
        this.right = right;
        this.forward = forward;
        this._knob.style.translate = `${30 * right}px ${-30 * forward}px`;
    }
}
