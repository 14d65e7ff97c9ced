import type * as vite from "vite";
import webpack from "webpack";
import type { Application } from "./application.js";

/** Vite, not by an import on top: Mocha has those go through `require`, which Vite is not made for. */
const viteAsync = (): Promise<typeof vite> => import("vite");

/** Files of a bundle by name. */
export type Bundle = ReadonlyMap<string, string>;

/**
 * Builds pages of an application with Vite, as `vite build` does without any configuration.
 * @param application the application
 * @param pages paths of its pages
 * @param outDir folder to build into
 */
export async function buildWithViteAsync(application: Application, pages: readonly string[], outDir: string): Promise<Bundle> {
    const { build } = await viteAsync();
    const { output } = (await build({
        root: application.folder,
        configFile: false,
        logLevel: "error",
        base: "./",
        // What is on top of the module of a page waits for clips.
        build: { outDir, target: "es2022", rolldownOptions: { input: pages.map((page) => application.path(page)) } },
    })) as vite.Rolldown.RolldownOutput;
    return new Map(output.map((file) => [file.fileName, file.type === "chunk" ? file.code : ""]));
}

/**
 * What Vite leaves of a module when Babylon is taken from elsewhere.
 * @param application the application
 * @param entry path of the module
 */
export async function shakeWithViteAsync(application: Application, entry: string): Promise<string> {
    const { build } = await viteAsync();
    const [{ output }] = (await build({
        root: application.folder,
        configFile: false,
        logLevel: "error",
        build: { write: false, target: "es2022", lib: { entry: application.path(entry), formats: ["es"] }, rolldownOptions: { external: [/^@babylonjs\//] } },
    })) as vite.Rolldown.RolldownOutput[];
    return output[0].code;
}

/**
 * Builds an application with webpack, without any configuration but names.
 * @param application the application
 * @param entry path of its program
 * @param folder to build into
 * @param options more of webpack's
 */
export async function buildWithWebpackAsync(application: Application, entry: string, folder: string, options: webpack.Configuration = {}): Promise<void> {
    const stats = await new Promise<webpack.Stats | undefined>((resolve, reject) => {
        const configuration: webpack.Configuration = {
            mode: "production",
            context: application.folder,
            entry: application.path(entry),
            performance: { hints: false },
            // Making it small takes most of the time and changes nothing of what is tested.
            optimization: { minimize: false },
            ...options,
            output: { path: application.path(folder), filename: "main.js", ...options.output },
        };
        webpack(configuration, (error, result) => (error ? reject(error) : resolve(result)));
    });
    if (!stats || stats.hasErrors() || stats.hasWarnings()) {
        throw new Error(stats?.toString({ preset: "errors-warnings" }));
    }
}
