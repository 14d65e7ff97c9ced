import type { FvvPlayer } from "babylon-fvv";
import { element } from "./dom.js";

/** How often the figures are renewed, ms: more often nobody can read. */
const PERIOD = 400;

/** The figures at the right: what the scene and the player do. */
export class StatisticsPanel {
    private readonly _panel = element("statistics");
    private readonly _toggle = element<HTMLButtonElement>("statistics-toggle");
    private readonly _values = new Map<string, HTMLElement>();

    /** @param current what to show, or undefined while there is nothing */
    public constructor(current: () => { player: FvvPlayer; fps: number } | undefined) {
        this._setShown(!matchMedia("(width <= 640px)").matches);
        this._toggle.addEventListener("click", () => this._setShown(this._panel.hidden === true));
        setInterval(() => {
            const now = current();
            if (now && !this._panel.hidden) {
                this._show(now.player, now.fps);
            }
        }, PERIOD);
    }

    private _show(player: FvvPlayer, fps: number): void {
        const { decodeMs, sortMs, mainThreadMs, bitrateMbps, splatCount, skippedFrames } = player.statistics;
        const rows: [string, string][] = [
            ["Picture", `${fps.toFixed(0)} fps`],
            ["Clip", `${player.fps.toFixed(0)} fps, ${bitrateMbps.toFixed(1)} Mbps`],
            ["Splats", splatCount.toLocaleString("en")],
            ["Decode", `${decodeMs.toFixed(1)} ms`],
            ["Sort", player.mesh.takesOrder ? `${sortMs.toFixed(1)} ms` : "on the GPU"],
            ["Main thread", `${mainThreadMs.toFixed(2)} ms`],
            ["Skipped frames", String(skippedFrames)],
        ];
        rows.forEach(([name, value]) => (this._cell(name).textContent = value));
    }

    private _cell(name: string): HTMLElement {
        let cell = this._values.get(name);
        if (!cell) {
            const term = document.createElement("dt");
            term.textContent = name;
            cell = document.createElement("dd");
            this._panel.append(term, cell);
            this._values.set(name, cell);
        }
        return cell;
    }

    private _setShown(isShown: boolean): void {
        this._panel.hidden = !isShown;
        this._toggle.setAttribute("aria-pressed", String(isShown));
    }
}
