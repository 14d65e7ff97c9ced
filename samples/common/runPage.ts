import { createEngineAsync, wantedEngine, type IPageEngine } from "./createEngine.js";
import { element } from "./dom.js";
import { ErrorPanel } from "./errorPanel.js";

/**
 * Runs a page in `#stage`, on the engine that its address asks for, or on WebGL2 where that is not there. Says on the body how far it is, and in the error panel what went wrong.
 * @param startAsync starts the page; errors that come later are for the panel that it is given
 */
export async function runPageAsync(startAsync: (engine: IPageEngine, errors: ErrorPanel) => Promise<void>): Promise<void> {
    const errors = new ErrorPanel();
    try {
        const made = await createEngineAsync(wantedEngine(), element("stage")).catch(async (refusal: unknown) => {
            const other = await createEngineAsync("webgl2", element("stage"));
            errors.show("WebGPU is not available here; this is WebGL2", refusal);
            return other;
        });
        document.body.dataset.engine = made.kind;
        window.addEventListener("resize", () => made.engine.resize());
        await startAsync(made, errors);
        document.body.dataset.state = "ready";
    } catch (error) {
        errors.show("This page cannot be shown", error);
        document.body.dataset.state = "error";
    }
}
