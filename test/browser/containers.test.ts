import { expect } from "chai";
import { makeFrame } from "../support/makeFrame.js";
import { encodeAsync, writeTestFile } from "../support/testClips.js";
import { expectNoErrors, openSessionAsync, type IPageSession } from "./pageClient.js";
import type { ContainerPageApi } from "./pages/containerPage.js";

for (const kind of ["webgl2", "webgpu"] as const) {
    describe(`Containers and saved scenes on ${kind}`, () => {
        let session: IPageSession<ContainerPageApi>;
        let url: string;

        before(async () => {
            const source = { frameCount: 10, frameName: String, readFrameAsync: (index: number) => Promise.resolve(makeFrame(200 + index, 0, 9)) };
            writeTestFile("contained.fvv", await encodeAsync(source, { segmentLength: 5, fps: 20 }));
            session = await openSessionAsync<ContainerPageApi>("containerPage");
            url = `${session.url}/files/contained.fvv`;
            await session.call.start(kind);
        });

        after(async () => {
            expectNoErrors(session);
            await session.page.close();
        });

        it("a container puts a clip into the scene, takes it out, and makes copies that share its frame", async () => {
            const { litInside, litOutside, litClones, materials, ...rest } = await session.call.container(url);
            expect(rest).to.deep.equal({
                outside: [0, 0],
                inside: [1, 1],
                names: ["copy of contained", "copy of contained"],
                players: [true, true],
                frames: [4, 4],
                metadata: { answer: 42 },
                tags: "hero",
                isMaterialOwn: true,
                after: 0,
                instance: "UNSUPPORTED_FEATURE",
            });
            expect(litInside).to.be.above(0.02);
            expect(litOutside).to.equal(0);
            expect(litClones).to.be.above(Number(litInside));
            expect(materials).to.be.above(1);
        });

        it("copies take what is below the mesh with them, and what is hidden stays hidden", async () => {
            expect(await session.call.hierarchy(url)).to.deep.equal({
                counts: [["Mesh"], [], ["InstancedMesh"]],
                isVisible: [false, true],
                frames: [3, 3, 3, 3],
            });
        });

        it("a saved scene restores its clips: place, look, settings, frame; in a container and an import too, and once more", async () => {
            const { difference, lit, bytes, ...rest } = await session.call.roundTrip(url);
            expect(rest).to.deep.equal({
                names: ["contained", "twin"],
                parents: ["stage", "stage"],
                below: ["hat"],
                isClone: true,
                frame: 4,
                settings: [false, 0.5, 0.3, 150, false],
                metadata: { answer: 42 },
                tags: "hero",
                groups: 1,
                isSameAgain: true,
                inScene: [2, 3, 1],
                importedDifference: 0,
            });
            expect(lit).to.be.above(0.02);
            expect(difference).to.equal(0);
            expect(bytes).to.be.below(30_000);
        });

        if (kind === "webgl2") {
            it("a saved scene whose clip is gone, changed or damaged says so, and loads what else there is", async () => {
                const material = {
                    lowPass: 0.3,
                    antialiased: false,
                    solidThreshold: 0.5,
                    depthWriteThreshold: null,
                    tint: [1, 1, 1],
                    opacity: 1,
                    brightness: 1,
                    contrast: 1,
                    saturation: 1,
                    crop: null,
                };
                const play = { frame: 0, isPlaying: false, loop: true, speed: 1, weight: -1, range: null, interpolates: false, splatBudget: null, targetFrameMs: null };
                const clip = { url, capacity: 300, shDegree: 0, ...play, material };
                expect(await session.call.badScene({ ...clip, url: `${url}.none.fvv` })).to.equal("NETWORK");
                expect(await session.call.badScene({ ...clip, capacity: 10 })).to.equal("SOURCE_CHANGED");
                expect(await session.call.badScene({ ...clip, capacity: 1e9 })).to.equal("none");
                expect(await session.call.badScene({ ...clip, shDegree: 9 })).to.equal("none");
            });

            it("the assets manager loads clips behind its loading screen", async () => {
                expect(await session.call.assets(`${session.url}/files/`, "contained.fvv")).to.deep.equal({
                    loaded: [1, 1, 1],
                    kinds: ["SplatVideoMesh", "SplatVideoMesh"],
                    remaining: [1, 0],
                    screen: ["shown", "hidden"],
                });
            });

            it("tells its progress while it loads", async () => {
                const { last, isRising } = await session.call.progress(url);
                const [loaded, total] = last as [number, number];
                expect(loaded).to.be.above(0).and.equal(total);
                expect(isRising).to.equal(true);
            });
        }
    });
}
