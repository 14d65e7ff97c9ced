import type { CDPSession } from "playwright-core";

interface IReply {
    id?: number;
    result?: unknown;
    error?: { message: string };
}

/** Chromium's debugging protocol of a worker of a page, sent through the page's own session. */
export class WorkerSession {
    private readonly _replies = new Map<number, (reply: IReply) => void>();
    private _lastId = 0;

    private constructor(
        private readonly _page: CDPSession,
        private readonly _sessionId: string,
    ) {
        _page.on("Target.receivedMessageFromTarget", ({ sessionId, message }) => {
            const reply = JSON.parse(message) as IReply;
            if (sessionId === _sessionId && reply.id !== undefined) {
                this._replies.get(reply.id)?.(reply);
                this._replies.delete(reply.id);
            }
        });
    }

    /** Settles with the first worker that the page starts. */
    public static async AttachAsync(page: CDPSession): Promise<WorkerSession> {
        const attached = new Promise<WorkerSession>((resolve) => {
            page.once("Target.attachedToTarget", ({ sessionId }) => resolve(new WorkerSession(page, sessionId)));
        });
        await page.send("Target.setAutoAttach", { autoAttach: true, waitForDebuggerOnStart: false, flatten: false });
        return await attached;
    }

    /** Calls a method of the protocol. */
    public async send(method: string, params: object = {}): Promise<unknown> {
        const id = ++this._lastId;
        const reply = new Promise<IReply>((resolve) => this._replies.set(id, resolve));
        await this._page.send("Target.sendMessageToTarget", { sessionId: this._sessionId, message: JSON.stringify({ id, method, params }) });
        const { result, error } = await reply;
        if (error) {
            throw new Error(`${method}: ${error.message}`);
        }
        return result;
    }
}
