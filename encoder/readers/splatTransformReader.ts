import type * as SplatTransform from "@playcanvas/splat-transform";
import { FvvError } from "../../format/fvvError.js";
import { shCoefficientCount, type ISplatFrame, type ShDegree } from "../splatFrame.js";
import { allocateFrame, keepFinite } from "./frameArrays.js";
import type { IFrameFile } from "./frameFile.js";
import { activate } from "./plyReader.js";
import { readSpzVersion1Async } from "./spzVersion1.js";

type Library = typeof SplatTransform;
type Pool = ReturnType<Library["createChunkDataPool"]>;

/** Buffers of the library: one set for all files, since each set is large and kept for long. */
let pool: Pool | undefined;

/**
 * Reads a frame from `.compressed.ply`, `.spz` (version 1 to 4), `.sog` (bundled, or its `meta.json`) or `.ksplat` by the library
 * `@playcanvas/splat-transform`, which is loaded when it is first needed. Positions and rotations are as they stand in the file: nothing is turned into the
 * coordinates of another format. Rows keep their order.
 * @param file the file
 */
export async function readBySplatTransformAsync(file: IFrameFile): Promise<ISplatFrame> {
    const library = await import("@playcanvas/splat-transform");
    let frame: ISplatFrame;
    try {
        const version1 = /\.spz$/i.test(file.name) ? await readSpzVersion1Async(file.bytes) : undefined;
        frame = await readTableAsync(library, version1 ? { ...file, bytes: version1.version2 } : file);
        if (version1) {
            frame.positions.set(version1.positions);
        }
    } catch (error) {
        throw FvvError.From(error, "UNREADABLE_INPUT", "The file cannot be read; it is damaged or not what its name says, export it again", { source: file.name });
    }
    return keepFinite(frame, file.name);
}

async function readTableAsync(library: Library, file: IFrameFile): Promise<ISplatFrame> {
    // The library goes by the end of the name.
    const filename = file.name.slice(Math.max(file.name.lastIndexOf("/"), file.name.lastIndexOf("\\")) + 1).toLowerCase();
    const [source] = await library.readFile({
        filename,
        inputFormat: library.getInputFormat(filename),
        fileSystem: openFiles(library, file, filename),
    });
    try {
        pool ??= library.createChunkDataPool();
        const table = await library.materializeToDataTable(source, pool);
        if (table.numRows === 0) {
            throw new FvvError("UNREADABLE_INPUT", "The file holds no splats, or is damaged; export it again", { source: file.name });
        }
        return toFrame(table, file.name);
    } finally {
        await source.close();
    }
}

/** The file, and for an unbundled SOG those beside it that its meta.json names. */
function openFiles(library: Library, file: IFrameFile, filename: string): InstanceType<Library["MemoryReadFileSystem"]> {
    const files = new library.MemoryReadFileSystem();
    files.set(filename, file.bytes);
    const createSource = files.createSource.bind(files);
    files.createSource = async (name, progress) => {
        if (!files.get(name) && file.readSiblingAsync) {
            if (/[/\\]/.test(name)) {
                throw new FvvError("UNREADABLE_INPUT", `The file names "${name}", which is not beside it; export it again`, {
                    source: file.name,
                });
            }
            files.set(name, await file.readSiblingAsync(name));
        }
        return await createSource(name, progress);
    };
    return files;
}

type Table = Awaited<ReturnType<Library["materializeToDataTable"]>>;

function toFrame(table: Table, source: string): ISplatFrame {
    const column = (name: string): ArrayLike<number> => {
        const found = table.getColumnByName(name);
        if (!found) {
            throw new FvvError("MISSING_PROPERTY", `The file has no ${name}; it does not hold 3D Gaussian splats`, { source });
        }
        return found.data;
    };
    const degree = [1, 2, 3].filter((candidate) => table.hasColumn(`f_rest_${3 * shCoefficientCount(candidate) - 1}`)).length as ShDegree;
    const frame = allocateFrame(table.numRows, degree);
    ["x", "y", "z"].forEach((name, c) => scatter(column(name), frame.positions, 3, c));
    ["rot_0", "rot_1", "rot_2", "rot_3"].forEach((name, c) => scatter(column(name), frame.rotations, 4, c));
    ["scale_0", "scale_1", "scale_2"].forEach((name, c) => scatter(column(name), frame.scales, 3, c));
    ["f_dc_0", "f_dc_1", "f_dc_2"].forEach((name, c) => scatter(column(name), frame.colors, 3, c));
    scatter(column("opacity"), frame.opacities, 1, 0);
    const coefficients = shCoefficientCount(degree);
    for (let i = 0; i < 3 * coefficients; i++) {
        scatter(column(`f_rest_${i}`), frame.sh, 3 * coefficients, 3 * (i % coefficients) + Math.floor(i / coefficients));
    }
    activate(frame);
    return frame;
}

function scatter(values: ArrayLike<number>, out: Float32Array, stride: number, first: number): void {
    for (let row = 0; row < values.length; row++) {
        out[first + stride * row] = values[row];
    }
}
