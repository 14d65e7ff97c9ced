import { FvvError } from "../format/fvvError.js";
import { toErrorMessage, type DecodeRequest, type DecodeResponse } from "./decodeProtocol.js";
import { DecodeSession, packetBuffers } from "./decodeSession.js";
import { createScheduler } from "./scheduler.js";

/** Where decoding happens. */
export interface IDecodeClientOptions {
    /**
     * Address of the decode worker, where the bundler's own way to find it does not work or a content security policy asks for another
     * place. Default: `decode.worker.js` beside this module.
     */
    workerUrl?: string | URL;
    /** Whether to use a worker. Default true; without one, or where none can be started, decoding happens on the main thread. */
    useWorker?: boolean;
}

/** The page's end of a decode session: in a worker, or on this thread where there is none. */
export class DecodeClient {
    private _worker: Worker | undefined;
    private _session: DecodeSession | undefined;
    private readonly _unanswered: DecodeRequest[] = [];
    private _hasAnswered = false;
    private _isDisposed = false;
    /** What ended the worker after it had been running. */
    private _failure: FvvError | undefined;
    private _isFailureTold = true;

    /**
     * @param _onResponse takes the answers
     * @param options where to decode
     */
    public constructor(
        private readonly _onResponse: (response: DecodeResponse) => void,
        options: IDecodeClientOptions = {},
    ) {
        if (options.useWorker !== false && typeof Worker !== "undefined") {
            try {
                this._worker = options.workerUrl
                    ? new Worker(options.workerUrl, { type: "module" })
                    : new Worker(new URL("./decode.worker.js", import.meta.url), { /* webpackChunkName: "decode.worker" */ type: "module" });
                this._worker.onmessage = (event: MessageEvent<DecodeResponse>) => this._answer(event.data);
                this._worker.onerror = (event) => this._onWorkerError(event);
            } catch {
                this._worker = undefined;
            }
        }
        if (!this._worker) {
            this._startHere();
        }
    }

    /** Whether a worker decodes. */
    public get usesWorker(): boolean {
        return this._worker !== undefined;
    }

    /** Sends a request. Memory of packets, orders and segments goes with it: do not use it afterwards. */
    public post(request: DecodeRequest): void {
        if (this._isDisposed) {
            return;
        }
        if (this._session) {
            this._session.handle(request);
            return;
        }
        if (this._failure) {
            this._refuse(request);
            return;
        }
        if (!this._hasAnswered) {
            // Kept until the worker has shown that it runs: if it does not, this thread does its work.
            this._unanswered.push(request);
            this._worker?.postMessage(request);
            return;
        }
        this._worker?.postMessage(request, transferOf(request));
    }

    /** Ends the worker. */
    public dispose(): void {
        this._isDisposed = true;
        this._worker?.terminate();
        this._worker = undefined;
        this._session = undefined;
    }

    private _answer(response: DecodeResponse): void {
        this._hasAnswered = true;
        this._unanswered.length = 0;
        if (!this._isDisposed) {
            this._onResponse(response);
        }
    }

    private _onWorkerError(event: ErrorEvent): void {
        event.preventDefault();
        if (!this._hasAnswered) {
            this._worker?.terminate();
            this._worker = undefined;
            this._startHere();
            this._unanswered.splice(0).forEach((request) => this._session?.handle(request));
            return;
        }
        // What it was doing is lost, and its state with that.
        this._worker?.terminate();
        this._failure ??= new FvvError("WORKER_FAILED", `The decode worker failed (${event.message}); load the clip again`);
        this._tellFailure();
    }

    /** Tells those who ask for frames once more that there is no worker: once, until they begin anew. */
    private _refuse({ type }: DecodeRequest): void {
        if (type === "flush") {
            this._isFailureTold = false;
        } else if (type === "frame" && !this._isFailureTold) {
            this._isFailureTold = true;
            // Later, as a worker's answers come.
            void Promise.resolve().then(() => this._tellFailure());
        }
    }

    private _tellFailure(): void {
        if (this._failure) {
            this._answer({ type: "error", error: toErrorMessage(this._failure), generation: -1 });
        }
    }

    private _startHere(): void {
        this._session = new DecodeSession((response) => {
            if (!this._isDisposed) {
                this._onResponse(response);
            }
        }, createScheduler());
    }
}

function transferOf(request: DecodeRequest): Transferable[] {
    switch (request.type) {
        case "recycle":
            return packetBuffers(request.packet);
        case "recycleOrder":
            return [request.order.order.buffer as ArrayBuffer];
        case "bytes":
            return [request.bytes.buffer as ArrayBuffer];
        default:
            return [];
    }
}
