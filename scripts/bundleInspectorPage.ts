import { fileURLToPath } from "node:url";
import { build } from "vite";

/** The page that Vite bundles, and webpack leaves alone: what the Inspector brings along takes webpack minutes, Vite seconds. */
const INSPECTOR_PAGE = "inspector";

/** Editors that the Inspector opens in windows of their own, and fetches from the CDN: the page goes without. */
const EDITORS = ["gui-editor", "node-editor", "node-geometry-editor", "node-particle-editor", "node-render-graph-editor"];

/**
 * Bundles the sample page with the Inspector.
 * @param folder where to
 */
export async function bundleInspectorPageAsync(folder: string): Promise<void> {
    const path = (file: string): string => fileURLToPath(new URL(`../${file}`, import.meta.url));
    const editors = EDITORS.map((name) => ({ find: `@babylonjs/${name}`, replacement: path("scripts/noEditor.ts") }));
    await build({
        configFile: false,
        root: path("samples"),
        base: "./",
        publicDir: false,
        logLevel: "error",
        resolve: {
            alias: [
                { find: /^babylon-fvv$/, replacement: path("plugin/index.ts") },
                { find: /^babylon-fvv\/inspector$/, replacement: path("plugin/inspector/index.ts") },
                ...editors,
            ],
        },
        worker: { format: "es" },
        build: {
            outDir: path(folder),
            emptyOutDir: false,
            target: "es2022",
            modulePreload: false,
            reportCompressedSize: false,
            chunkSizeWarningLimit: Infinity,
            assetsDir: INSPECTOR_PAGE,
            rollupOptions: { input: path(`samples/${INSPECTOR_PAGE}.ts`), output: { entryFileNames: "[name].js" } },
        },
    });
}
