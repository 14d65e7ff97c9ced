import { ImportMeshAsync } from "@babylonjs/core/Loading/sceneLoader.js";
import { Color3 } from "@babylonjs/core/Maths/math.color.js";
import { Vector3 } from "@babylonjs/core/Maths/math.vector.js";
import { createFvvInstance, FvvPlayer } from "babylon-fvv";
import { Copies } from "./clips/copies.js";
import { crossFadeAsync } from "./clips/crossFade.js";
import { element } from "./common/dom.js";
import { plural } from "./common/plural.js";
import { runPageAsync } from "./common/runPage.js";
import { Stage } from "./common/stage.js";

/** Seconds that one dancer takes to become the other. */
const FADE_SECONDS = 1.5;

await runPageAsync(async (engine, errors) => {
    const stage = Stage.On(engine);
    const { meshes } = await ImportMeshAsync(new URLSearchParams(location.search).get("clip") ?? "clips/sample.fvv", stage.scene);
    const original = FvvPlayer.FromMesh(meshes[0]) as FvvPlayer;
    original.onErrorObservable.add((error) => errors.show("The clip stopped", error));
    stage.frame(original);
    stage.showAround(new Vector3(0, 0.4, 1.2), 10.5);
    const other = createFvvInstance(original, "other");
    other.mesh.splatMaterial.look.tint = new Color3(0.7, 0.8, 1);
    other.mesh.splatMaterial.look.saturation = 0.2;
    other.animationGroup.weight = 0;

    const copies = new Copies(original);
    const tell = (): void => {
        element("count").textContent = `The original, ${plural(copies.cloneCount, "clone")} with its frame, ${plural(copies.instanceCount, "instance")} at other times.`;
        document.body.dataset.copies = `${copies.cloneCount} ${copies.instanceCount}`;
        ["clone", "instance"].forEach((id) => (element<HTMLButtonElement>(id).disabled = copies.isFull));
        element<HTMLButtonElement>("remove").disabled = copies.cloneCount + copies.instanceCount === 0;
    };
    const onClick = (id: string, act: () => void): void =>
        element(id).addEventListener("click", () => {
            act();
            tell();
        });
    onClick("clone", () => copies.addClone());
    onClick("instance", () => void copies.addInstanceAsync());
    onClick("remove", () => copies.remove());
    onToggle("tint", (isOn) => (copies.isTinted = isOn));
    onToggle("crop", (isOn) => (copies.isCropped = isOn));

    let [shown, next] = [original, other];
    const button = element<HTMLButtonElement>("fade");
    onClick("fade", () => {
        button.disabled = true;
        void crossFadeAsync(shown, next, FADE_SECONDS).then(() => {
            [shown, next] = [next, shown];
            button.disabled = false;
            document.body.dataset.shown = shown.mesh.name;
        });
    });
    copies.addClone();
    await copies.addInstanceAsync();
    tell();
});

/** A button that stays pressed. */
function onToggle(id: string, act: (isOn: boolean) => void): void {
    const button = element(id);
    button.addEventListener("click", () => {
        const isOn = button.getAttribute("aria-pressed") !== "true";
        button.setAttribute("aria-pressed", String(isOn));
        act(isOn);
    });
}
