import { expect } from "chai";
import type { ISplatFrame } from "../../encoder/index.js";
import { readClipHead, type IClipHead } from "../../format/clipHead.js";
import { resolveLimits } from "../../format/limits.js";
import { foregroundShare, psnr } from "../support/pictures.js";
import { makeFrame } from "../support/makeFrame.js";
import { encodeAsync, writeTestFile } from "../support/testClips.js";
import { expectNoErrors, fromBase64, openSessionAsync, type IPageSession } from "./pageClient.js";
import type { LoadingPageApi } from "./pages/loadingPage.js";

const FRAMES = 9;
const SEGMENT = 3;

/** A cloud around the height of the camera; every splat moves. */
function cloud(number: number): ISplatFrame {
    const frame = makeFrame(400, 1, 5);
    for (let i = 0; i < frame.count; i++) {
        frame.positions[3 * i] = 0.6 * frame.positions[3 * i] + 0.05 * number;
        frame.positions[3 * i + 1] = 0.9 + 0.6 * frame.positions[3 * i + 1];
    }
    return frame;
}

describe("Loading", () => {
    let bytes: Uint8Array<ArrayBuffer>;
    let head: IClipHead;

    before(async () => {
        const source = { frameCount: FRAMES, frameName: String, readFrameAsync: (index: number) => Promise.resolve(cloud(index)) };
        bytes = await encodeAsync(source, { up: "+y", segmentLength: SEGMENT, tracked: true });
        head = readClipHead(bytes, resolveLimits(), true) as IClipHead;
        writeTestFile("cloud.fvv", bytes);
    });

    /** A copy of the clip with one byte changed. */
    function flipped(name: string, at: number): string {
        const copy = bytes.slice();
        copy[at] ^= 0x10;
        writeTestFile(name, copy);
        return name;
    }

    for (const kind of ["webgl2", "webgpu"] as const) {
        describe(`on ${kind}`, () => {
            let session: IPageSession<LoadingPageApi>;
            const file = (name: string): string => `${session.url}/files/${name}`;
            const nothing = { meshes: 0, materials: 0, textures: 0, groups: 0 };

            before(async () => {
                session = await openSessionAsync<LoadingPageApi>("loadingPage");
                await session.call.start(kind);
            });

            beforeEach(async () => await session.call.freshScene());

            after(async () => {
                expectNoErrors(session);
                await session.page.close();
            });

            it("shows the same from every kind of source, in a worker and without", async () => {
                const first = await session.call.showFrom("url", file("cloud.fvv"));
                expect(foregroundShare(fromBase64(first.pixels))).to.be.above(0.02);
                expect(first.usesWorker).to.equal(true);
                expect(first.progress).to.equal(true);
                for (const source of ["view", "file", "blob", "main-thread"] as const) {
                    const shown = await session.call.showFrom(source, file("cloud.fvv"));
                    expect(shown.pixels === first.pixels, source).to.equal(true);
                    expect(shown.usesWorker, source).to.equal(source !== "main-thread");
                }
            });

            it("appends to a scene", async () => {
                expect(await session.call.append(file("cloud.fvv"))).to.deep.equal({ meshes: 1, groups: 1 });
            });

            it("loads into a container that is added, copied, removed and disposed of", async () => {
                const steps = await session.call.container(file("cloud.fvv"));
                expect(steps.loaded).to.include({ meshes: 0, groups: 0, materials: 0 });
                expect(steps.added).to.include({ meshes: 1, groups: 1, materials: 1 });
                expect(steps.instantiated.meshes).to.equal(2);
                expect(steps.removed).to.include({ meshes: 0, groups: 0, materials: 0 });
                expect(steps.disposed).to.deep.equal(steps.before);
            });

            it("copies a mesh, which then lives by itself", async () => {
                const { original, moved, alone, empty } = await session.call.clone(file("cloud.fvv"));
                expect(alone === original).to.equal(true);
                expect(psnr(fromBase64(moved), fromBase64(original))).to.be.below(30);
                expect(foregroundShare(fromBase64(empty))).to.equal(0);
            });

            it("leaves nothing behind when it is disposed of, twice or while it loads", async () => {
                for (const when of ["scene at once", "scene while fetching"] as const) {
                    const { outcome, left } = await session.call.disposeEarly(file("cloud.fvv"), when);
                    expect(outcome, when).to.not.equal("loaded");
                    expect(left, when).to.include(nothing);
                    await session.call.freshScene();
                }
                const before = (await session.call.loadBad(file("missing.fvv"))).left.gpuTextures;
                for (const when of ["mesh twice", "player then mesh"] as const) {
                    const { outcome, left } = await session.call.disposeEarly(file("cloud.fvv"), when);
                    expect(outcome, when).to.equal("seek false, DISPOSED");
                    expect(left, when).to.deep.equal({ ...nothing, gpuTextures: before });
                }
            });

            it("refuses bad files with their codes and leaves nothing behind", async () => {
                const [first] = head.segments ?? [];
                writeTestFile("text.fvv", new TextEncoder().encode("<!doctype html><title>not found</title>"));
                writeTestFile("cut.fvv", bytes.slice(0, 60));
                writeTestFile("cut-key.fvv", bytes.slice(0, first.offset + first.keyByteLength - 9));
                const newer = bytes.slice();
                newer[8] = 9;
                writeTestFile("newer.fvv", newer);
                const cases: [string, string][] = [
                    ["text.fvv", "NOT_FVV"],
                    ["newer.fvv", "UNSUPPORTED_VERSION"],
                    ["cut.fvv", "TRUNCATED"],
                    ["cut-key.fvv", "TRUNCATED"],
                    [flipped("bad-header.fvv", 30), "CRC_MISMATCH"],
                    [flipped("bad-index.fvv", first.offset - 20), "CRC_MISMATCH"],
                    [flipped("bad-key.fvv", first.offset + first.keyByteLength - 40), "CRC_MISMATCH"],
                    ["missing.fvv", "NETWORK"],
                ];
                for (const [name, code] of cases) {
                    const { code: got, left } = await session.call.loadBad(file(name));
                    expect(got, name).to.equal(code);
                    expect(left, name).to.include(nothing);
                }
                expect((await session.call.loadBad(file("cloud.fvv"), { splats: 100 })).code).to.equal("LIMIT_EXCEEDED");
            });

            it("shows the last frame before damage, and goes on elsewhere", async () => {
                const second = (head.segments ?? [])[1];
                const name = flipped("bad-residual.fvv", second.offset + second.byteLength - 5);
                const broken = await session.call.breakLater(file(name), 1, 5);
                expect(broken).to.deep.equal({ code: "CRC_MISMATCH", frame: 4, sought: false, again: true });
            });

            it("is driven by Babylon's own animation group", async () => {
                const animation = await session.call.animation(file("cloud.fvv"));
                expect(animation.names.length).to.equal(1);
                expect(animation).to.include({ from: 0, to: FRAMES, reached: true, isGroupPlaying: true });
            });
        });
    }
});
