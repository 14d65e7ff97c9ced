import type { IFrameSource, ISplatFrame } from "../encoder/index.js";

/**
 * A cloud of which every other splat moves, turns and changes colour in every frame. Plain numbers: what it looks like does not matter, how much changes does.
 */
export class MovingCloud implements IFrameSource {
    /**
     * @param count splats of a frame
     * @param frameCount number of frames
     */
    public constructor(
        public readonly count: number,
        public readonly frameCount: number,
    ) {}

    public frameName(index: number): string {
        return `frame ${index} of the cloud`;
    }

    public readFrameAsync(index: number): Promise<ISplatFrame> {
        const { count } = this;
        const frame: ISplatFrame = {
            count,
            shDegree: 0,
            positions: new Float32Array(3 * count),
            rotations: new Float32Array(4 * count),
            scales: new Float32Array(3 * count),
            opacities: new Float32Array(count).fill(0.8),
            colors: new Float32Array(3 * count),
            sh: new Float32Array(0),
        };
        for (let i = 0; i < count; i++) {
            const time = i & 1 ? (2 * Math.PI * index) / this.frameCount : 0;
            const angle = 2.399963 * i;
            const height = 1 - (2 * (i + 0.5)) / count;
            const radius = 2 * Math.sqrt(1 - height * height);
            frame.positions.set([radius * Math.cos(angle) + 0.2 * Math.sin(time + angle), 2 * height + 0.2 * Math.cos(time + angle), radius * Math.sin(angle)], 3 * i);
            frame.rotations.set([Math.cos(0.3 * Math.sin(time)), Math.sin(0.3 * Math.sin(time)), 0, 0], 4 * i);
            frame.scales.set([0.01, 0.012, 0.004], 3 * i);
            frame.colors.set([0.5 + 0.4 * Math.sin(time + angle), 0.5, 0.5 + 0.4 * height], 3 * i);
        }
        return Promise.resolve(frame);
    }
}
