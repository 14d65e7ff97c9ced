import type { DecodeRequest } from "./decodeProtocol.js";
import { DecodeSession } from "./decodeSession.js";
import { createScheduler } from "./scheduler.js";

/** The part of a worker's global scope that is used here; the DOM library types it as a window. */
interface IWorkerScope {
    postMessage(message: unknown, transfer: Transferable[]): void;
    onmessage: ((event: MessageEvent<DecodeRequest>) => void) | null;
}

const scope = globalThis as unknown as IWorkerScope;
const session = new DecodeSession((response, transfer) => scope.postMessage(response, transfer), createScheduler());
scope.onmessage = (event) => session.handle(event.data);
