import { NullEngine } from "@babylonjs/core/Engines/nullEngine.js";
import "@babylonjs/core/Loading/Plugins/babylonFileLoader.js";
import "@babylonjs/core/Materials/colorCurves.js";
import { AppendSceneAsync, ImportMeshAsync } from "@babylonjs/core/Loading/sceneLoader.js";
import { Vector3 } from "@babylonjs/core/Maths/math.vector.js";
import { Logger } from "@babylonjs/core/Misc/logger.js";
import { SceneSerializer } from "@babylonjs/core/Misc/sceneSerializer.js";
import { Scene } from "@babylonjs/core/scene.js";
import { expect } from "chai";
import { RegisterFvvParser, restoredClipOptions, whenFvvClipReadyAsync } from "../../../plugin/serialization/clipParser.js";
import { applySerializedClip, checkSerializedClip, serializeClip, type ISerializedClip } from "../../../plugin/serialization/serializedClip.js";
import { SplatVideoMesh } from "../../../plugin/splatVideoMesh.js";
import { encodeFramesAsync } from "../../support/encodeFrames.js";
import { HeadlessPlayer, settleAsync } from "../../support/headlessPlayer.js";
import { makeMovingFrames } from "../../support/movingFrames.js";

type Json = Record<string, unknown>;

