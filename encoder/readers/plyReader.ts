import { FvvError } from "../../format/fvvError.js";
import { SH_C0, shCoefficientCount, type ISplatFrame, type ShDegree } from "../splatFrame.js";
import { allocateFrame, keepFinite, sigmoid } from "./frameArrays.js";
import { readPlyHeader, type IPlyElement, type IPlyHeader, type IPlyProperty, type PlyType } from "./plyHeader.js";

type Values = Float32Array | Int32Array;

const POSITION = ["x", "y", "z"];
const ROTATION = ["rot_0", "rot_1", "rot_2", "rot_3"];
const SCALE = ["scale_0", "scale_1", "scale_2"];
const COLOR = ["f_dc_0", "f_dc_1", "f_dc_2"];
const NEEDED = [...POSITION, ...ROTATION, ...SCALE, "opacity", ...COLOR];

/** Number of f_rest properties by degree of the spherical harmonics. */
const REST_COUNTS = [0, 9, 24, 45];

/**
 * Whether a PLY file is PlayCanvas' compressed kind, which another reader takes.
 * @param bytes the file
 * @param source its name, for messages
 */
export function isCompressedPly(bytes: Uint8Array, source: string): boolean {
    return readPlyHeader(bytes, source).elements.some(({ properties }) => properties.has("packed_position"));
}

/**
 * Reads a frame from a PLY file as INRIA's 3D Gaussian Splatting writes it: x y z; rot_0..3 = w x y z; scale_0..2, natural logarithms;
 * opacity before the sigmoid; f_dc_0..2; f_rest_*, by channel, for degree 1 to 3. An integer property `vertex_id` is the identity. The
 * file may be ascii or binary of either byte order; what else it holds is ignored.
 * @param bytes the file
 * @param source its name, for messages
 */
export function readPly(bytes: Uint8Array, source: string): ISplatFrame {
    const header = readPlyHeader(bytes, source);
    const vertices = header.elements.find(({ name }) => name === "vertex");
    if (!vertices) {
        throw new FvvError("MISSING_PROPERTY", 'The PLY file has no element "vertex"; it holds no splats', { source });
    }
    const missing = NEEDED.filter((name) => !vertices.properties.has(name));
    if (missing.length > 0) {
        throw new FvvError("MISSING_PROPERTY", `The PLY file has no ${missing.join(", ")}; export it as 3D Gaussian splats (INRIA layout)`, { source });
    }
    const degree = shDegreeOf(vertices, source);
    const table = openTable(bytes, header, vertices, source);
    const frame = allocateFrame(vertices.count, degree);
    POSITION.forEach((name, c) => table.read(name, frame.positions, 3, c));
    ROTATION.forEach((name, c) => table.read(name, frame.rotations, 4, c));
    SCALE.forEach((name, c) => table.read(name, frame.scales, 3, c));
    COLOR.forEach((name, c) => table.read(name, frame.colors, 3, c));
    table.read("opacity", frame.opacities, 1, 0);
    const coefficients = shCoefficientCount(degree);
    for (let i = 0; i < 3 * coefficients; i++) {
        const channel = Math.floor(i / coefficients);
        table.read(`f_rest_${i}`, frame.sh, 3 * coefficients, 3 * (i % coefficients) + channel);
    }
    if (vertices.properties.has("vertex_id")) {
        frame.ids = new Int32Array(vertices.count);
        table.read("vertex_id", frame.ids, 1, 0);
    }
    activate(frame);
    return keepFinite(frame, source);
}

/** Applies what INRIA's code applies when it renders: exponential, sigmoid, DC colour. */
export function activate(frame: ISplatFrame): void {
    const { scales, opacities, colors } = frame;
    for (let i = 0; i < scales.length; i++) {
        scales[i] = Math.exp(scales[i]);
        colors[i] = 0.5 + SH_C0 * colors[i];
    }
    for (let i = 0; i < opacities.length; i++) {
        opacities[i] = sigmoid(opacities[i]);
    }
}

