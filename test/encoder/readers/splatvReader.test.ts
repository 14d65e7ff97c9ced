import { expect } from "chai";
import { readFrameAsync, SplatvSource, type ISplatFrame } from "../../../encoder/index.js";
import { expectErrorAsync } from "../../support/expectError.js";
import { sharedBytes } from "../../support/sharedData.js";

/** binary16 of the few values that the tests need. */
const HALF: Readonly<Record<string, number>> = {
    0: 0,
    1: 0x3c00,
    2: 0x4000,
    "0.5": 0x3800,
    "-1": 0xbc00,
    Infinity: 0x7c00,
    NaN: 0x7e00,
    "0.25": 0x3400,
};

interface IGaussian {
    position: [number, number, number];
    rotation: number[];
    motion: number[];
    spin: number[];
    center: number;
    lifetime: number;
}

const STILL: IGaussian = {
    position: [1, 2, 3],
    rotation: [1, 0, 0, 0],
    motion: [0, 0, 0, 0, 0, 0, 0, 0, 0],
    spin: [0, 0, 0, 0],
    center: 0,
    lifetime: Infinity,
};

function splatv(gaussians: readonly IGaussian[], json = '[{"type":"splat"}]'): Uint8Array {
    const header = new TextEncoder().encode(json);
    const bytes = new Uint8Array(8 + header.length + 64 * gaussians.length);
    const view = new DataView(bytes.buffer);
    view.setUint32(0, 0x674b, true);
    view.setUint32(4, header.length, true);
    bytes.set(header, 8);
    gaussians.forEach(({ position, rotation, motion, spin, center, lifetime }, row) => {
        const at = 8 + header.length + 64 * row;
        const half = (offset: number, value: number): void => view.setUint16(at + offset, HALF[String(value)], true);
        position.forEach((value, c) => view.setFloat32(at + 4 * c, value, true));
        rotation.forEach((value, c) => half(12 + 2 * c, value));
        [0.5, 0.25, 1].forEach((value, c) => half(20 + 2 * c, value));
        bytes.set([255, 51, 0, 204], at + 28);
        motion.forEach((value, c) => half(32 + 2 * c, value));
        spin.forEach((value, c) => half(52 + 2 * c, value));
        half(60, center);
        half(62, lifetime);
    });
    return bytes;
}

describe(".splatv reader", () => {
    it("samples t from 0 to 1 over the duration", async () => {
        const moving = { ...STILL, motion: [1, 0, 0, 0, 1, 0, 0, 0, 2], spin: [0, 1, 0, 0] };
        const source = new SplatvSource(splatv([moving]), "a.splatv", { fps: 2, duration: 1.5 });
        expect(source.frameCount).to.equal(3);
        const [first, middle, last] = await Promise.all([0, 1, 2].map((index) => source.readFrameAsync(index)));
        expect([...first.positions]).to.deep.equal([1, 2, 3]);
        expect([...middle.positions]).to.deep.equal([1.5, 2.25, 3.25]);
        expect([...last.positions]).to.deep.equal([2, 3, 5]);
        expect([...last.rotations]).to.deep.equal([1, 1, 0, 0]);
        expect([...last.scales]).to.deep.equal([0.5, 0.25, 1]);
        expect([...last.colors]).to.deep.equal([1, Math.fround(0.2), 0]);
    });

    it("has 60 frames in 2 s by default", () => {
        expect(new SplatvSource(splatv([STILL]), "a.splatv").frameCount).to.equal(60);
    });

    it("fades by the lifetime; an infinite one never, one of zero at once", async () => {
        const gaussians = [STILL, { ...STILL, lifetime: 1 }, { ...STILL, lifetime: 0 }];
        const source = new SplatvSource(splatv(gaussians), "a.splatv", { fps: 1, duration: 2 });
        const [first, last] = [await source.readFrameAsync(0), await source.readFrameAsync(1)];
        expect([...first.opacities]).to.deep.equal([0.8, 0.8, 0.8].map(Math.fround));
        expect([...last.opacities]).to.deep.equal([0.8, 0.8 * Math.exp(-1), 0].map(Math.fround));
    });

    it("drops Gaussians that are not finite, once, and keeps rows as ids", async () => {
        const broken = { ...STILL, position: [NaN, 0, 0] as [number, number, number] };
        const source = new SplatvSource(splatv([broken, STILL, { ...STILL, lifetime: NaN }, { ...STILL, spin: [Infinity, 0, 0, 0] }]), "a.splatv");
        const frames = [await source.readFrameAsync(0), await source.readFrameAsync(1)];
        expect(source.droppedCount).to.equal(3);
        expect(frames.map(({ droppedCount }) => droppedCount)).to.deep.equal([3, 0]);
        expect([...(frames[0].ids ?? [])]).to.deep.equal([1]);
        expect([...(frames[1].sourceIndices ?? [])]).to.deep.equal([1]);
    });

    it("takes a payload shorter than its header says, without half a row", () => {
        const bytes = splatv([STILL, STILL]);
        expect(new SplatvSource(bytes.slice(0, bytes.length - 1), "a.splatv").droppedCount).to.equal(0);
    });

    it("refuses what it cannot read", async () => {
        const whole = splatv([STILL]);
        await expectErrorAsync(() => new SplatvSource(new Uint8Array(4), "a.splatv"), "UNREADABLE_INPUT");
        await expectErrorAsync(() => new SplatvSource(whole.slice(0, 12), "a.splatv"), "UNREADABLE_INPUT");
        await expectErrorAsync(() => new SplatvSource(whole.slice(0, whole.length - 64), "a.splatv"), "UNREADABLE_INPUT");
        await expectErrorAsync(() => new SplatvSource(splatv([{ ...STILL, position: [NaN, 0, 0] }]), "a.splatv"), "NOT_FINITE");
        await expectErrorAsync(() => new SplatvSource(whole, "a.splatv", { duration: -1 }), "BAD_OPTION");
        await expectErrorAsync(() => new SplatvSource(whole, "a.splatv", { fps: NaN }), "BAD_OPTION");
    });

    it("reads trained scenes", async function () {
        for (const [name, count, dropped] of [
            ["stg/yellow_clip2.splatv", 51651, 122],
            ["stg/coffee10.splatv", 11902, 24],
        ] as const) {
            const source = new SplatvSource(sharedBytes(this, name), name);
            expect(source.droppedCount).to.equal(dropped);
            expect((await source.readFrameAsync(59)).count).to.equal(count);
        }
    });

    it("has, bit for bit, the positions of the frames that the fireworks were made from", async function () {
        const places = ({ positions }: ISplatFrame): string[] => Array.from({ length: positions.length / 3 }, (_, i) => positions.slice(3 * i, 3 * i + 3).join());
        const source = new SplatvSource(sharedBytes(this, "splatv_hanabi/hanabi2.splatv"), "hanabi2.splatv");
        const found = new Set(places(await source.readFrameAsync(0)));
        for (let frame = 0; frame < 6; frame++) {
            const name = `frame_00${frame}.ply`;
            const ply = await readFrameAsync({ name, bytes: sharedBytes(this, `splatv_hanabi/frames/${name}`) });
            expect(places(ply).filter((place) => !found.has(place))).to.deep.equal([]);
        }
    });
});
