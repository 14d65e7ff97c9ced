import { expect } from "chai";
import { makeFrame } from "../support/makeFrame.js";
import { encodeAsync, writeTestFile } from "../support/testClips.js";
import { expectNoErrors, openSessionAsync } from "./pageClient.js";
import type { PlaylistPageApi } from "./pages/playlistPage.js";

describe("FvvPlaylist and instances", () => {
    for (const kind of ["webgl2", "webgpu"] as const) {
        it(`plays clip after clip on ${kind}, one in every picture, passes over one that is not there, and plays again`, async () => {
            const source = { frameCount: 6, frameName: String, readFrameAsync: (index: number) => Promise.resolve(makeFrame(50 + index, 0, 9)) };
            writeTestFile("list.fvv", await encodeAsync(source, { segmentLength: 3, fps: 20 }));
            const session = await openSessionAsync<PlaylistPageApi>("playlistPage");
            const file = (name: string): string => `${session.url}/files/${name}`;
            const { items, seen, errors, meshes } = await session.call.play(kind, [file("list.fvv"), file("none.fvv"), file("list.fvv")]);
            expect(items).to.deep.equal([0, 2, 0]);
            expect(seen).to.deep.equal([1]);
            expect(errors).to.deep.equal(["NETWORK"]);
            expect(meshes).to.deep.equal([1, 0]);
            expectNoErrors(session);
            await session.page.close();
        });
    }

    for (const kind of ["webgl2", "webgpu"] as const) {
        it(`a clip from a stream plays at two times at once on ${kind}, fetched once, until the last is disposed of`, async () => {
            const source = { frameCount: 6, frameName: String, readFrameAsync: (index: number) => Promise.resolve(makeFrame(50 + index, 0, 9)) };
            const bytes = await encodeAsync(source, { segmentLength: 3, fps: 20 });
            writeTestFile("twice.fvv", bytes);
            const session = await openSessionAsync<PlaylistPageApi>("playlistPage");
            const { frames, after, fetched, held, code } = await session.call.instances(kind, `${session.url}/files/twice.fvv`);
            expect([frames, after, code]).to.deep.equal([[1, 5], 2, "DISPOSED"]);
            expect(Math.max(fetched, held)).to.be.at.most(bytes.length);
            expectNoErrors(session);
            await session.page.close();
        });
    }
});
