import { readdirSync } from "node:fs";
import { dirname, resolve } from "node:path";
import { fileURLToPath } from "node:url";

const root = dirname(fileURLToPath(import.meta.url));

/** What all bundles share: TypeScript without type checks (tsc does these), sources found behind their `.js` specifiers. */
const base = {
    mode: "production",
    devtool: false,
    performance: { hints: false },
    resolve: {
        extensions: [".ts", ".js"],
        extensionAlias: { ".js": [".ts", ".js"] },
        alias: {
            "babylon-fvv/pure": resolve(root, "plugin/pure.ts"),
            "babylon-fvv/xr": resolve(root, "plugin/xr/index.ts"),
            "babylon-fvv$": resolve(root, "plugin/index.ts"),
        },
    },
    module: { rules: [{ test: /\.ts$/, loader: "ts-loader", options: { transpileOnly: true, compilerOptions: { noEmit: false } } }] },
};

/** What the bundles of Babylon.js are called; imports of shaders and other side effects have happened in them. */
const BABYLON = { root: "BABYLON", commonjs: "babylonjs", commonjs2: "babylonjs", amd: "babylonjs" };

/** The UMD bundle for a plain script tag; Babylon.js is the global BABYLON. */
const umd = {
    ...base,
    name: "umd",
    entry: { "babylon-fvv": resolve(root, "plugin/umd.ts") },
    output: {
        path: resolve(root, "dist/umd"),
        filename: "[name].js",
        chunkFilename: "[name].js",
        library: { name: "BABYLONFVV", type: "umd" },
        globalObject: "globalThis",
        publicPath: "auto",
    },
    // One file each for the page, the worker and the decoder without a worker.
    optimization: { splitChunks: false },
    externals: [({ request }, callback) => (request.startsWith("@babylonjs/core/") ? callback(null, BABYLON) : callback())],
};

/** The sample pages: modules that share what they have in common, so that it is made and loaded once. */
const samples = {
    ...base,
    name: "samples",
    // The page with the Inspector is bundled by scripts/bundleInspectorPage.ts.
    entry: () => entriesOf("samples", ".ts", ["inspector.ts"]),
    output: { path: resolve(root, "samples/public"), filename: "[name].js", chunkFilename: "chunks/[id].js", module: true, chunkFormat: "module" },
    experiments: { outputModule: true },
    optimization: { splitChunks: { chunks: "initial", cacheGroups: { default: false, defaultVendors: false, common: { name: "common", minChunks: 2 } } } },
    // Else each start takes as long as the first.
    cache: { type: "filesystem", cacheDirectory: resolve(root, ".cache/webpack"), buildDependencies: { config: [fileURLToPath(import.meta.url)] } },
};

/** What an application's bundle has of the package, one file an entry; `npm run size` measures them. */
const size = {
    ...base,
    name: "size",
    entry: { main: resolve(root, "plugin/index.ts"), dynamic: resolve(root, "plugin/dynamic.ts") },
    output: { path: resolve(root, ".cache/size"), filename: "[name].js", chunkFilename: "[name].js", module: true, library: { type: "module" }, clean: true },
    experiments: { outputModule: true },
    optimization: { splitChunks: false },
    externalsType: "module",
    externals: [/^@babylonjs\/core\//],
};

/** Pages of the browser tests and the benchmarks. */
const pages = ["test/browser/pages", "bench/pages"].map((folder) => ({
    ...base,
    name: folder,
    mode: "development",
    entry: () => entriesOf(folder, "Page.ts"),
    output: { path: resolve(root, ".cache", folder), filename: "[name].js", publicPath: "auto" },
}));

/** One bundle for each file of a folder with this ending, but for some. */
function entriesOf(folder, ending, others = []) {
    return Object.fromEntries(
        readdirSync(resolve(root, folder))
            .filter((file) => file.endsWith(ending) && !others.includes(file))
            .map((file) => [file.replace(/\.ts$/, ""), resolve(root, folder, file)]),
    );
}

export default [umd, samples, size, ...pages];
