import webpack from "webpack";
import configurations from "../webpack.config.js";

/**
 * Runs one configuration of webpack.config.js.
 * @param name its name
 */
export async function bundleAsync(name: string): Promise<void> {
    const configuration = configurations.find((candidate) => candidate.name === name);
    if (!configuration) {
        throw new Error(`webpack.config.js has no configuration "${name}"`);
    }
    const stats = await new Promise<webpack.Stats | undefined>((resolve, reject) => {
        webpack(configuration, (error, result) => (error ? reject(error) : resolve(result)));
    });
    if (stats?.hasErrors()) {
        throw new Error(stats.toString({ preset: "errors-only" }));
    }
}
