import { expect } from "chai";
import { readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { gunzipSync, gzipSync } from "node:zlib";
import { isFrameFileName, readFrameAsync, upAxisOfFile, type ISplatFrame } from "../../../encoder/index.js";
import { expectErrorAsync } from "../../support/expectError.js";
import { sharedBytes, sharedPath } from "../../support/sharedData.js";

async function readAsync(path: string): Promise<ISplatFrame> {
    return await readFrameAsync({
        name: path,
        bytes: readFileSync(path),
        readSiblingAsync: (name) => Promise.resolve(readFileSync(join(dirname(path), name))),
    });
}

/** Share of values whose difference is at most the tolerance. */
function agreement(a: Float32Array, b: Float32Array, tolerance: number, signs = [1]): number {
    return a.reduce((count, value, i) => count + (Math.abs(value - signs[i % signs.length] * b[i]) <= tolerance ? 1 : 0), 0) / a.length;
}

describe("splat-transform reader", () => {
    it("reads the same person from .compressed.ply and .spz, each in its own axes", async function () {
        const ply = await readAsync(sharedPath(this, "static/biker.compressed.ply"));
        const spz = await readAsync(sharedPath(this, "static/biker.spz"));
        expect(spz.count).to.equal(ply.count).and.to.equal(152746);
        // PLY is y down and z forward, SPZ y up and z back.
        expect(agreement(ply.positions, spz.positions, 0.001, [1, -1, -1])).to.equal(1);
        expect(agreement(ply.colors, spz.colors, 0.02)).to.be.above(0.99);
        expect(agreement(ply.opacities, spz.opacities, 0.01)).to.be.above(0.99);
        expect(agreement(ply.scales.map(Math.log), spz.scales.map(Math.log), 0.05)).to.be.above(0.99);
        const cosines = Array.from({ length: ply.count }, (_, i) => {
            const [a, b] = [ply.rotations.slice(4 * i, 4 * i + 4), spz.rotations.slice(4 * i, 4 * i + 4)];
            return Math.abs(a[0] * b[0] + a[1] * b[1] - a[2] * b[2] - a[3] * b[3]);
        });
        expect(cosines.filter((cosine) => cosine > 0.999).length / ply.count).to.be.above(0.99);
    });

    it("reads a bundled and an unbundled SOG", async function () {
        const wave = await readAsync(sharedPath(this, "flipbook_wave/wave_0001.sog"));
        expect([wave.count, wave.shDegree]).to.deep.equal([4225, 0]);
        const robot = await readAsync(sharedPath(this, "sog_playbot/3_0/meta.json"));
        expect([robot.count, robot.shDegree]).to.deep.equal([31000, 2]);
        expect(robot.sh.length).to.equal(31000 * 24);
        expect(robot.sh.some((value) => Math.abs(value) > 0.05)).to.equal(true);
    });

    it("reads the smallest file of each format alike", async function () {
        const splat = await readAsync(sharedPath(this, "fixtures/minimal.splat"));
        for (const [name, side] of [
            ["minimal.ksplat", 1],
            ["minimal-v2.spz", 1],
            ["minimal-v3.spz", -1],
            ["minimal-v4.spz", -1],
            ["minimal-raw.spz", 1],
        ] as const) {
            const frame = await readAsync(sharedPath(this, `fixtures/${name}`));
            expect(frame.count, name).to.equal(4);
            // The versions from 3 on were written as y up and z back.
            expect(agreement(frame.positions, splat.positions, 0.001, [1, side, side]), name).to.equal(1);
            expect(agreement(frame.scales, splat.scales, 0.005), name).to.equal(1);
        }
    });

    it("reads SPZ version 1, which has half floats for positions", async function () {
        const version2 = gunzipSync(sharedBytes(this, "fixtures/minimal-v2.spz"));
        const version1 = new Uint8Array(version2.length - 12);
        version1.set(version2.subarray(0, 16));
        version1[4] = 1;
        new Uint16Array(version1.buffer, 16, 12).set([0x3c00, 0x4000, 0xc000, 0x3555, 0, 0, 0, 0, 0, 0, 0, 0x7bff]);
        version1.set(version2.subarray(16 + 36), 16 + 24);
        const frame = await readFrameAsync({ name: "old.spz", bytes: gzipSync(version1) });
        expect([...frame.positions.slice(0, 4)]).to.deep.equal([1, 2, -2, 0.333251953125]);
        expect(frame.positions[11]).to.equal(65504);
        const newer = await readFrameAsync({ name: "new.spz", bytes: sharedBytes(this, "fixtures/minimal-v2.spz") });
        expect(frame.colors).to.deep.equal(newer.colors);
        expect(frame.rotations).to.deep.equal(newer.rotations);
    });

    it("names the file that it cannot read", async function () {
        for (const name of ["a.spz", "a.sog", "a.ksplat", "b/meta.json"]) {
            const { message } = await expectErrorAsync(() => readFrameAsync({ name, bytes: new Uint8Array(100) }), "UNREADABLE_INPUT");
            expect(message).to.include(name);
        }
        const spz = sharedBytes(this, "static/biker.spz");
        await expectErrorAsync(() => readFrameAsync({ name: "cut.spz", bytes: spz.slice(0, spz.length / 2) }), "UNREADABLE_INPUT");
        const sog = sharedBytes(this, "flipbook_wave/wave_0001.sog");
        await expectErrorAsync(() => readFrameAsync({ name: "cut.sog", bytes: sog.slice(0, sog.length / 2) }), "UNREADABLE_INPUT");
    });

    it("reads nothing outside the folder of a meta.json", async function () {
        const meta = JSON.parse(new TextDecoder().decode(sharedBytes(this, "sog_playbot/3_0/meta.json"))) as { means: { files: string[] } };
        meta.means.files[0] = "../secret.webp";
        const asked: string[] = [];
        const readSiblingAsync = (name: string): Promise<Uint8Array> => {
            asked.push(name);
            return Promise.resolve(readFileSync(sharedPath(this, `sog_playbot/3_0/${name}`)));
        };
        await expectErrorAsync(() => readFrameAsync({ name: "meta.json", bytes: new TextEncoder().encode(JSON.stringify(meta)), readSiblingAsync }), "UNREADABLE_INPUT");
        expect(asked.filter((name) => name.includes(".."))).to.deep.equal([]);
    });

    it("knows file names", async () => {
        expect(["a.PLY", "x.compressed.ply", "b/meta.json", "c.spz"].every(isFrameFileName)).to.equal(true);
        expect(["a.txt", "sequence.json", "d.splatv"].some(isFrameFileName)).to.equal(false);
        expect([upAxisOfFile("a.SPZ"), upAxisOfFile("a.ply")]).to.deep.equal(["+y", undefined]);
        await expectErrorAsync(() => readFrameAsync({ name: "a.txt", bytes: new Uint8Array(8) }), "UNSUPPORTED_INPUT");
    });
});
