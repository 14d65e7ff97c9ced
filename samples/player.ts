import { ImportMeshAsync } from "@babylonjs/core/Loading/sceneLoader.js";
import { FvvPlayer } from "babylon-fvv";
import { Choice, element } from "./player/dom.js";
import { takeFiles } from "./player/dropZone.js";
import { ErrorPanel } from "./player/errorPanel.js";
import { Stage, type EngineKind } from "./player/stage.js";
import { StatisticsPanel } from "./player/statisticsPanel.js";
import { Transport } from "./player/transport.js";

/** A clip: its address, or a file of the user. */
type ClipChoice = string | File;

const query = new URLSearchParams(location.search);
const container = element("stage");
const engineChoice = new Choice("engine", (kind) => void useEngineAsync(kind as EngineKind));
const errors = new ErrorPanel();
const transport = new Transport();

let stage: Stage | undefined;
let player: FvvPlayer | undefined;
let choice: ClipChoice = query.get("clip") ?? "clips/sample.fvv";

/** Loads a clip beside the one on screen; only when it is there does it take its place. */
async function showClipAsync(next: ClipChoice): Promise<void> {
    const target = stage;
    if (!target) {
        return;
    }
    const name = typeof next === "string" ? next : next.name;
    const before = document.body.dataset.state ?? "loading";
    document.body.dataset.state = "loading";
    try {
        const { meshes } = await ImportMeshAsync(next, target.scene, { pluginExtension: ".fvv" });
        const loaded = FvvPlayer.FromMesh(meshes[0]) as FvvPlayer;
        player?.mesh.dispose();
        player = loaded;
        choice = next;
        errors.hide();
        loaded.onErrorObservable.add((error) => errors.show(`${name} stopped`, error));
        element("title").textContent = loaded.metadata.title ?? name;
        target.frame(loaded);
        transport.attach(loaded);
    } catch (error) {
        errors.show(`${name} cannot be shown`, error);
        document.body.dataset.state = player ? before : "error";
    }
}

/** Changes the engine, and goes on at the same time of the same clip. */
async function useEngineAsync(kind: EngineKind): Promise<void> {
    const time = player?.currentTime ?? 0;
    stage?.dispose();
    stage = undefined;
    player = undefined;
    let used = kind;
    try {
        stage = await Stage.CreateAsync(kind, container);
    } catch (error) {
        used = "webgl2";
        stage = await Stage.CreateAsync(used, container);
        errors.show("WebGPU is not available here, WebGL2 is used", error);
    }
    engineChoice.value = used;
    document.body.dataset.engine = used;
    query.set("engine", used);
    history.replaceState(null, "", `?${query.toString()}`);
    await showClipAsync(choice);
    if (time > 0) {
        await (player as FvvPlayer | undefined)?.seekAsync(time);
    }
}

new StatisticsPanel(() => player && stage && { player, fps: stage.engine.getFps() });
takeFiles((file) => void showClipAsync(file));
await useEngineAsync(query.get("engine") === "webgpu" ? "webgpu" : "webgl2");
