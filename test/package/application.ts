import { execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readFileSync, realpathSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join, resolve } from "node:path";
import { packPackageAsync } from "../../scripts/packPackage.js";

/** What the package asks for, taken from here in place of the registry. */
const LINKED = ["@babylonjs/core", "@playcanvas/splat-transform", "send"];

/** A folder of its own, outside of the repository, in which the package is installed from its tarball. */
export class Application {
    private constructor(
        /** The folder. */
        public readonly folder: string,
    ) {}

    /** Packs the package and installs it. */
    public static async CreateAsync(): Promise<Application> {
        const folder = realpathSync(mkdtempSync(join(tmpdir(), "fvv-application-")));
        const tarball = await packPackageAsync(folder);
        const installed = join(folder, "node_modules/babylon-fvv");
        mkdirSync(installed, { recursive: true });
        execFileSync("tar", ["-xzf", tarball, "-C", installed, "--strip-components", "1"]);
        for (const name of LINKED) {
            mkdirSync(dirname(join(folder, "node_modules", name)), { recursive: true });
            symlinkSync(resolve("node_modules", name), join(folder, "node_modules", name), "junction");
        }
        const application = new Application(folder);
        application.write("package.json", '{ "private": true, "type": "module" }');
        return application;
    }

    /** Path of a file of the application. */
    public path(name: string): string {
        return join(this.folder, name);
    }

    /** Writes a file of the application. */
    public write(name: string, text: string): void {
        mkdirSync(dirname(this.path(name)), { recursive: true });
        writeFileSync(this.path(name), text);
    }

    /** Removes the folder. */
    public dispose(): void {
        rmSync(this.folder, { recursive: true, force: true });
    }
}

/** The program that the README shows. */
export function readmeProgram(): string {
    return codeBlocks("README.md", "ts")[0];
}

/**
 * The code blocks of a document.
 * @param path of the document
 * @param language of the blocks
 */
export function codeBlocks(path: string, language: string): string[] {
    return [...readFileSync(path, "utf8").matchAll(new RegExp(`^\`\`\`${language}\\n([\\s\\S]*?)^\`\`\`$`, "gm"))].map(([, code]) => code);
}
