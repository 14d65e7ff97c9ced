import { request as requestByHttp, type ClientRequest, type IncomingMessage } from "node:http";
import { request as requestByHttps } from "node:https";
import { text } from "node:stream/consumers";
import { FvvError } from "../../format/fvvError.js";
import type { IEncodeReport } from "../clipEncoder.js";
import type { IClipOutput } from "../clipOutput.js";
import type { ClipEncoderSettings } from "../encoderOptions.js";
import { LiveClipOutput } from "../liveClipOutput.js";
import type { ISegmentResult } from "../segmentJob.js";

/**
 * Whether an output is a live endpoint, not a file.
 * @param output what the user gave
 */
export function isLiveAddress(output: string | undefined): output is string {
    return output !== undefined && /^https?:\/\//i.test(output);
}

/** A clip that is pushed to a live endpoint while it is encoded: one PUT whose body grows by each finished segment. */
export class LivePush implements IClipOutput {
    /** Its bytes are shown while they come. */
    public readonly isLive = true;
    private readonly _clip: LiveClipOutput;
    private readonly _request: ClientRequest;
    /** Kept when the server took the clip; broken when it refused it or cannot be reached. */
    private readonly _answer: Promise<void>;
    private _byteLength = 0;

    /**
     * @param _url the endpoint
     * @param settings those of the encoder
     * @param capacity most splats that viewers make room for, see {@link LiveClipOutput}
     */
    public constructor(
        private readonly _url: string,
        settings: ClipEncoderSettings,
        capacity?: number,
    ) {
        this._clip = new LiveClipOutput(settings, (bytes) => this._sendAsync(bytes), capacity);
        this._request = openRequest(_url);
        this._answer = new Promise((resolve, reject) => {
            this._request.once("response", (response) => void this._checkAsync(response).then(resolve, reject));
            this._request.on("error", (error) => reject(this._error(error)));
        });
        // An error shows where something is sent.
        this._answer.catch(() => {});
    }

    public async writeBodyAsync(bytes: Uint8Array, segment?: ISegmentResult): Promise<void> {
        await this._clip.writeBodyAsync(bytes, segment);
    }

    public async writeHeadAsync(): Promise<void> {
        await this._clip.writeHeadAsync();
    }

    /**
     * The report of the encoder with the bytes that were sent, which have no index.
     * @param report what it says of a file
     */
    public describe(report: IEncodeReport): IEncodeReport {
        return { ...report, byteLength: this._byteLength };
    }

    /** Ends the clip; waits until the server has taken all of it. */
    public async keepAsync(): Promise<void> {
        this._request.end();
        await this._answer;
    }

    /** Breaks off, unless the clip was ended: viewers then see that it is not whole. */
    public discard(): void {
        this._request.destroy();
    }

    /** Kept when the bytes are on their way: an encoder is not faster than the connection. */
    private async _sendAsync(bytes: Uint8Array): Promise<void> {
        const sent = new Promise<void>((resolve, reject) => this._request.write(bytes, (error) => (error ? reject(this._error(error)) : resolve())));
        const early = this._answer.then(() => {
            throw this._error(new Error("the server answered before the clip ended"));
        });
        sent.catch(() => {});
        early.catch(() => {});
        await Promise.race([early, sent]);
        this._byteLength += bytes.length;
    }

    private async _checkAsync(response: IncomingMessage): Promise<void> {
        const { statusCode = 0 } = response;
        const said = await text(response);
        if (statusCode < 200 || statusCode > 299) {
            throw this._error(new Error(`the server answered ${statusCode} ${said.slice(0, 500).trim()}`));
        }
    }

    private _error(error: Error): FvvError {
        return FvvError.From(error, "NETWORK", "The clip cannot be pushed; check the address, and that nobody else publishes there", { source: this._url });
    }
}

function openRequest(url: string): ClientRequest {
    const request = /^https:/i.test(url) ? requestByHttps : requestByHttp;
    try {
        const opened = request(url, { method: "PUT", agent: false, headers: { "Content-Type": "model/vnd.fvv" } });
        // A server that refuses says so before the first segment is encoded.
        opened.flushHeaders();
        return opened;
    } catch (error) {
        throw FvvError.From(error, "BAD_OPTION", "This is no address; give one like http://host:8080/live/NAME.fvv", { source: url });
    }
}
