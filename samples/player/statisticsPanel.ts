import type { FvvPlayer } from "babylon-fvv";
import { element, PanelToggle } from "../common/dom.js";
import { Figures } from "../common/figures.js";

/** How often the figures are renewed, ms: more often nobody can read. */
const PERIOD = 400;

/** The figures at the right: what the scene and the player do. */
export class StatisticsPanel {
    private readonly _toggle = new PanelToggle("statistics", !matchMedia("(width <= 640px)").matches);
    private readonly _figures = new Figures(element("statistics"));

    /** @param current what to show, or undefined while there is nothing */
    public constructor(current: () => { player: FvvPlayer; fps: number } | undefined) {
        setInterval(() => {
            const now = current();
            if (now && this._toggle.isShown) {
                this._show(now.player, now.fps);
            }
        }, PERIOD);
    }

    private _show(player: FvvPlayer, fps: number): void {
        const { decodeMs, sortMs, mainThreadMs, bitrateMbps, splatCount, skippedFrames } = player.statistics;
        this._figures.set("Picture", `${fps.toFixed(0)} fps`);
        this._figures.set("Clip", `${player.fps.toFixed(0)} fps, ${bitrateMbps.toFixed(1)} Mbps`);
        this._figures.set("Splats", splatCount.toLocaleString("en"));
        this._figures.set("Decode", `${decodeMs.toFixed(1)} ms`);
        this._figures.set("Sort", player.mesh.takesOrder ? `${sortMs.toFixed(1)} ms` : "on the GPU");
        this._figures.set("Main thread", `${mainThreadMs.toFixed(2)} ms`);
        this._figures.set("Skipped frames", String(skippedFrames));
    }
}
