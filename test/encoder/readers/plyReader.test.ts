import { expect } from "chai";
import fc from "fast-check";
import { readFrameAsync, SH_C0, writePly, type ISplatFrame, type ShDegree } from "../../../encoder/index.js";
import { expectErrorAsync } from "../../support/expectError.js";
import { makeFrame } from "../../support/makeFrame.js";
import { sharedBytes } from "../../support/sharedData.js";

const PROPERTIES = ["x", "y", "z", "f_dc_0", "f_dc_1", "f_dc_2", "opacity", "scale_0", "scale_1", "scale_2", "rot_0", "rot_1", "rot_2", "rot_3"];
/** One splat in the order of PROPERTIES. */
const ROW = [1, 2, 3, 0.5, -0.5, 0, 0, Math.log(0.1), Math.log(0.2), Math.log(0.3), 1, 0, 0, 0];

function ascii(rows: readonly (readonly (number | string)[])[], properties = PROPERTIES, types: Record<string, string> = {}, count = rows.length): Uint8Array {
    const header = [
        "ply",
        "format ascii 1.0",
        "comment made by a test",
        `element vertex ${count}`,
        ...properties.map((name) => `property ${types[name] ?? "float"} ${name}`),
        "end_header",
    ];
    return new TextEncoder().encode([...header, ...rows.map((row) => row.join(" ")), ""].join("\n"));
}

async function readAsync(bytes: Uint8Array): Promise<ISplatFrame> {
    return await readFrameAsync({ name: "frame.ply", bytes });
}

function expectClose(actual: Float32Array, expected: Float32Array, tolerance: number): void {
    expect(actual.length).to.equal(expected.length);
    let worst = 0;
    actual.forEach((value, i) => (worst = Math.max(worst, Math.abs(value - expected[i]))));
    expect(worst).to.be.at.most(tolerance);
}

