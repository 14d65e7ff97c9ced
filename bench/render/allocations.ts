import { readFileSync } from "node:fs";
import { basename, join } from "node:path";
import { PAGES } from "./benchPage.js";

/** Whose code allocates: what the package ships, Babylon, the benchmark, or the browser by itself. */
export type Owner = "ours" | "babylon" | "bench" | "browser";

/** A function and the bytes that it allocated, natives that it called included. */
export interface IAllocationSite {
    owner: Owner;
    /** Module and function. */
    site: string;
    bytes: number;
}

/** A node of the profile of `HeapProfiler.stopSampling`. */
export interface IProfileNode {
    callFrame: { functionName: string; url: string; lineNumber: number };
    selfSize: number;
    children: IProfileNode[];
}

/** How webpack heads a module in a bundle for development. */
const MODULE = /^ {2}!\*\*\* (\S+)/;

/** Lines of bundles, and the modules that they are of. */
class Bundles {
    private readonly _files = new Map<string, { lines: string[]; modules: string[] }>();

    /** The module that a line is of and what it says; undefined where it is of none. */
    public find(url: string, line: number): { module: string; text: string } | undefined {
        const { lines, modules } = this._read(basename(new URL(url).pathname));
        return modules[line] === "" ? undefined : { module: modules[line], text: lines[line].trim() };
    }

    private _read(file: string): { lines: string[]; modules: string[] } {
        let found = this._files.get(file);
        if (!found) {
            const lines = readFileSync(join(PAGES, file), "utf8").split("\n");
            let module = "";
            const modules = lines.map((line) => (module = MODULE.exec(line)?.[1] ?? module));
            found = { lines, modules };
            this._files.set(file, found);
        }
        return found;
    }
}

/** Sums up a profile by function: what natives allocate counts for the function that called them. Most bytes first. */
export function allocationSites(head: IProfileNode): IAllocationSite[] {
    const bundles = new Bundles();
    const sites = new Map<string, IAllocationSite>();
    const visit = (node: IProfileNode, caller: Omit<IAllocationSite, "bytes">): void => {
        const { functionName, url, lineNumber } = node.callFrame;
        const found = url.startsWith("http") ? bundles.find(url, lineNumber) : undefined;
        const own = found
            ? { owner: ownerOf(found.module), site: `${found.module.replace(/^(\.\/|.*node_modules\/)/, "")} ${functionName || found.text.slice(0, 60)}` }
            : caller;
        const site = sites.get(own.site) ?? { ...own, bytes: 0 };
        site.bytes += node.selfSize;
        sites.set(own.site, site);
        node.children.forEach((child) => visit(child, own));
    };
    visit(head, { owner: "browser", site: "(browser)" });
    return [...sites.values()].filter(({ bytes }) => bytes > 0).sort((a, b) => b.bytes - a.bytes);
}

function ownerOf(module: string): Owner {
    if (/^\.\/(plugin|loader|format|shaders)\//.test(module)) {
        return "ours";
    }
    return module.includes("@babylonjs") ? "babylon" : "bench";
}
