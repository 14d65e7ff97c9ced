import { element } from "./dom.js";

const MARKUP = `<div id="error" role="alert" hidden>
    <div>
        <strong id="error-title"></strong>
        <p id="error-text"></p>
    </div>
    <button id="error-close" type="button">Close</button>
</div>`;

/** Tells what went wrong, and lets the clip on screen be. It is after the stage in the page. */
export class ErrorPanel {
    private readonly _panel: HTMLElement;

    public constructor() {
        element("stage").insertAdjacentHTML("afterend", MARKUP);
        this._panel = element("error");
        element("error-close").addEventListener("click", () => this.hide());
    }

    /**
     * Shows an error.
     * @param title what did not work
     * @param error why; the message of what caused it says most
     */
    public show(title: string, error: unknown): void {
        const cause = rootOf(error);
        element("error-title").textContent = title;
        element("error-text").textContent = cause instanceof Error ? cause.message : String(cause);
        this._panel.hidden = false;
    }

    /** Takes the message away. */
    public hide(): void {
        this._panel.hidden = true;
    }
}

/** Babylon hangs what caused an error on `innerError`; an error of babylon-fvv says best what to do, so nothing is looked for behind it. */
function rootOf(error: unknown): unknown {
    const inner = error instanceof Error && error.name !== "FvvError" ? (error as { innerError?: unknown }).innerError : undefined;
    return inner === undefined ? error : rootOf(inner);
}
