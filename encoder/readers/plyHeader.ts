import { FvvError } from "../../format/fvvError.js";

/** Number types of PLY, by both of their names. */
export type PlyType = "int8" | "uint8" | "int16" | "uint16" | "int32" | "uint32" | "float32" | "float64";

/** A scalar property of a PLY element. */
export interface IPlyProperty {
    name: string;
    type: PlyType;
    /** Byte offset in a row of a binary file. */
    offset: number;
    /** Place among the values of a row. */
    column: number;
}

/** An element of a PLY file. */
export interface IPlyElement {
    name: string;
    count: number;
    properties: Map<string, IPlyProperty>;
    /** Bytes of a row in a binary file. */
    stride: number;
    /** Whether a row has lists, so that its length is not known. */
    hasLists: boolean;
}

/** The header of a PLY file. */
export interface IPlyHeader {
    format: "ascii" | "binary_little_endian" | "binary_big_endian";
    elements: IPlyElement[];
    /** Byte offset of the first row. */
    dataOffset: number;
}

const TYPES: Readonly<Record<string, PlyType>> = {
    char: "int8",
    uchar: "uint8",
    short: "int16",
    ushort: "uint16",
    int: "int32",
    uint: "uint32",
    float: "float32",
    double: "float64",
    int8: "int8",
    uint8: "uint8",
    int16: "int16",
    uint16: "uint16",
    int32: "int32",
    uint32: "uint32",
    float32: "float32",
    float64: "float64",
};

const SIZES: Readonly<Record<PlyType, number>> = { int8: 1, uint8: 1, int16: 2, uint16: 2, int32: 4, uint32: 4, float32: 4, float64: 8 };

/** No header of a splat file comes near this. */
const LONGEST_HEADER = 65536;

/**
 * Reads the header of a PLY file (Turk, "The PLY Polygon File Format").
 * @param bytes the file, or at least its header
 * @param source name of the file, for messages
 */
export function readPlyHeader(bytes: Uint8Array, source: string): IPlyHeader {
    const text = new TextDecoder("latin1").decode(bytes.subarray(0, LONGEST_HEADER));
    if (!/^ply\r?\n/.test(text)) {
        throw new FvvError("UNREADABLE_INPUT", "The file does not begin like a PLY file; export it again", { source, offset: 0 });
    }
    const end = /^end_header[ \t]*(\r\n|\n|\r)/m.exec(text);
    if (!end) {
        throw new FvvError("UNREADABLE_INPUT", "The PLY header has no end; the file was cut, export it again", {
            source,
            offset: Math.min(bytes.length, LONGEST_HEADER),
        });
    }
    const header: IPlyHeader = { format: "ascii", elements: [], dataOffset: end.index + end[0].length };
    let hasFormat = false;
    for (const line of text.slice(0, end.index).split(/\r?\n/)) {
        const words = line.trim().split(/\s+/);
        if (words[0] === "format") {
            header.format = readFormat(words[1], source);
            hasFormat = true;
        } else if (words[0] === "element") {
            header.elements.push(readElement(words, source));
        } else if (words[0] === "property") {
            addProperty(header.elements.at(-1), words, source);
        }
    }
    if (!hasFormat) {
        throw new FvvError("UNREADABLE_INPUT", "The PLY header names no format; export the file again", { source });
    }
    return header;
}

function readFormat(name: string | undefined, source: string): IPlyHeader["format"] {
    if (name === "ascii" || name === "binary_little_endian" || name === "binary_big_endian") {
        return name;
    }
    throw new FvvError("UNSUPPORTED_INPUT", `The PLY format "${name ?? ""}" is not known; export it as binary_little_endian`, { source });
}

function readElement(words: readonly string[], source: string): IPlyElement {
    const count = Number(words[2]);
    if (!Number.isSafeInteger(count) || count < 0) {
        throw new FvvError("UNREADABLE_INPUT", `The PLY header gives "${words[2] ?? ""}" as the number of "${words[1] ?? ""}"; export the file again`, { source });
    }
    return { name: words[1], count, properties: new Map(), stride: 0, hasLists: false };
}

function addProperty(element: IPlyElement | undefined, words: readonly string[], source: string): void {
    if (!element) {
        throw new FvvError("UNREADABLE_INPUT", "The PLY header has a property outside an element; export the file again", { source });
    }
    if (words[1] === "list") {
        element.hasLists = true;
        return;
    }
    const type = TYPES[words[1]];
    const name = words[2];
    if (!type || !name) {
        throw new FvvError("UNREADABLE_INPUT", `The PLY header has a property "${words.slice(1).join(" ")}" that cannot be read; export the file again`, { source });
    }
    element.properties.set(name, { name, type, offset: element.stride, column: element.properties.size });
    element.stride += SIZES[type];
}
