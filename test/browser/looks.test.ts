import { expect } from "chai";
import { copyFileSync, existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { makeSampleAsync } from "../../scripts/makeSample.js";
import { psnr } from "../support/pictures.js";
import { TEST_FILES } from "../support/testClips.js";
import { expectNoErrors, fromBase64, openSessionAsync, toBase64, type IPageSession } from "./pageClient.js";
import type { LooksPageApi } from "./pages/looksPage.js";

const SIZE = 240;
const FOLDER = "test/images";
/** What a picture may differ from the one that is kept, dB. The encoder may change within its bounds; the kept pictures are of WebGL2. */
const LEAST_PSNR = 36;
const SCENES = ["meshes", "shadow", "two", "look"] as const;

/** Rows from the top down. */
function upright(pixels: Uint8Array): Uint8Array {
    return Uint8Array.from({ length: pixels.length }, (_, i) => {
        const row = Math.floor(i / (4 * SIZE));
        return pixels[4 * SIZE * (SIZE - 1 - row) + (i % (4 * SIZE))];
    });
}

/** Pictures that a person has looked at. `UPDATE_IMAGES=1 npx mocha test/browser/looks.test.ts` keeps new ones: look at them. */
describe("Scenes with a clip", () => {
    before(async function () {
        this.timeout(300000);
        mkdirSync(TEST_FILES, { recursive: true });
        copyFileSync(await makeSampleAsync(), join(TEST_FILES, "looks.fvv"));
    });

    for (const kind of ["webgl2", "webgpu"] as const) {
        describe(`on ${kind}`, () => {
            let session: IPageSession<LooksPageApi>;

            before(async () => {
                session = await openSessionAsync<LooksPageApi>("looksPage");
            });

            after(async () => {
                expectNoErrors(session);
                await session.page.close();
            });

            for (const scene of SCENES) {
                it(`look as they are kept: ${scene}`, async () => {
                    // Two clips in one place are sorted together on WebGPU only.
                    const file = join(FOLDER, scene === "two" ? `two-${kind}.png` : `${scene}.png`);
                    const pixels = fromBase64(await session.call.show(kind, SIZE, scene, `${session.url}/files/looks.fvv`));
                    if (process.env.UPDATE_IMAGES && (kind === "webgl2" || scene === "two")) {
                        mkdirSync(FOLDER, { recursive: true });
                        writeFileSync(file, fromBase64(await session.call.encodePng([...upright(pixels)], SIZE)));
                    }
                    expect(existsSync(file), `there is no ${file}`).to.equal(true);
                    const kept = fromBase64(await session.call.decodePng(toBase64(readFileSync(file)), SIZE));
                    console.log(`        ${psnr(pixels, kept).toFixed(1)} dB`);
                    expect(psnr(pixels, kept)).to.be.at.least(LEAST_PSNR);
                });
            }
        });
    }
});