describe("PLY reader", () => {
    it("activates what INRIA's code stores", async () => {
        const frame = await readAsync(ascii([ROW]));
        expect(frame.count).to.equal(1);
        expect(frame.shDegree).to.equal(0);
        expect([...frame.positions]).to.deep.equal([1, 2, 3]);
        expect([...frame.rotations]).to.deep.equal([1, 0, 0, 0]);
        expectClose(frame.scales, Float32Array.of(0.1, 0.2, 0.3), 1e-7);
        expect(frame.opacities[0]).to.equal(0.5);
        expectClose(frame.colors, Float32Array.of(0.5 + 0.5 * SH_C0, 0.5 - 0.5 * SH_C0, 0.5), 1e-7);
    });

    it("reads back what is written, at every SH degree", async () => {
        await fc.assert(
            fc.asyncProperty(fc.integer({ min: 0, max: 40 }), fc.constantFrom<ShDegree>(0, 1, 2, 3), fc.integer(), async (count, degree, seed) => {
                const frame = makeFrame(count, degree, seed);
                const read = await readAsync(writePly(frame));
                expect(read.count).to.equal(count);
                expect(read.shDegree).to.equal(degree);
                expect(read.positions).to.deep.equal(frame.positions);
                expect(read.rotations).to.deep.equal(frame.rotations);
                expect(read.sh).to.deep.equal(frame.sh);
                expectClose(read.colors, frame.colors, 1e-6);
                expectClose(read.scales, frame.scales, 1e-7);
                expectClose(read.opacities, frame.opacities, 1e-5);
            }),
            { numRuns: 40 },
        );
    });

    it("takes coefficients by channel, as INRIA writes them", async () => {
        const rest = Array.from({ length: 9 }, (_, i) => `f_rest_${i}`);
        const frame = await readAsync(ascii([[...ROW, 1, 2, 3, 11, 12, 13, 21, 22, 23]], [...PROPERTIES, ...rest]));
        expect(frame.shDegree).to.equal(1);
        expect([...frame.sh]).to.deep.equal([1, 11, 21, 2, 12, 22, 3, 13, 23]);
    });

    it("reads ids, doubles and either byte order", async () => {
        const header = ["ply", "format binary_big_endian 1.0", "element camera 2", "property uchar a", "element vertex 2"];
        const lines = [...header, "property int vertex_id", ...PROPERTIES.map((name) => `property double ${name}`), "end_header", ""].join("\r\n");
        const start = new TextEncoder().encode(lines);
        const bytes = new Uint8Array(start.length + 2 + 2 * (4 + 8 * ROW.length));
        bytes.set(start);
        const view = new DataView(bytes.buffer);
        [-7, 2147483647].forEach((id, row) => {
            const at = start.length + 2 + row * (4 + 8 * ROW.length);
            view.setInt32(at, id);
            ROW.forEach((value, c) => view.setFloat64(at + 4 + 8 * c, value + (c < 3 ? row : 0)));
        });
        const frame = await readAsync(bytes);
        expect([...(frame.ids ?? [])]).to.deep.equal([-7, 2147483647]);
        expect([...frame.positions]).to.deep.equal([1, 2, 3, 2, 3, 4]);
    });

    it("drops splats that are not finite and keeps their rows and ids", async () => {
        const bad = [...ROW];
        const properties = [...PROPERTIES, "vertex_id"];
        const infinite = [...ROW.slice(0, 7), 1e6, ...ROW.slice(8)];
        const rows = [
            ["nan", ...bad.slice(1), 5],
            [...ROW, 6],
            ["-inf", ...bad.slice(1), 7],
            [...infinite, 8],
            [...ROW, 9],
        ];
        const frame = await readAsync(ascii(rows, properties, { vertex_id: "uint" }));
        expect(frame.count).to.equal(2);
        expect(frame.droppedCount).to.equal(3);
        expect([...(frame.sourceIndices ?? [])]).to.deep.equal([1, 4]);
        expect([...(frame.ids ?? [])]).to.deep.equal([6, 9]);
    });

    it("refuses a file whose splats are all not finite", async () => {
        await expectErrorAsync(() => readAsync(ascii([["nan", ...ROW.slice(1)]])), "NOT_FINITE");
    });

    it("names the properties that are missing", async () => {
        const { message } = await expectErrorAsync(() => readAsync(ascii([ROW.slice(0, 6)], PROPERTIES.slice(0, 6))), "MISSING_PROPERTY");
        expect(message).to.include("rot_0").and.include("opacity").and.include("frame.ply");
        await expectErrorAsync(() => readAsync(new TextEncoder().encode("ply\nformat ascii 1.0\nelement face 0\nend_header\n")), "MISSING_PROPERTY");
    });

    it("refuses a strange number of coefficients", async () => {
        await expectErrorAsync(() => readAsync(ascii([[...ROW, 1]], [...PROPERTIES, "f_rest_0"])), "UNSUPPORTED_INPUT");
    });

    it("refuses a cut file at every length without reading past it", async () => {
        const whole = writePly(makeFrame(3));
        for (const length of [0, 3, 50, 200, whole.length - 1]) {
            await expectErrorAsync(() => readAsync(whole.slice(0, length)), "UNREADABLE_INPUT");
        }
        await expectErrorAsync(() => readAsync(ascii([ROW], PROPERTIES, {}, 3)), "UNREADABLE_INPUT");
    });

    it("allocates nothing for a count that the file cannot hold", async () => {
        const text = new TextDecoder("latin1").decode(writePly(makeFrame(1)));
        const claims = text.replace("element vertex 1", "element vertex 9007199254740000");
        await expectErrorAsync(() => readAsync(Uint8Array.from(claims, (letter) => letter.charCodeAt(0))), "UNREADABLE_INPUT");
        await expectErrorAsync(() => readAsync(ascii([ROW], PROPERTIES, {}, -1)), "UNREADABLE_INPUT");
    });

    it("reads trained files with SH 3", async function () {
        for (const [name, count] of [
            ["train_3points.ply", 3],
            ["pc_short_100.ply", 100],
        ] as const) {
            const frame = await readAsync(sharedBytes(this, `fixtures/${name}`));
            expect(frame.count).to.equal(count);
            expect(frame.shDegree).to.equal(3);
            expect(Math.max(...frame.scales)).to.be.within(0.001, 10);
        }
    });
});
