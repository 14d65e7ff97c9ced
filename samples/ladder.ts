import { ImportMeshAsync } from "@babylonjs/core/Loading/sceneLoader.js";
import { FvvPlayer } from "babylon-fvv";
import { Choice, element } from "./common/dom.js";
import { Figures } from "./common/figures.js";
import { runPageAsync } from "./common/runPage.js";
import { Stage } from "./common/stage.js";
import { Graph } from "./ladder/graph.js";
import { Throttle } from "./ladder/throttle.js";

/** Steps of the slider, megabits a second. */
const RATES = [0.5, 1, 1.5, 2, 3, 5, 8, 12, 20, 50, Infinity];
/** How often graph and figures are renewed, ms. */
const PERIOD = 250;
/** Little in memory, so that what the line gives shows soon. */
const BUFFER = { aheadSeconds: 4, maxBytes: 2_500_000 };

await runPageAsync(async (engine, errors) => {
    const throttle = new Throttle();
    listenToSlider(throttle);
    const stage = Stage.On(engine);
    const url = new URLSearchParams(location.search).get("clip") ?? "clips/ladder.fvvm";
    const { meshes } = await ImportMeshAsync(url, stage.scene, { pluginOptions: { fvv: { fetch: { fetch: throttle.fetchAsync }, buffer: BUFFER } } });
    const player = FvvPlayer.FromMesh(meshes[0]) as FvvPlayer;
    player.onErrorObservable.add((error) => errors.show("The clip stopped", error));
    stage.frame(player);
    offerRenditions(player);
    const graph = new Graph(element<HTMLCanvasElement>("graph"));
    const figures = new Figures(element("figures"));
    setInterval(() => show(player, throttle, graph, figures), PERIOD);
});

function listenToSlider(throttle: Throttle): void {
    const slider = element<HTMLInputElement>("throttle");
    slider.max = String(RATES.length - 1);
    const take = (): void => {
        throttle.mbps = RATES[Number(slider.value)];
        const text = Number.isFinite(throttle.mbps) ? `${throttle.mbps} Mbps` : "unlimited";
        element("rate").textContent = text;
        slider.setAttribute("aria-valuetext", text);
    };
    slider.addEventListener("input", take);
    take();
}

/** A button for each rendition, beside that which leaves it to the player. */
function offerRenditions({ streaming }: FvvPlayer): void {
    streaming.renditions.forEach(({ bitrate }, number) => {
        const label = document.createElement("label");
        label.innerHTML = `<input type="radio" name="rendition" value="${number}" />`;
        label.append(`${mbps(bitrate / 1e6)} Mbps`);
        element("rendition").append(label);
    });
    new Choice("rendition", (value) => (streaming.fixedRendition = value === "auto" ? null : Number(value)));
}

function show({ streaming, statistics }: FvvPlayer, throttle: Throttle, graph: Graph, figures: Figures): void {
    const { rendition, renditions, bandwidthMbps = 0, bufferedSeconds, fetchedBytes } = streaming;
    const shown = renditions[rendition];
    const rate = shown ? shown.bitrate / 1e6 : 0;
    graph.add({ line: throttle.mbps, bandwidth: bandwidthMbps, rendition: rate });
    figures.set("Bandwidth", `${mbps(bandwidthMbps)} Mbps`);
    figures.set("Rendition", shown ? `${rendition + 1} of ${renditions.length}, ${mbps(rate)} Mbps` : "none yet");
    figures.set("Splats", (shown?.splats ?? 0).toLocaleString("en"));
    figures.set("In memory", `${bufferedSeconds.toFixed(1)} s`);
    figures.set("Fetched", `${(fetchedBytes / 1e6).toFixed(1)} MB`);
    figures.set("Dropped frames", String(statistics.skippedFrames));
    figures.set("Stalls", String(statistics.stalls));
    document.body.dataset.rendition = String(rendition);
}

function mbps(value: number): string {
    return value < 10 ? value.toFixed(1) : value.toFixed(0);
}
