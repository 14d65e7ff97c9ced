import { execFileSync } from "node:child_process";
import { expect } from "chai";
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, resolve } from "node:path";
import { makeWav } from "../support/audioFiles.js";
import { makeFrame } from "../support/makeFrame.js";
import { encodeAsync } from "../support/testClips.js";
import { Application, codeBlocks, readmeProgram } from "./application.js";
import { buildWithViteAsync, buildWithWebpackAsync, type Bundle } from "./builds.js";
import { ClipPages } from "./clipPages.js";

const [IMPORT_MAP_PAGE, SCRIPT_TAG_PAGE] = codeBlocks("docs/quick-start.md", "html");
/** What is served below each page. */
const CLIP = "clips/sample.fvv";

/** A clip of a few large splats that fly apart. */
function makeClipAsync(): Promise<Uint8Array> {
    const base = makeFrame(100);
    const scales = base.scales.map((value) => value * 4);
    return encodeAsync({
        frameCount: 30,
        frameName: String,
        readFrameAsync: (index) => Promise.resolve({ ...base, scales, positions: base.positions.map((value) => value * (1 + 0.02 * index)) }),
    });
}

/** A page that runs a module. */
function pageOf(module: string): string {
    return `<!doctype html><canvas></canvas><script type="module" src="${module}"></script>`;
}

/** A file in JSON. */
function readJson(path: string): { version: string; peerDependencies?: Record<string, string> } {
    return JSON.parse(readFileSync(path, "utf8")) as ReturnType<typeof readJson>;
}

describe("The packed package", () => {
    let application: Application;
    let pages: ClipPages;

    before(async function () {
        this.timeout(400_000);
        application = await Application.CreateAsync();
        const clip = await makeClipAsync();
        for (const folder of ["public", "with-webpack", "modules", "script"]) {
            const path = application.path(`${folder}/${CLIP}`);
            mkdirSync(dirname(path), { recursive: true });
            writeFileSync(path, clip);
        }
        const modules = Object.entries({ newest: "@babylonjs/core", least: "babylon-least" }).flatMap(([page, babylon]) => [
            { path: `/${page}/node_modules/@babylonjs/core`, folder: resolve("node_modules", babylon) },
            { path: `/${page}/node_modules`, folder: application.path("node_modules") },
            { path: `/${page}`, folder: application.path("modules") },
        ]);
        pages = await ClipPages.StartAsync([
            ...modules,
            { path: "/script/babylonjs", folder: resolve("node_modules/babylonjs") },
            { path: "/script/umd", folder: application.path("node_modules/babylon-fvv/dist/umd") },
            { path: "/", folder: application.folder },
        ]);
    });

    after(async () => {
        await pages.closeAsync();
        application.dispose();
    });

    it("runs the command line", () => {
        const out = execFileSync(process.execPath, [application.path("node_modules/babylon-fvv/dist/esm/encoder/cli/fvv.js"), "--help"], { encoding: "utf8" });
        expect(out).to.include("fvv encode");
    });

    describe("built with Vite", () => {
        let bundle: Bundle;

        before(async () => {
            application.write("main.ts", readmeProgram());
            application.write("main.html", pageOf("main.ts"));
            application.write(
                "lazy.ts",
                readmeProgram()
                    .replace('import { FvvPlayer } from "babylon-fvv";', 'import { registerFvvLoaderLazily } from "babylon-fvv/dynamic";\nregisterFvvLoaderLazily();')
                    .replace(/const player[\s\S]*/, ""),
            );
            application.write("lazy.html", pageOf("lazy.ts"));
            bundle = await buildWithViteAsync(application, ["main.html", "lazy.html"], application.path("with-vite"));
        });

        it("plays, and its worker is emitted", async () => {
            expect([...bundle.keys()].filter((name) => /decode\.worker-.*\.js$/.test(name)).length).to.equal(1);
            await pages.expectPlayingAsync("/with-vite/main.html");
        });

        it("plays with a plugin that is registered lazily, in a chunk of its own", async () => {
            await pages.expectPlayingAsync("/with-vite/lazy.html");
        });
    });

    it("plays when built with webpack", async () => {
        application.write("main.js", readmeProgram());
        await buildWithWebpackAsync(application, "main.js", "with-webpack");
        application.write("with-webpack/index.html", pageOf("main.js"));
        await pages.expectPlayingAsync("/with-webpack/");
    });

    for (const [name, path] of [
        ["newest", "@babylonjs/core"],
        ["least", "babylon-least"],
    ]) {
        it(`plays from modules by an import map, with the ${name} Babylon`, async () => {
            application.write("modules/index.html", IMPORT_MAP_PAGE);
            application.write("modules/main.js", readmeProgram());
            const { version } = readJson(`node_modules/${path}/package.json`);
            expect(await pages.expectPlayingAsync(`/${name}/`)).to.equal(`${version} - WebGL2`);
            if (name === "least") {
                expect(readJson("package.json").peerDependencies?.["@babylonjs/core"]).to.equal(`>=${version}`);
            }
        });
    }

    describe("by script tags", () => {
        const page = SCRIPT_TAG_PAGE.replace('"babylon.js"', '"babylonjs/babylon.js"').replace('"babylon-fvv.js"', '"umd/babylon-fvv.js"');

        it("plays on WebGL2", async () => {
            application.write("script/index.html", page);
            expect(await pages.expectPlayingAsync("/script/")).to.match(/WebGL2$/);
        });

        it("plays on WebGPU", async () => {
            application.write("script/index.html", page.replace("new BABYLON.Engine(canvas)", "await BABYLON.WebGPUEngine.CreateAsync(canvas)"));
            expect(await pages.expectPlayingAsync("/script/")).to.match(/WebGPU/);
        });

        it("plays with a sound, by the audio engine of the script", async () => {
            writeFileSync(application.path("script/sound.wav"), makeWav(4));
            const sound = 'window.audio = await BABYLONFVV.attachFvvAudioAsync(player, { url: "sound.wav", node: player.mesh });</script>';
            application.write("script/index.html", page.replace(/<\/script>\s*$/, sound));
            await pages.expectSoundAsync("/script/");
        });

        it("plays where there are no workers, with the decoder that is loaded then", async () => {
            application.write("script/index.html", page.replace("<canvas>", "<script>delete window.Worker;</script><canvas>"));
            await pages.expectPlayingAsync("/script/", 0);
        });
    });
});
