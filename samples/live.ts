import { ImportMeshAsync } from "@babylonjs/core/Loading/sceneLoader.js";
import { FvvPlayer } from "babylon-fvv";
import { element } from "./common/dom.js";
import type { ErrorPanel } from "./common/errorPanel.js";
import { plural } from "./common/plural.js";
import { runPageAsync } from "./common/runPage.js";
import { Stage } from "./common/stage.js";

/** How often the latency is renewed, ms. */
const PERIOD = 500;
const NOBODY =
    "This page needs a server that passes live clips on. `npm start` has one, with a clip that is published while somebody watches; with `npx fvv serve` and `npx fvv encode ... -o http://.../live/NAME.fvv` you publish your own: open live.html?clip=live/NAME.fvv.";

await runPageAsync(async (engine, errors) => {
    const stage = Stage.On(engine);
    let player: FvvPlayer | undefined;
    const watchAsync = async (): Promise<void> => {
        player?.mesh.dispose();
        player = undefined;
        element("again").hidden = true;
        player = await joinAsync(stage, errors).catch((error: unknown) => {
            element("again").hidden = false;
            throw error;
        });
    };
    element("again").addEventListener("click", () => void watchAsync().catch((error: unknown) => errors.show("There is no live clip", error)));
    setInterval(() => player && tell(player), PERIOD);
    await watchAsync();
});

async function joinAsync(stage: Stage, errors: ErrorPanel): Promise<FvvPlayer> {
    const url = new URLSearchParams(location.search).get("clip") ?? "live/dancer.fvv";
    const { meshes } = await ImportMeshAsync(url, stage.scene, { pluginOptions: { fvv: { fetch: { retry: { attempts: 1 } } } } }).catch((error: unknown) => {
        element("latency").textContent = NOBODY;
        throw error;
    });
    const player = FvvPlayer.FromMesh(meshes[0]) as FvvPlayer;
    errors.hide();
    stage.frame(player);
    const stop = (): void => {
        document.body.dataset.live = "false";
        element("again").hidden = false;
    };
    player.onErrorObservable.add((error) => {
        errors.show("The live clip broke off", error);
        stop();
    });
    player.onEndObservable.add(stop);
    document.body.dataset.live = String(player.streaming.isLive);
    return player;
}

function tell({ streaming, currentFrame, statistics }: FvvPlayer): void {
    const { latency, fetchedBytes } = streaming;
    element("latency").textContent =
        `${latency.toFixed(2)} s behind the newest frame, ${plural(statistics.stalls, "stall")}, frame ${currentFrame}, ${(fetchedBytes / 1e6).toFixed(1)} MB`;
    document.body.dataset.latency = latency.toFixed(2);
    document.body.dataset.frame = String(currentFrame);
}
