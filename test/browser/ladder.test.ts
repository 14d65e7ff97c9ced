import { expect } from "chai";
import { join } from "node:path";
import { writeTurningFrames } from "../support/cliFolder.js";
import { runFvvAsync } from "../support/runFvv.js";
import { ScriptedServer } from "../support/scriptedServer.js";
import { useTemporaryFolder } from "../support/temporaryFolder.js";
import { expectNoErrors, openSessionAsync } from "./pageClient.js";
import type { PlayerPageApi } from "./pages/playerPage.js";

const FRAMES = 24;
const SEGMENT = 4;

describe("A ladder made by `fvv ladder`", () => {
    const folder = useTemporaryFolder();

    it("plays by its manifest, begins with the smallest rendition and goes to another", async () => {
        const frames = writeTurningFrames(
            join(folder(), "frames"),
            Array.from({ length: FRAMES }, (_, i) => i),
        );
        const words = ["--renditions", "20@0.5,60", "--segment", String(SEGMENT), "--key-window", "1", "--effort", "fast", "--jobs", "1"];
        const run = await runFvvAsync(["ladder", frames, "-o", join(folder(), "clip.fvvm"), ...words]);
        expect(run.code, run.err).to.equal(0);
        const server = await ScriptedServer.StartAsync(folder());
        server.mbps = 1;
        const session = await openSessionAsync<PlayerPageApi>("playerPage", server.url);
        await session.call.start("webgl2", 64);
        const { frameCount, name } = await session.call.load(`${server.url}/clip.fvvm`, { buffer: { aheadSeconds: 0.1 } });
        expect([frameCount, name, await session.call.rendition()]).to.deep.equal([FRAMES, "clip", { count: 2, shown: 0 }]);
        await session.call.rendition(1);
        // It is opened when it is chosen for the first time; until then the other one comes.
        for (let segment = 1; (await session.call.rendition()).shown === 0; segment++) {
            expect(await session.call.seek(segment * SEGMENT)).to.equal(true);
        }
        const { splatCount } = await session.call.statistics();
        await session.call.rendition(0);
        await session.call.seek(FRAMES - 1);
        expect((await session.call.rendition()).shown).to.equal(0);
        expect((await session.call.statistics()).splatCount).to.be.below(splatCount);
        expectNoErrors(session);
        await session.page.close();
        await server.closeAsync();
    });
});
