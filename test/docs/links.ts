import { existsSync, readFileSync, statSync } from "node:fs";
import { dirname, join } from "node:path";

/**
 * Relative links of a document that lead nowhere: to a file that is not there, or to a heading that its document has not.
 * @param document path of the document
 */
export function deadLinks(document: string): string[] {
    const links = [...textOf(document).matchAll(/\]\((?!https?:|mailto:)([^)\s]+)\)/g)].map(([, link]) => link);
    return links.filter((link) => !leadsSomewhere(document, link)).map((link) => `${document}: ${link}`);
}

function leadsSomewhere(document: string, link: string): boolean {
    const [path, heading] = link.split("#");
    const file = path === "" ? document : join(dirname(document), path);
    if (!existsSync(file) || (statSync(file).isFile() && statSync(file).size === 0)) {
        return false;
    }
    return heading === undefined || anchorsOf(file).has(heading);
}

/** The names that GitHub gives the headings of a document. */
function anchorsOf(document: string): Set<string> {
    const headings = [...textOf(document).matchAll(/^#+ (.+)$/gm)].map(([, heading]) => heading);
    return new Set(
        headings.map((heading) =>
            heading
                .trim()
                .toLowerCase()
                .replace(/[^\p{L}\p{N}\s_-]/gu, "")
                .replace(/\s/g, "-"),
        ),
    );
}

/** A document without its code, in which nothing is a link or a heading. */
function textOf(document: string): string {
    return readFileSync(document, "utf8")
        .replace(/^```[\s\S]*?^```/gm, "")
        .replace(/`[^`\n]*`/g, (code) => code.replace(/[[\]]/g, ""));
}
