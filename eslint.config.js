import js from "@eslint/js";
import ts from "typescript-eslint";

export default ts.config(
    { ignores: ["dist/", "samples/public/", "docs/", ".cache/", "**/wasm/assembly/", "node_modules/", "**/*.cjs", "**/*.d.ts"] },
    js.configs.recommended,
    {
        files: ["**/*.ts", "**/*.tsx"],
        extends: [ts.configs.recommendedTypeChecked, ts.configs.stylisticTypeChecked],
        languageOptions: { parserOptions: { projectService: true, tsconfigRootDir: import.meta.dirname } },
        rules: {
            eqeqeq: "error",
            "no-constant-condition": ["error", { checkLoops: false }],
            "@typescript-eslint/consistent-type-imports": "error",
            "@typescript-eslint/explicit-function-return-type": ["error", { allowExpressions: true }],
            "@typescript-eslint/explicit-member-accessibility": "error",
            "@typescript-eslint/no-empty-function": "off",
            "@typescript-eslint/non-nullable-type-assertion-style": "off",
            "@typescript-eslint/no-unused-vars": ["error", { argsIgnorePattern: "^_", varsIgnorePattern: "^_" }],
            "@typescript-eslint/naming-convention": [
                "error",
                { selector: "interface", format: ["PascalCase"], prefix: ["I"], filter: { regex: "^SceneLoaderPluginOptions$", match: false } },
                { selector: "memberLike", modifiers: ["private"], format: ["camelCase"], leadingUnderscore: "require", filter: { regex: "^constructor$", match: false } },
            ],
            // Loops over typed arrays count: for-of costs an iterator there.
            "@typescript-eslint/prefer-for-of": "off",
            "@typescript-eslint/restrict-template-expressions": ["error", { allowNumber: true }],
        },
    },
    {
        files: ["test/**/*.ts"],
        rules: {
            "@typescript-eslint/no-unused-expressions": "off",
            "@typescript-eslint/explicit-function-return-type": "off",
        },
    },
);
