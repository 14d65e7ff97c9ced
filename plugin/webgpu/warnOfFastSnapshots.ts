import type { AbstractEngine } from "@babylonjs/core/Engines/abstractEngine.js";
import { Constants } from "@babylonjs/core/Engines/constants.js";
import { Logger } from "@babylonjs/core/Misc/logger.js";

const WARNED = new WeakSet<AbstractEngine>();

/** Says once for each engine that a clip stands still in fast snapshot rendering: Babylon replays a recorded frame and asks no mesh to draw. */
export function warnOfFastSnapshots(engine: AbstractEngine): void {
    if (engine.snapshotRendering && engine.snapshotRenderingMode === Constants.SNAPSHOTRENDERING_FAST && !WARNED.has(engine)) {
        WARNED.add(engine);
        Logger.Warn(
            "babylon-fvv: a clip stands still in fast snapshot rendering; set engine.snapshotRenderingMode to Constants.SNAPSHOTRENDERING_STANDARD, where it plays",
        );
    }
}
