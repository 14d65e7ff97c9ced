import { expect } from "chai";
import { execFile } from "node:child_process";
import { promisify } from "node:util";
import { changingObjects, heapGrowth, type ISoakReading } from "./soakReading.js";

const MINUTES = 10;
/** Share by which the heap may grow. */
const MOST_GROWTH = 0.02;
/** Length of the clip, seconds, and how fast it is played. */
const SECONDS = 8;
const SPEED = 4;

describe("A clip that loops", () => {
    it("takes no more memory after ten minutes at speed 4, its segments dropped and fetched again each round", async () => {
        const { stdout } = await promisify(execFile)(process.execPath, ["--import", "tsx", "test/soak/headlessSoak.ts", "--minutes", String(MINUTES)]);
        const readings = stdout
            .trim()
            .split("\n")
            .map((line) => JSON.parse(line) as ISoakReading);
        expect(readings.length).to.equal(MINUTES);
        const heap = readings.map(({ heapBytes }) => (heapBytes / 1e6).toFixed(2)).join(", ");
        expect(heapGrowth(readings), `heap ${heap} MB`).to.be.below(MOST_GROWTH);
        expect(changingObjects(readings)).to.deep.equal([]);
        const last = readings[MINUTES - 1];
        expect(last.errors).to.deep.equal([]);
        expect(last.loops).to.be.within((0.9 * MINUTES * 60 * SPEED) / SECONDS, (MINUTES * 60 * SPEED) / SECONDS);
        // It stands at the display's rate: about a frame a tick.
        expect(last.frames).to.be.above(MINUTES * 60 * 50);
        const perRound = (last.fetchedBytes - readings[0].fetchedBytes) / (last.loops - readings[0].loops);
        expect(perRound, "bytes fetched a round").to.be.above(10_000);
    });

    it("would be found out", () => {
        const readings = Array.from({ length: MINUTES }, (_, i): ISoakReading => ({
            ...{ minute: i + 1, heapBytes: 50e6 + 300e3 * i, gpuObjects: { buffers: 5, textures: i < 9 ? 7 : 8 } },
            ...{ loops: i, frames: i, fetchedBytes: i, errors: [] },
        }));
        expect(heapGrowth(readings)).to.be.above(MOST_GROWTH);
        expect(changingObjects(readings)).to.deep.equal(["textures"]);
    });
});
