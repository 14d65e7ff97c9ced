import { ImportMeshAsync } from "@babylonjs/core/Loading/sceneLoader.js";
import { FvvPlayer } from "babylon-fvv";
import { wantedEngine, type EngineKind } from "./common/createEngine.js";
import { Choice, element } from "./common/dom.js";
import { takeFiles } from "./common/dropZone.js";
import { ErrorPanel } from "./common/errorPanel.js";
import { Stage } from "./common/stage.js";
import { FileInformation } from "./player/fileInformation.js";
import { StatisticsPanel } from "./player/statisticsPanel.js";
import { Transport } from "./player/transport.js";

/** A clip: its address, or a file of the user. */
type ClipChoice = string | File;

const query = new URLSearchParams(location.search);
const container = element("stage");
const engineChoice = new Choice("engine", (kind) => void startEngineAsync(kind as EngineKind));
const errors = new ErrorPanel();
const transport = new Transport();
const information = new FileInformation();

let stage: Stage | undefined;
let player: FvvPlayer | undefined;
/** Number of the last wish for a clip or an engine: what answers an older one comes too late. */
let latestRequest = 0;
let choice: ClipChoice = query.get("clip") ?? "clips/sample.fvv";

/**
 * Loads a clip beside the one on screen; only when it is there does it take its place.
 * @returns whether it is on screen
 */
async function showClipAsync(next: ClipChoice): Promise<boolean> {
    const target = stage;
    if (!target) {
        // The engine is on its way, and takes what is chosen last.
        choice = next;
        return false;
    }
    const request = ++latestRequest;
    const name = typeof next === "string" ? next : next.name;
    document.body.dataset.state = "loading";
    try {
        const { meshes } = await ImportMeshAsync(next, target.scene, { pluginExtension: ".fvv" });
        if (request !== latestRequest) {
            meshes[0].dispose();
            return false;
        }
        player?.mesh.dispose();
        const loaded = FvvPlayer.FromMesh(meshes[0]) as FvvPlayer;
        player = loaded;
        choice = next;
        errors.hide();
        loaded.onErrorObservable.add((error) => errors.show(`${name} stopped`, error));
        element("title").textContent = loaded.metadata.title ?? name;
        target.frame(loaded);
        transport.attach(loaded);
        information.show(loaded, name);
        return true;
    } catch (error) {
        if (request === latestRequest) {
            errors.show(`${name} cannot be shown`, error);
            transport.showState();
        }
        return false;
    }
}

/** Changes the engine, and goes on at the same time of the same clip. */
async function useEngineAsync(kind: EngineKind): Promise<void> {
    const request = ++latestRequest;
    const time = player?.currentTime ?? 0;
    transport.detach();
    stage?.dispose();
    stage = undefined;
    player = undefined;
    document.body.dataset.state = "loading";
    const [made, refusal] = await Stage.CreateAsync(kind, container).then(
        (result) => [result, undefined] as const,
        async (error: unknown) => [await Stage.CreateAsync("webgl2", container), error] as const,
    );
    if (request !== latestRequest) {
        made.dispose();
        return;
    }
    stage = made;
    made.scene.onAfterRenderObservable.add(() => transport.showBuffering());
    engineChoice.value = document.body.dataset.engine = made.kind;
    query.set("engine", made.kind);
    history.replaceState(null, "", `?${query.toString()}`);
    if (!(await showClipAsync(choice))) {
        return;
    }
    if (refusal !== undefined) {
        errors.show("WebGPU is not available here; this is WebGL2", refusal);
    }
    if (time > 0) {
        await (player as FvvPlayer | undefined)?.seekAsync(time);
    }
}

/** Says so where not even WebGL2 is there. */
function startEngineAsync(kind: EngineKind): Promise<void> {
    return useEngineAsync(kind).catch((error: unknown) => {
        errors.show("This browser cannot draw the clip", error);
        transport.showState();
    });
}

new StatisticsPanel(() => player && stage && { player, fps: stage.engine.getFps() });
takeFiles((file) => void showClipAsync(file));
await startEngineAsync(wantedEngine());
