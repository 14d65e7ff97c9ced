/** Keys by their place on the keyboard, and where they lead: right, forward. */
const KEYS: Readonly<Record<string, readonly [number, number]>> = {
    KeyW: [0, 1],
    ArrowUp: [0, 1],
    KeyS: [0, -1],
    ArrowDown: [0, -1],
    KeyA: [-1, 0],
    ArrowLeft: [-1, 0],
    KeyD: [1, 0],
    ArrowRight: [1, 0],
};

/** The keys that are held down to walk. */
export class WalkingKeys {
    private readonly _held = new Set<string>();

    public constructor() {
        window.addEventListener("keydown", (event) => {
            if (event.code in KEYS && !event.altKey && !event.ctrlKey && !event.metaKey) {
                this._held.add(event.code);
                event.preventDefault();
            }
        });
        window.addEventListener("keyup", (event) => this._held.delete(event.code));
        // A key that is let go of elsewhere tells nobody.
        window.addEventListener("blur", () => this._held.clear());
    }

    /** Where they lead to the right, -1 to 1. */
    public get right(): number {
        return this._sum(0);
    }

    /** Where they lead forward, -1 to 1. */
    public get forward(): number {
        return this._sum(1);
    }

    private _sum(axis: 0 | 1): number {
        let sum = 0;
        this._held.forEach((code) => (sum += KEYS[code][axis]));
        return Math.max(-1, Math.min(1, sum));
    }
}
