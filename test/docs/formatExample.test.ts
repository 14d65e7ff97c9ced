import { expect } from "chai";
import { readFileSync } from "node:fs";
import { ClipReader, type ISplatFrame } from "../../encoder/index.js";
import { encodeAsync } from "../support/testClips.js";

function frame(x: number): ISplatFrame {
    return {
        count: 1,
        shDegree: 0,
        positions: Float32Array.of(x, 2, 3),
        rotations: Float32Array.of(1, 0, 0, 0),
        scales: Float32Array.of(0.1, 0.1, 0.1),
        opacities: Float32Array.of(1),
        colors: Float32Array.of(1, 0.5, 0),
        sh: new Float32Array(0),
    };
}

/** Bytes of the block ```hex of docs/FORMAT.md: two digits each, before two spaces and a remark. */
function documentedBytes(): number[] {
    const block = /```hex\n([\s\S]*?)```/.exec(readFileSync("docs/FORMAT.md", "utf8"))?.[1] ?? "";
    return block.split("\n").flatMap((line) =>
        (/^(?:[0-9a-f]{2}(?: |$))+/.exec(line)?.[0] ?? "")
            .trim()
            .split(" ")
            .filter(Boolean)
            .map((byte) => parseInt(byte, 16)),
    );
}

describe("docs/FORMAT.md", () => {
    it("shows the bytes that the encoder writes, and they decode to what it says", async () => {
        const frames = [frame(1), frame(1.1)];
        const source = { frameCount: 2, frameName: String, readFrameAsync: (index: number) => Promise.resolve(frames[index]) };
        const bytes = await encodeAsync(source, { tracked: true, up: "+y", metadata: { title: "One" } });
        expect(documentedBytes()).to.deep.equal([...bytes]);
        const clip = new ClipReader(Uint8Array.from(documentedBytes()));
        expect(clip.metadata.title).to.equal("One");
        const second = await clip.readFrameAsync(1);
        expect(second.positions[0]).to.be.closeTo(1.1, 0.002);
        expect([...second.rotations]).to.deep.equal([1, 0, 0, 0]);
    });
});
