import { expect } from "chai";
import type { IFramePacket } from "../../loader/framePacket.js";
import { encodeFramesAsync } from "../support/encodeFrames.js";
import { makeMovingFrames } from "../support/movingFrames.js";
import { PackedState } from "../support/packedState.js";
import { SessionDriver } from "../support/sessionDriver.js";

const SPLATS = 600;
const FRAMES = 8;

describe("A budget of splats", () => {
    let clip: Uint8Array;

    before(async () => {
        const { frames } = makeMovingFrames({ count: SPLATS, frames: FRAMES, turnover: 0.03, seed: 3 });
        clip = (await encodeFramesAsync(frames, { up: "+y", segmentLength: 5 })).bytes;
    });

    interface IShown {
        packet: Pick<IFramePacket, "frame" | "liveCount" | "slotCount">;
        orderCount: number;
        drawn: number[];
        importances: Map<number, number>;
    }

    /** What is drawn of each frame. */
    function show(budget: number, frames: number[]): IShown[] {
        const driver = new SessionDriver(clip);
        const gpu = new PackedState(driver.head.header.capacity, 0);
        const shown: IShown[] = [];
        driver.onFrame = ({ packet, orders: [order] }) => {
            gpu.apply(packet);
            const slots = [...Array(packet.slotCount).keys()];
            const importances = new Map(
                slots.map((slot) => {
                    const codes = gpu.codes(slot);
                    const { scaleStep, scaleBase, opacityStep, opacityBase } = packet.quantization;
                    const scales = codes.slice(7, 10).map((code) => scaleStep * (scaleBase + code));
                    const area = scales[0] + scales[1] + scales[2] - Math.min(...scales);
                    return [slot, Math.log(Math.max(opacityStep * (opacityBase + codes[10]), 1e-9)) + area];
                }),
            );
            const { frame, liveCount, slotCount } = packet;
            shown.push({ packet: { frame, liveCount, slotCount }, orderCount: order.count, drawn: slots.filter((slot) => !gpu.isDead(slot)), importances });
        };
        driver.send({ type: "budget", splats: budget }, ...frames.map((frame) => ({ type: "frame" as const, frame, generation: 0 })));
        return shown;
    }

    const all = Array.from({ length: FRAMES }, (_, frame) => frame);

    it("draws all where it is not reached", () => {
        for (const { packet, drawn, orderCount } of show(Infinity, all)) {
            expect(drawn.length).to.equal(packet.liveCount).and.to.equal(orderCount);
            expect(orderCount).to.be.at.least(0.95 * SPLATS);
        }
    });

    it("keeps the most important at the first frame of a segment, and data and order agree", () => {
        const whole = show(Infinity, all);
        const shown = show(200, all);
        for (const [i, { packet, drawn, orderCount }] of shown.entries()) {
            expect(drawn.length).to.equal(packet.liveCount).and.to.equal(orderCount);
            expect(packet.liveCount).to.be.within(150, 220);
            expect(whole[i].drawn).to.include.members(drawn);
        }
        const first = shown[0];
        const left = whole[0].drawn.filter((slot) => !first.drawn.includes(slot));
        const least = Math.min(...first.drawn.map((slot) => first.importances.get(slot)!));
        const most = Math.max(...left.map((slot) => whole[0].importances.get(slot)!));
        // Importances are told apart to a step of their histogram.
        expect(most - least).to.be.below(50 / 4096);
    });

    it("keeps the same splats through a segment, but for births and deaths", () => {
        const shown = show(200, [0, 1, 2, 3, 4]);
        const whole = show(Infinity, [0, 1, 2, 3, 4]);
        for (let i = 1; i < shown.length; i++) {
            const lived = whole[i].drawn.filter((slot) => whole[i - 1].drawn.includes(slot));
            const stayed = lived.filter((slot) => shown[i].drawn.includes(slot) === shown[i - 1].drawn.includes(slot));
            // A slot may die and be born again at once: it is another splat then.
            expect(stayed.length).to.be.at.least(lived.length * 0.95);
        }
    });

    it("draws the same of a frame played up to or asked for alone", () => {
        const played = show(200, [0, 1, 2, 3]).at(-1);
        const asked = show(200, [3]).at(-1);
        expect(asked.packet).to.deep.equal(played.packet);
        expect(asked.drawn).to.deep.equal(played.drawn);
    });
});
