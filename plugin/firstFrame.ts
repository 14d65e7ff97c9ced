import type { FvvError } from "../format/fvvError.js";

/** The first frame of a clip: there once, or prevented. */
export class FirstFrame {
    /** Settles when it is there and can be drawn; rejects with what prevented it. */
    public readonly promise: Promise<void>;
    private _resolve: (value: Promise<void>) => void = () => {};
    private _reject: (error: FvvError) => void = () => {};

    public constructor() {
        this.promise = new Promise((resolve, reject) => {
            this._resolve = resolve;
            this._reject = reject;
        });
        // Who does not wait for it learns of errors by the observable.
        this.promise.catch(() => {});
    }

    /**
     * It is there.
     * @param ready settles when it can be drawn
     */
    public show(ready: Promise<void>): void {
        this._resolve(ready);
    }

    /** It will not be there. */
    public fail(error: FvvError): void {
        this._reject(error);
    }
}
