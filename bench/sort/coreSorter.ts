import { GaussianSplattingSortWorker } from "@babylonjs/core/Meshes/GaussianSplatting/gaussianSplattingSortWorker.js";

interface ICoreScope {
    onmessage(event: { data: Record<string, unknown> }): void;
    postMessage(message: { depthMix: BigInt64Array }): void;
}

const IDENTITY = [1, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1];

/**
 * The sort in core's worker: the very function that core ships, given a scope of ours instead of a worker's, so that no message counts. It counts keys of
 * round(log2(n / 4)) bits, 16 for 300,000 splats and 18 for 1,000,000, between the depths of the nearest and the farthest splat of the moment; splats of the same key
 * come out in the reverse order of the file. All splats are sorted: it knows no dead ones.
 */
export class CoreSorter {
    private readonly _scope: ICoreScope = { onmessage: () => {}, postMessage: () => {} };
    private readonly _depthMix: BigInt64Array;

    /** @param positions four values a splat */
    public constructor(positions: Float32Array) {
        const vertexCount = positions.length / 4;
        this._depthMix = new BigInt64Array(Math.ceil(vertexCount / 16) * 16);
        (GaussianSplattingSortWorker as unknown as (scope: ICoreScope) => void)(this._scope);
        this._scope.onmessage({ data: { command: "positions", positions, vertexCount } });
        this._scope.onmessage({ data: { command: "intervals", intervals: Uint32Array.of(0, vertexCount) } });
    }

    /** Sorts along a direction. */
    public sort(forward: readonly number[]): void {
        this._scope.onmessage({ data: { command: "sort", depthMix: this._depthMix, worldMatrix: IDENTITY, cameraForward: forward, cameraPosition: [0, 0, 0] } });
    }

    /** The order, farthest first. */
    public get order(): Uint32Array {
        return new Uint32Array(this._depthMix.buffer).filter((_, i) => i % 2 === 0);
    }
}
