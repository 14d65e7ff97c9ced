import { fileURLToPath } from "node:url";
import { build, type Plugin } from "vite";

/** The page that Vite bundles, and webpack leaves alone: what the Inspector brings along takes webpack minutes, Vite seconds. */
const INSPECTOR_PAGE = "inspector";

/** Editors that the Inspector opens in windows of their own: the page goes without. */
const EDITORS = ["gui-editor", "node-editor", "node-geometry-editor", "node-particle-editor", "node-render-graph-editor"];

const root = (file: string): string => fileURLToPath(new URL(`../${file}`, import.meta.url));

/** What is bundled in place of a package. */
const REPLACED = new Map([
    ["babylon-fvv", root("plugin/index.ts")],
    ["babylon-fvv/inspector", root("plugin/inspector/index.ts")],
    ...EDITORS.map((name) => [`@babylonjs/${name}`, root("scripts/noEditor.ts")] as const),
]);

/** Vite's own aliases give way to the exports of this package, where it has been built: the page would be made of what was built last. */
const sources: Plugin = { name: "sources", enforce: "pre", resolveId: (id) => REPLACED.get(id) };

/**
 * Bundles the sample page with the Inspector.
 * @param folder where to
 */
export async function bundleInspectorPageAsync(folder: string): Promise<void> {
    await build({
        configFile: false,
        root: root("samples"),
        base: "./",
        publicDir: false,
        logLevel: "error",
        plugins: [sources],
        worker: { format: "es" },
        build: {
            outDir: root(folder),
            emptyOutDir: false,
            target: "es2022",
            modulePreload: false,
            reportCompressedSize: false,
            chunkSizeWarningLimit: Infinity,
            assetsDir: INSPECTOR_PAGE,
            rollupOptions: { input: root(`samples/${INSPECTOR_PAGE}.ts`), output: { entryFileNames: "[name].js" } },
        },
    });
}
