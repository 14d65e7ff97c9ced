import { NullEngine } from "@babylonjs/core/Engines/nullEngine.js";
import { Animation } from "@babylonjs/core/Animations/animation.js";
import { SineEase } from "@babylonjs/core/Animations/easing.js";
import { Mesh } from "@babylonjs/core/Meshes/mesh.js";
import { TransformNode } from "@babylonjs/core/Meshes/transformNode.js";
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
        const observers = engine.onContextRestoredObservable.observers.length;
        await expectErrorAsync(() => new SplatVideoMesh("big", scene, { capacity: 2 ** 31, shDegree: 0 }), "GPU_UNSUPPORTED");
        expect(engine.onContextRestoredObservable.observers.length).to.equal(observers);
        expect([scene.meshes.length, scene.materials.length, scene.geometries.length]).to.deep.equal([0, 0, 0]);
    });

    it("has clones that stand and turn where it does, about its pivot", () => {
        const mesh = new SplatVideoMesh("one", scene, { capacity: 10, shDegree: 0 });
        mesh.setPivotPoint(new Vector3(1, 2, 3));
        mesh.rotation.y = 1;
        const clone = mesh.clone("two");
        expect([...clone.computeWorldMatrix(true).asArray()]).to.deep.equal([...mesh.computeWorldMatrix(true).asArray()]);
    });

    it("has clones as any mesh has: options, parent, animations with their ranges", () => {
        const mesh = new SplatVideoMesh("one", scene, { capacity: 10, shDegree: 0 });
        const [stage, other] = [new TransformNode("stage", scene), new TransformNode("other", scene)];
        mesh.parent = stage;
        new TransformNode("hat", scene).parent = mesh;
        mesh.animations = [Animation.CreateAnimation("rotation.y", Animation.ANIMATIONTYPE_FLOAT, 30, new SineEase())];
        mesh.createAnimationRange("all", 0, 10);
        const told: string[] = [];
        mesh.onClonedObservable.add(({ name }) => told.push(name));
        const clones = [mesh.clone("a"), mesh.clone("b", other), mesh.clone("c", { parent: other, doNotCloneChildren: true }), mesh.clone("d", {})];
        expect(clones.map(({ parent }) => parent?.name)).to.deep.equal(["stage", "other", "other", "stage"]);
        expect(clones.map((clone) => clone.getChildren().map(({ name }) => name))).to.deep.equal([["a.hat"], ["b.hat"], [], ["d.hat"]]);
        expect(told).to.deep.equal(["a", "b", "c", "d"]);
        for (const clone of clones) {
            expect(clone.animations.map(({ targetProperty }) => targetProperty)).to.deep.equal(["rotation.y"]);
            expect(clone.animations[0]).to.not.equal(mesh.animations[0]);
            expect(clone.getAnimationRange("all")?.to).to.equal(10);
        }
    });

    it("is cloned with a mesh that it is below, and with what is below it", () => {
        const stage = new Mesh("stage", scene);
        const mesh = new SplatVideoMesh("one", scene, { capacity: 10, shDegree: 0 });
        mesh.parent = stage;
        new Mesh("hat", scene).parent = mesh;
        const copy = stage.clone("copy");
        const [clone] = copy.getChildMeshes<SplatVideoMesh>(true);
        expect(clone).to.be.instanceOf(SplatVideoMesh);
        expect([clone.source, clone.parent]).to.deep.equal([mesh, copy]);
        expect(clone.getChildMeshes(true).map(({ name }) => name)).to.deep.equal(["copy.one.hat"]);
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
