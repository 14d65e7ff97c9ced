/** The arrows of the house: who may import whom. `npm run lint:imports` holds them. */
const babylon = "node_modules/@babylonjs/";

module.exports = {
    forbidden: [
        { name: "no-circles", severity: "error", from: {}, to: { circular: true } },
        { name: "format-imports-nothing", severity: "error", from: { path: "^format/" }, to: { pathNot: "^format/" } },
        { name: "shaders-import-nothing", severity: "error", from: { path: "^shaders/" }, to: { pathNot: "^shaders/" } },
        {
            name: "encoder-imports-format",
            severity: "error",
            from: { path: "^encoder/(?!cli/)" },
            to: { pathNot: "^(encoder/(?!cli/)|format/|node_modules/@playcanvas/splat-transform/)" },
        },
        {
            name: "only-the-command-line-touches-node",
            severity: "error",
            from: { path: "^encoder/cli/" },
            to: { pathNot: "^(encoder/|format/|node_modules/(@types/)?send/)", dependencyTypesNot: ["core"] },
        },
        { name: "loader-imports-format", severity: "error", from: { path: "^loader/" }, to: { pathNot: "^(loader|format)/" } },
        {
            name: "plugin-imports-loader-format-shaders",
            severity: "error",
            from: { path: "^plugin/(?!inspector/)" },
            to: { pathNot: "^(plugin/(?!inspector/)|loader/|format/|shaders/)|node_modules/@babylonjs/core/" },
        },
        {
            name: "inspector-imports-plugin-and-writers",
            severity: "error",
            from: { path: "^plugin/inspector/" },
            to: {
                pathNot: "^(plugin|loader|format|encoder/writers)/|node_modules/(@babylonjs/(core|inspector)|@fluentui/react-(components|icons)|(@types/)?react)/",
            },
        },
        // The Inspector's section saves frames with them, see docs/decisions.md: they must bring nothing else of the encoder along.
        { name: "writers-import-format", severity: "error", from: { path: "^encoder/writers/" }, to: { pathNot: "^(encoder/writers|format)/" } },
        {
            name: "pages-use-the-public-interface",
            severity: "error",
            from: { path: "^samples/(?!scene/)" },
            to: { pathNot: "^(samples/(?!scene/)|plugin/(index|pure)\\.ts$|plugin/(inspector|xr)/index\\.ts$|encoder/index\\.ts$)|node_modules/" },
        },
        { name: "scene-imports-encoder", severity: "error", from: { path: "^samples/scene/" }, to: { pathNot: "^(samples/scene/|encoder/index\\.ts$)" } },
        { name: "no-babylon-barrel", severity: "error", from: {}, to: { path: `${babylon}core/(index|pure)\\.(js|d\\.ts)$` } },
        { name: "must-resolve", severity: "error", from: {}, to: { couldNotResolve: true } },
    ],
    options: {
        doNotFollow: { path: "node_modules" },
        exclude: { path: "^samples/public/" },
        tsPreCompilationDeps: true,
        tsConfig: { fileName: "tsconfig.json" },
        enhancedResolveOptions: {
            exportsFields: ["exports"],
            conditionNames: ["import", "node", "default", "types"],
            extensions: [".ts", ".tsx", ".js"],
            mainFields: ["module", "main"],
        },
    },
};