describe("Clips in a .babylon file", () => {
    let saved: string;
    let viewer: HeadlessPlayer;
    let engine: NullEngine;
    let scene: Scene;
    const errors: string[] = [];
    const { Error: logError } = Logger;

    before(async () => {
        RegisterFvvParser();
        restoredClipOptions.fetch = { retry: { attempts: 1 } };
        const { frames } = makeMovingFrames({ count: 10, frames: 4 });
        const { bytes } = await encodeFramesAsync(frames, { segmentLength: 2, tracked: true, fps: 30 });
        viewer = await HeadlessPlayer.OpenAsync(bytes);
        // Not before: the viewer sets what is logged.
        Logger.Error = (message) => errors.push(String(message));
        const { player } = viewer;
        // Of an address that nobody answers: what is restored stays empty.
        player.url = "data:none";
        player.mesh.describeClip = () => serializeClip(player);
        player.mesh.clone("twin");
        player.mesh.name = "renamed";
        player.mesh.setPivotPoint(new Vector3(1, 2, 3));
        player.mesh.rotation.y = 1;
        saved = JSON.stringify(SceneSerializer.Serialize(player.mesh.getScene()));
    });

    after(async () => {
        viewer.dispose();
        delete restoredClipOptions.fetch;
        // What is being loaded still tells that its scene is gone.
        await settleAsync();
        Logger.Error = logError;
    });

    beforeEach(() => {
        engine = new NullEngine();
        engine.getCaps().maxTextureSize = 4096;
        scene = new Scene(engine);
        errors.length = 0;
    });

    afterEach(() => {
        scene.dispose();
        engine.dispose();
    });

    it("hold a part that is played where the clip still has it", () => {
        const { player } = viewer;
        const saved = serializeClip(player) as ISerializedClip;
        const all = player.range;
        for (const [range, expected] of [
            [
                { from: 1 / 30, to: 60 },
                { from: 1 / 30, to: all.to },
            ],
            [{ from: 50, to: 60 }, all],
        ]) {
            const clip = { ...saved, range };
            checkSerializedClip(clip, {});
            player.range = all;
            applySerializedClip(player, clip);
            expect(player.range).to.deep.equal(expected);
        }
        player.range = all;
        expect(() => checkSerializedClip({ ...saved, range: { from: 2, to: 1 } }, {})).to.throw("range");
    });

    async function appendAsync(change: (file: { meshes: Json[] }) => void = () => {}): Promise<void> {
        const file = JSON.parse(saved) as { meshes: Json[] };
        change(file);
        await AppendSceneAsync(`data:${JSON.stringify(file)}`, scene);
    }

    const hostile: unknown[] = [undefined, null, "text", { toString: 1 }, [1, "two"], -Infinity];

    it("stand where they stood, pivot included, and leave no group behind that runs nothing", async () => {
        await appendAsync();
        const mesh = scene.getMeshByName("renamed") as SplatVideoMesh;
        expect(mesh).to.be.instanceOf(SplatVideoMesh);
        const place = viewer.player.mesh.computeWorldMatrix(true).asArray();
        mesh.computeWorldMatrix(true)
            .asArray()
            .forEach((value, i) => expect(value).to.be.closeTo(place[i], 1e-6));
        expect(scene.animationGroups.filter(({ targetedAnimations }) => targetedAnimations.length === 0)).to.deep.equal([]);
    });

    it("are there where its meshes are imported too, parents and clones included, and nothing stands in their place", async () => {
        const { meshes } = await ImportMeshAsync(`data:${saved}`, scene);
        expect(meshes.map(({ name }) => name)).to.have.members(["renamed", "twin"]);
        expect(meshes.every((mesh) => mesh instanceof SplatVideoMesh && scene.meshes.includes(mesh))).to.equal(true);
        expect(scene.meshes).to.have.length(2);
        const [source, clone] = ["renamed", "twin"].map((name) => scene.getMeshByName(name) as SplatVideoMesh);
        expect([clone.source, source._parentContainer]).to.deep.equal([source, null]);
        const place = viewer.player.mesh.computeWorldMatrix(true).asArray();
        source
            .computeWorldMatrix(true)
            .asArray()
            .forEach((value, i) => expect(value).to.be.closeTo(place[i], 1e-6));
    });

    it("are left out where other meshes of it are imported, and are there once where they are imported again", async () => {
        const file = JSON.parse(saved) as { meshes: Json[] };
        file.meshes.push({ ...file.meshes[0], id: "other", name: "other", uniqueId: 1e6, fvv: undefined });
        const text = `data:${JSON.stringify(file)}`;
        expect((await ImportMeshAsync(text, scene, { meshNames: "other" })).meshes.map(({ name }) => name)).to.deep.equal(["other"]);
        expect(scene.meshes.filter((mesh) => mesh instanceof SplatVideoMesh)).to.deep.equal([]);
        await ImportMeshAsync(text, scene, { meshNames: "renamed" });
        await ImportMeshAsync(text, scene, { meshNames: "renamed" });
        expect(scene.meshes.filter((mesh) => mesh instanceof SplatVideoMesh)).to.have.length(2);
    });

    it("lose nothing else of what is imported where they are anything", async () => {
        for (const value of hostile) {
            const file = JSON.parse(saved) as { meshes: Json[] };
            file.meshes.forEach((mesh) => (mesh["fvv" in mesh ? "fvv" : "fvvClone"] = value));
            expect((await ImportMeshAsync(`data:${JSON.stringify(file)}`, scene)).meshes).to.have.length(2);
        }
    });

    it("that were hidden by their user stay hidden when their first frame is there, and clones that were not do not", async () => {
        const { mesh } = viewer.player;
        mesh.isVisible = false;
        const file = JSON.stringify(SceneSerializer.Serialize(mesh.getScene()));
        mesh.isVisible = true;
        await AppendSceneAsync(`data:${file}`, scene);
        for (const clip of scene.meshes as SplatVideoMesh[]) {
            Object.assign((clip as unknown as { _store: object })._store, { frame: 0, version: 1 });
        }
        scene.onBeforeRenderObservable.notifyObservers(scene);
        expect(["renamed", "twin"].map((name) => scene.getMeshByName(name)?.isVisible)).to.deep.equal([false, true]);
    });

    it("that are clones wait for the clip that they are clones of", async () => {
        await appendAsync();
        const [source, clone] = ["renamed", "twin"].map((name) => scene.getMeshByName(name) as object);
        const outcomes = await Promise.allSettled([whenFvvClipReadyAsync(source), whenFvvClipReadyAsync(clone)]);
        expect(outcomes[1]).to.deep.equal(outcomes[0]);
    });

    for (const [where, names] of [
        ["fvv", ["url", "capacity", "shDegree", "frame", "isPlaying", "loop", "speed", "weight", "range", "interpolates", "splatBudget", "targetFrameMs", "material"]],
        ["fvv.material", ["lowPass", "antialiased", "solidThreshold", "depthWriteThreshold", "tint", "opacity", "brightness", "contrast", "saturation", "crop"]],
        ["fvvClone", ["of", "material"]],
    ] as const) {
        for (const name of names) {
            it(`lose nothing else of the scene where ${where}.${name} is anything`, async () => {
                for (const value of hostile) {
                    await appendAsync(({ meshes }) => {
                        const mesh = meshes.find((candidate) => where.split(".")[0] in candidate) as Json;
                        const holder = where.split(".").reduce((json, key) => json[key] as Json, mesh);
                        holder[name] = value;
                        meshes.push({ ...meshes[0], id: "other", name: "other", uniqueId: 1e6, fvv: undefined, fvvClone: undefined });
                    });
                    expect(scene.getMeshByName("other")).to.not.equal(null);
                    if (where === "fvv" && value === "text" && name !== "url") {
                        expect(errors.some((error) => error.includes("without a usable"))).to.equal(true);
                    }
                    scene.getMeshByName("other")?.dispose();
                    for (const mesh of scene.meshes) {
                        if (mesh instanceof SplatVideoMesh) {
                            const { lowPass, solidThreshold, look } = mesh.splatMaterial;
                            expect([lowPass, solidThreshold, look.opacity, look.contrast, look.tint.r].every(Number.isFinite)).to.equal(true);
                        }
                    }
                }
            });
        }
    }

    it("lose nothing else of the scene where clip, clone or list are anything, and overwrite nothing that is not a setting", async () => {
        for (const value of [...hostile, true, 5]) {
            await appendAsync(({ meshes }) => meshes.forEach((mesh) => (mesh["fvv" in mesh ? "fvv" : "fvvClone"] = value)));
        }
        await appendAsync((file) => Object.assign(file, { meshes: null }));
        await appendAsync((file) => Object.assign(file, { meshes: {} }));
        await appendAsync(({ meshes }) => Object.assign((meshes[0].fvv as { material: Json }).material, { dispose: 1, name: 2 }));
        const meshes = scene.meshes.filter((mesh) => mesh instanceof SplatVideoMesh);
        expect(meshes.every(({ material }) => typeof material?.name === "string")).to.equal(true);
    });
});
