import { NullEngine } from "@babylonjs/core/Engines/nullEngine.js";
import { Vector3 } from "@babylonjs/core/Maths/math.vector.js";
import { Scene } from "@babylonjs/core/scene.js";
import { expect } from "chai";
import { SplatVideoMesh } from "../../plugin/splatVideoMesh.js";
import { expectErrorAsync } from "../support/expectError.js";

describe("The mesh of a clip", () => {
    let engine: NullEngine;
    let scene: Scene;

    beforeEach(() => {
        engine = new NullEngine();
        engine.getCaps().maxTextureSize = 4096;
        scene = new Scene(engine);
    });

    afterEach(() => {
        scene.dispose();
        engine.dispose();
    });

    it("leaves nothing in the scene where the GPU cannot take the clip", async () => {
        await expectErrorAsync(() => new SplatVideoMesh("big", scene, { capacity: 2 ** 31, shDegree: 0 }), "GPU_UNSUPPORTED");
        expect([scene.meshes.length, scene.materials.length, scene.geometries.length]).to.deep.equal([0, 0, 0]);
    });

    it("has clones that stand and turn where it does, about its pivot", () => {
        const mesh = new SplatVideoMesh("one", scene, { capacity: 10, shDegree: 0 });
        mesh.setPivotPoint(new Vector3(1, 2, 3));
        mesh.rotation.y = 1;
        const clone = mesh.clone("two");
        expect([...clone.computeWorldMatrix(true).asArray()]).to.deep.equal([...mesh.computeWorldMatrix(true).asArray()]);
    });

    it("has clones that are hidden where it is, and seen with the first frame where it has none yet", () => {
        const mesh = new SplatVideoMesh("one", scene, { capacity: 10, shDegree: 0 });
        const early = mesh.clone("early");
        Object.assign((mesh as unknown as { _store: object })._store, { frame: 0, version: 1 });
        scene.onBeforeRenderObservable.notifyObservers(scene);
        expect([mesh.isVisible, early.isVisible]).to.deep.equal([true, true]);
        mesh.isVisible = false;
        expect([mesh.clone("hidden").isVisible, early.clone("seen").isVisible]).to.deep.equal([false, true]);
    });
});
