import { expect } from "chai";
import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { Application } from "./application.js";
import { buildWithWebpackAsync, shakeWithViteAsync } from "./builds.js";

/** Names that only the code of the player and of the decoder's client has. */
const PLAYER = ["onFrameObservable", "_startHereAsync"];
/** Names that only the kernels and the plugin have. */
const PLUGIN = ["radix", "loadAssetContainerAsync"];

/** What is imported, and what of the code is left of it. */
const CASES: readonly { name: string; program: string; kept: readonly string[] }[] = [
    { name: "nothing of babylon-fvv/pure", program: 'import "babylon-fvv/pure";', kept: [] },
    { name: "an error class", program: 'export { FvvError } from "babylon-fvv/pure";', kept: [] },
    { name: "the names of the plugin", program: 'export { FvvFileLoaderMetadata } from "babylon-fvv/pure";', kept: [] },
    { name: "a player without a plugin", program: 'export { FvvPlayer } from "babylon-fvv/pure";', kept: PLAYER },
    { name: "the main entry", program: 'import "babylon-fvv";', kept: [...PLAYER, ...PLUGIN] },
    { name: "the dynamic entry", program: 'import { registerFvvLoaderLazily } from "babylon-fvv/dynamic"; registerFvvLoaderLazily();', kept: [] },
];

/** Whether a program has the plugin registered with Babylon's scene loader. */
const REGISTRATIONS: readonly { program: string; isRegistered: boolean }[] = [
    { program: 'import "babylon-fvv/pure";', isRegistered: false },
    { program: 'import { RegisterFvvLoader } from "babylon-fvv/pure"; RegisterFvvLoader();', isRegistered: true },
    { program: 'import "babylon-fvv/dynamic";', isRegistered: false },
    { program: 'import { registerFvvLoaderLazily } from "babylon-fvv/dynamic"; registerFvvLoaderLazily();', isRegistered: true },
    { program: 'import "babylon-fvv";', isRegistered: true },
];

const SHOW_EXTENSIONS = `
    import { GetRegisteredSceneLoaderPluginMetadata } from "@babylonjs/core/Loading/sceneLoader.js";
    console.log(GetRegisteredSceneLoaderPluginMetadata().find(({ name }) => name === "fvv")?.extensions.map(({ extension }) => extension).join());`;

describe("What an application takes of the package", () => {
    let application: Application;

    before(async function () {
        this.timeout(400_000);
        application = await Application.CreateAsync();
    });

    after(() => application.dispose());

    const bundlers: Record<string, (entry: string) => Promise<string>> = {
        Vite: (entry) => shakeWithViteAsync(application, entry),
        webpack: async (entry) => {
            await buildWithWebpackAsync(application, entry, "webpack", {
                externals: [/^@babylonjs\//],
                externalsType: "module",
                experiments: { outputModule: true },
                output: { module: true, library: { type: "module" } },
            });
            return readFileSync(application.path("webpack/main.js"), "utf8");
        },
    };

    for (const [bundler, bundleAsync] of Object.entries(bundlers)) {
        for (const { name, program, kept } of CASES) {
            it(`built with ${bundler}: ${name}`, async () => {
                application.write("entry.js", program);
                const code = await bundleAsync("entry.js");
                expect([...PLAYER, ...PLUGIN].filter((word) => code.includes(word))).to.deep.equal(kept);
            });
        }
    }

    for (const { program, isRegistered } of REGISTRATIONS) {
        it(`registers ${isRegistered ? "the plugin" : "nothing"}: ${program}`, () => {
            application.write("entry.js", program + SHOW_EXTENSIONS);
            const extensions = execFileSync(process.execPath, [application.path("entry.js")], { encoding: "utf8" });
            expect(extensions.trim()).to.equal(isRegistered ? ".fvv,.fvvm" : "undefined");
        });
    }
});
