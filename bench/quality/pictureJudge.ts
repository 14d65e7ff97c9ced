import { execFileSync } from "node:child_process";
import { cpSync, existsSync, mkdirSync, rmSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { writePly, type IFrameSource } from "../../encoder/index.js";
import { chromiumPathAsync } from "../../scripts/chromium.js";
import { SHARED } from "../codec/sequences.js";

/** Frames and views that are looked at. */
const FRAMES: readonly number[] = [7, 22, 37, 52];
const VIEWS = ["--arc", "-90..10", "--distance", "0.45", "--elevation", "20"];
const CACHE = resolve(".cache/quality");

/** Compares pictures of decoded frames with those of their sources, drawn by Babylon's own mesh: the tool `eval` of the shared data, which knows nothing of this library. */
export class PictureJudge {
    private constructor(
        private readonly _tool: string,
        private readonly _chromium: string,
    ) {}

    /** Makes the tool ready: a copy, with its packages. */
    public static async OpenAsync(): Promise<PictureJudge> {
        const tool = join(CACHE, "eval");
        if (!existsSync(join(tool, "node_modules/playwright-core"))) {
            rmSync(tool, { recursive: true, force: true });
            cpSync(join(SHARED, "tools/eval"), tool, { recursive: true, mode: 0 });
            execFileSync("chmod", ["-R", "u+w", tool]);
            execFileSync("npm", ["ci", "--silent"], { cwd: tool, stdio: ["ignore", "ignore", "inherit"] });
        }
        return new PictureJudge(tool, await chromiumPathAsync());
    }

    /**
     * Takes the frames that others are compared with.
     * @param source the sequence
     */
    public async useSourceAsync(source: IFrameSource): Promise<void> {
        // The cameras stand by the first of these frames.
        await writeFramesAsync(source, [0, ...FRAMES], join(CACHE, "source"));
    }

    /**
     * PSNR of the pictures of a sequence.
     * @param decoded the sequence
     */
    public async judgeAsync(decoded: IFrameSource): Promise<{ mean: number; worst: number }> {
        const folder = join(CACHE, "decoded");
        await writeFramesAsync(decoded, FRAMES, folder);
        const words = [join(CACHE, "source"), folder, "--frames", FRAMES.join(","), "--no-bounds", ...VIEWS, "--src-images", join(CACHE, "pictures")];
        const out = execFileSync("bash", [join(this._tool, "evaluate.sh"), ...words], {
            encoding: "utf8",
            stdio: ["ignore", "pipe", "inherit"],
            env: { ...process.env, CHROMIUM: this._chromium },
        });
        const { psnr_mean, psnr_min } = JSON.parse(out.trim().split("\n").pop() ?? "") as { psnr_mean: number; psnr_min: number };
        return { mean: psnr_mean, worst: psnr_min };
    }
}

async function writeFramesAsync(source: IFrameSource, frames: readonly number[], folder: string): Promise<void> {
    rmSync(folder, { recursive: true, force: true });
    mkdirSync(folder, { recursive: true });
    for (const frame of frames) {
        writeFileSync(join(folder, `frame_${String(frame).padStart(4, "0")}.ply`), writePly(await source.readFrameAsync(frame)));
    }
}
