import type { FvvPlayer } from "babylon-fvv";
import { element, PanelToggle } from "../common/dom.js";
import { Figures } from "../common/figures.js";

/** Values of the metadata that are shown, and what they are called. */
const METADATA = { title: "Title", author: "Author", licence: "Licence", encoder: "Encoder" } as const;

/** The panel that says what is in the file: all of it is in the head of the clip, so nothing more is fetched or decoded. */
export class FileInformation {
    private readonly _figures = new Figures(element("information"));

    public constructor() {
        new PanelToggle("information", false);
    }

    /**
     * Describes a clip.
     * @param player its player
     * @param name file name or address
     */
    public show(player: FvvPlayer, name: string): void {
        this._figures.clear();
        this._figures.set("File", name.slice(name.lastIndexOf("/") + 1));
        for (const [key, label] of Object.entries(METADATA)) {
            const value = player.metadata[key];
            if (typeof value === "string") {
                this._figures.set(label, value);
            }
        }
        this._showContent(player);
        this._showBytes(player);
    }

    private _showContent({ header, frameCount, fps, duration }: FvvPlayer): void {
        const [x, y, z] = [0, 1, 2].map((axis) => (header.bounds[axis + 3] - header.bounds[axis]) * (header.metresPerUnit || 1));
        this._figures.set("Frames", `${frameCount}, ${round(fps)} a second`);
        this._figures.set("Duration", `${duration.toFixed(2)} s`);
        this._figures.set("Splats", `up to ${header.capacity.toLocaleString("en")}`);
        this._figures.set("Harmonics", header.shDegree === 0 ? "none" : `degree ${header.shDegree}`);
        this._figures.set("Extent", `${[x, y, z].map((size) => size.toFixed(2)).join(" × ")} ${header.metresPerUnit > 0 ? "m" : "units"}`);
        this._figures.set("Up", header.up);
    }

    private _showBytes({ streaming: { stream }, duration }: FvvPlayer): void {
        const { segments, head } = stream;
        const [segmentBytes, keyBytes] = segments.reduce(([all, keys], segment) => [all + segment.byteLength, keys + segment.keyByteLength], [0, 0]);
        const byteLength = head.byteLength + segmentBytes;
        this._figures.set("Size", `${(byteLength / 1e6).toFixed(2)} MB`);
        this._figures.set("Mean rate", `${((8 * byteLength) / duration / 1e6).toFixed(2)} Mbps`);
        this._figures.set("Segments", String(segments.length));
        this._figures.set("Key frames", share(keyBytes, byteLength));
        this._figures.set("Residual frames", share(segmentBytes - keyBytes, byteLength));
    }
}

function share(bytes: number, all: number): string {
    return `${(bytes / 1e3).toFixed(0)} kB, ${((100 * bytes) / all).toFixed(0)} %`;
}

function round(value: number): string {
    return String(Math.round(100 * value) / 100);
}
