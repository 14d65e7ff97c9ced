/** Samples on screen: a minute of four a second. */
const COUNT = 240;

/** What is drawn, and in which colour: lines over time, in the same unit. */
const LINES = [
    { name: "line", color: "#9aa4b5" },
    { name: "bandwidth", color: "#62c8ff" },
    { name: "rendition", color: "#ffb347" },
] as const;

type LineName = (typeof LINES)[number]["name"];

/** A small graph of the last minute. */
export class Graph {
    private readonly _context: CanvasRenderingContext2D;
    private readonly _values: Record<LineName, Float32Array> = { line: new Float32Array(COUNT), bandwidth: new Float32Array(COUNT), rendition: new Float32Array(COUNT) };
    private _count = 0;

    /** @param _canvas where it is drawn */
    public constructor(private readonly _canvas: HTMLCanvasElement) {
        this._context = _canvas.getContext("2d") as CanvasRenderingContext2D;
    }

    /**
     * Adds a sample and draws.
     * @param sample a value for each line, Mbps; Infinity is above the graph
     */
    public add(sample: Readonly<Record<LineName, number>>): void {
        for (const { name } of LINES) {
            this._values[name][this._count % COUNT] = sample[name];
        }
        this._count++;
        this._draw();
    }

    private _draw(): void {
        const { width, height } = this._canvas;
        this._context.clearRect(0, 0, width, height);
        this._drawGrid(width, height);
        for (const { name, color } of LINES) {
            this._context.strokeStyle = color;
            this._context.lineWidth = 2;
            this._context.beginPath();
            const first = Math.max(0, this._count - COUNT);
            for (let i = first; i < this._count; i++) {
                this._context.lineTo(width - ((this._count - 1 - i) * width) / COUNT, this._heightOf(this._values[name][i % COUNT], height));
            }
            this._context.stroke();
        }
    }

    /** Logarithmic: lines of one, ten and a hundred megabits a second. */
    private _drawGrid(width: number, height: number): void {
        this._context.fillStyle = "#9aa4b5";
        this._context.font = "10px system-ui, sans-serif";
        for (const mbps of [1, 10, 100]) {
            const y = this._heightOf(mbps, height);
            this._context.fillText(`${mbps}`, 2, y - 3);
            this._context.globalAlpha = 0.25;
            this._context.fillRect(0, y, width, 1);
            this._context.globalAlpha = 1;
        }
    }

    private _heightOf(mbps: number, height: number): number {
        return height * Math.max(0.02, Math.min(0.98, 0.9 - 0.36 * Math.log10(Math.max(mbps, 0.01))));
    }
}
