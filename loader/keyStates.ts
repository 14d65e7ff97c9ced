import type { IKeySnapshot } from "../format/frameState.js";

/** Key frames that others are coded against, so that going back to one needs neither its bytes nor its decoding. The ones not used for longest go first. */
export class KeyStates {
    private readonly _states = new Map<string, IKeySnapshot>();
    private _byteLength = 0;

    /** @param _maxBytes most bytes to keep; the newest always stays */
    public constructor(private readonly _maxBytes: number) {}

    /** The key frame with a number of a rendition, or undefined. */
    public get(rendition: number, firstFrame: number): IKeySnapshot | undefined {
        const key = keyOf(rendition, firstFrame);
        const state = this._states.get(key);
        if (state) {
            // A map iterates in the order of insertion: what is used goes to the end.
            this._states.delete(key);
            this._states.set(key, state);
        }
        return state;
    }

    /** Keeps a key frame. */
    public add(rendition: number, state: IKeySnapshot): void {
        const key = keyOf(rendition, state.firstFrame);
        if (this._states.has(key)) {
            return;
        }
        this._states.set(key, state);
        this._byteLength += byteLengthOf(state);
        for (const [oldest, old] of this._states) {
            if (this._byteLength <= this._maxBytes || oldest === key) {
                break;
            }
            this._states.delete(oldest);
            this._byteLength -= byteLengthOf(old);
        }
    }
}

function keyOf(rendition: number, firstFrame: number): string {
    return `${rendition} ${firstFrame}`;
}

function byteLengthOf({ alive, codes, levels }: IKeySnapshot): number {
    return [alive, ...codes, ...levels].reduce((sum, { byteLength }) => sum + byteLength, 0);
}
