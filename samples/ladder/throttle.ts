/** Bytes that are passed on at once: small enough to be even, large enough to cost little. */
const PART_BYTES = 16 * 1024;

/** A slow line, made in the page: all responses that come through it share its rate. */
export class Throttle {
    /** Rate, megabits a second; Infinity: as fast as it comes. */
    public mbps = Infinity;
    /** When the line is free again, ms. */
    private _freeAt = 0;

    /**
     * Takes the place of `fetch`.
     * @param url address
     * @param init the request
     */
    public readonly fetchAsync = async (url: string, init: RequestInit): Promise<Response> => {
        const response = await fetch(url, init);
        return response.body ? new Response(response.body.pipeThrough(this._slow()), response) : response;
    };

    private _slow(): TransformStream<Uint8Array, Uint8Array> {
        return new TransformStream({
            transform: async (bytes, controller) => {
                for (let at = 0; at < bytes.length; at += PART_BYTES) {
                    const part = bytes.subarray(at, at + PART_BYTES);
                    await this._carryAsync(part.length);
                    controller.enqueue(part);
                }
            },
        });
    }

    private async _carryAsync(byteLength: number): Promise<void> {
        const now = performance.now();
        this._freeAt = Math.max(now, this._freeAt) + (8 * byteLength) / (1000 * this.mbps);
        if (this._freeAt > now) {
            await new Promise((resolve) => setTimeout(resolve, this._freeAt - now));
        }
    }
}