function shDegreeOf({ properties }: IPlyElement, source: string): ShDegree {
    let count = 0;
    while (properties.has(`f_rest_${count}`)) {
        count++;
    }
    const degree = REST_COUNTS.indexOf(count);
    if (degree < 0) {
        throw new FvvError("UNSUPPORTED_INPUT", `The PLY file has ${count} f_rest properties; 0, 9, 24 or 45 (spherical harmonics of degree 0 to 3) can be read`, {
            source,
        });
    }
    return degree as ShDegree;
}

interface IPlyTable {
    /** Copies a column to `out[first + stride * row]`. */
    read(name: string, out: Values, stride: number, first: number): void;
}

function openTable(bytes: Uint8Array, header: IPlyHeader, vertices: IPlyElement, source: string): IPlyTable {
    if (header.format === "ascii") {
        return asciiTable(bytes, header, vertices, source);
    }
    let start = header.dataOffset;
    for (const element of header.elements) {
        if (element === vertices) {
            break;
        }
        if (element.hasLists) {
            throw new FvvError("UNSUPPORTED_INPUT", `The PLY file has lists ("${element.name}") in front of its splats; export the splats alone`, { source });
        }
        start += element.count * element.stride;
    }
    if (vertices.hasLists) {
        throw new FvvError("UNSUPPORTED_INPUT", "The splats of the PLY file have list properties; export them without", { source });
    }
    if (start + vertices.count * vertices.stride > bytes.length) {
        throw new FvvError("UNREADABLE_INPUT", `The file ends before its ${vertices.count} splats do; it was cut, export it again`, {
            source,
            offset: bytes.length,
        });
    }
    const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    const isLittle = header.format === "binary_little_endian";
    return {
        read(name, out, stride, first) {
            const { type, offset } = vertices.properties.get(name) as IPlyProperty;
            const get = valueGetter(view, type, isLittle);
            for (let row = 0, at = start + offset; row < vertices.count; row++, at += vertices.stride) {
                out[first + stride * row] = get(at);
            }
        },
    };
}

function valueGetter(view: DataView, type: PlyType, isLittle: boolean): (at: number) => number {
    switch (type) {
        case "float32":
            return (at) => view.getFloat32(at, isLittle);
        case "float64":
            return (at) => view.getFloat64(at, isLittle);
        case "int32":
            return (at) => view.getInt32(at, isLittle);
        case "uint32":
            return (at) => view.getUint32(at, isLittle);
        case "int16":
            return (at) => view.getInt16(at, isLittle);
        case "uint16":
            return (at) => view.getUint16(at, isLittle);
        case "int8":
            return (at) => view.getInt8(at);
        case "uint8":
            return (at) => view.getUint8(at);
    }
}

function asciiTable(bytes: Uint8Array, header: IPlyHeader, vertices: IPlyElement, source: string): IPlyTable {
    const lines = new TextDecoder("latin1").decode(bytes.subarray(header.dataOffset)).split(/\r?\n/);
    const before = header.elements.slice(0, header.elements.indexOf(vertices)).reduce((sum, { count }) => sum + count, 0);
    if (before + vertices.count > lines.length) {
        throw new FvvError("UNREADABLE_INPUT", `The file ends before its ${vertices.count} splats do; it was cut, export it again`, {
            source,
            offset: bytes.length,
        });
    }
    const rows = lines.slice(before, before + vertices.count).map((line) => line.trim().split(/\s+/));
    const short = rows.findIndex((words) => words.length < vertices.properties.size);
    if (vertices.hasLists || short >= 0) {
        throw new FvvError("UNREADABLE_INPUT", `Line ${before + Math.max(short, 0)} after the PLY header does not hold the values of a splat; export the file again`, {
            source,
        });
    }
    return {
        read(name, out, stride, first) {
            const { column } = vertices.properties.get(name) as IPlyProperty;
            rows.forEach((words, row) => (out[first + stride * row] = readAscii(words[column])));
        },
    };
}

/** Numbers as C prints them: "nan" and "-inf" are not what JavaScript calls them. */
function readAscii(word: string): number {
    const infinite = /^([+-]?)inf(inity)?$/i.exec(word);
    return infinite ? (infinite[1] === "-" ? -Infinity : Infinity) : Number(word);
}
