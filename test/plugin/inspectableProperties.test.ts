import { Color3 } from "@babylonjs/core/Maths/math.color.js";
import { InspectableType, type IInspectable } from "@babylonjs/core/Misc/iInspectable.js";
import { Logger } from "@babylonjs/core/Misc/logger.js";
import { expect } from "chai";
import type { SplatVideoMesh } from "../../plugin/splatVideoMesh.js";
import { encodeFramesAsync } from "../support/encodeFrames.js";
import { HeadlessPlayer } from "../support/headlessPlayer.js";
import { makeMovingFrames, withIds } from "../support/movingFrames.js";

/** The value of a property as the Inspector reads and writes it: on the mesh, by the name that the list gives. */
function valueOf(mesh: SplatVideoMesh, label: string): { value: unknown } {
    const { propertyName } = propertyOf(mesh, label);
    const values = mesh as unknown as Record<string, unknown>;
    return {
        get value() {
            return values[propertyName];
        },
        set value(value: unknown) {
            values[propertyName] = value;
        },
    };
}

function propertyOf(mesh: SplatVideoMesh, label: string): IInspectable {
    return mesh.inspectableCustomProperties.find((property) => property.label === label) as IInspectable;
}

describe("The custom properties of a clip's mesh", () => {
    let headless: HeadlessPlayer;
    let mesh: SplatVideoMesh;

    beforeEach(async () => {
        const clip = (await encodeFramesAsync(withIds(makeMovingFrames({ count: 12, frames: 10 })), { fps: 10 })).bytes;
        headless = await HeadlessPlayer.OpenAsync(clip);
        mesh = headless.player.mesh;
        await headless.tickUntilAsync(() => headless.frame === 0);
    });

    afterEach(() => headless.dispose());

    it("are playback first, then the look, each by a name of its own", () => {
        const properties = mesh.inspectableCustomProperties;
        const labels = properties.map(({ label }) => label);
        expect(labels.slice(0, 3)).to.deep.equal(["Play / pause", "Time (s)", "Speed"]);
        expect(labels.slice(-6, -4)).to.deep.equal(["Tint", "Opacity"]);
        expect(new Set(properties.map(({ propertyName }) => propertyName)).size).to.equal(properties.length);
    });

    it("play, pause and seek", async () => {
        const { player } = headless;
        const { callback, type } = propertyOf(mesh, "Play / pause");
        expect(type).to.equal(InspectableType.Button);
        callback?.();
        expect(player.isPlaying).to.equal(true);
        callback?.();
        expect(player.isPlaying).to.equal(false);
        valueOf(mesh, "Time (s)").value = 0.7;
        await headless.tickUntilAsync(() => player.currentFrame === 7);
        expect(valueOf(mesh, "Time (s)").value).to.equal(0.7);
        expect(propertyOf(mesh, "Time (s)").max).to.equal(1);
    });

    it("set what the player has, and show what it is set to", () => {
        const { player } = headless;
        for (const [label, key, value] of [
            ["Speed", "speed", -0.5],
            ["Loop", "loop", false],
            ["Splat budget", "splatBudget", 5],
            ["Target frame (ms, 0: none)", "targetFrameMs", 20],
        ] as const) {
            valueOf(mesh, label).value = value;
            expect(player[key], label).to.equal(value);
            expect(valueOf(mesh, label).value, label).to.equal(value);
        }
    });

    it("show no budget as the whole clip, and no target as 0", () => {
        const { player } = headless;
        const [budget, target] = [valueOf(mesh, "Splat budget"), valueOf(mesh, "Target frame (ms, 0: none)")];
        expect([budget.value, target.value]).to.deep.equal([player.header.capacity, 0]);
        [budget.value, target.value] = [player.header.capacity, 0];
        expect([player.splatBudget, player.targetFrameMs]).to.deep.equal([Infinity, null]);
    });

    it("set the look of their own mesh", () => {
        const clone = mesh.clone("clone");
        valueOf(mesh, "Opacity").value = 0.25;
        valueOf(mesh, "Tint").value = Color3.Red();
        valueOf(mesh, "Compensate low-pass filter").value = true;
        expect(mesh.splatMaterial.look.opacity).to.equal(0.25);
        expect(mesh.splatMaterial.look.tint.equals(Color3.Red())).to.equal(true);
        expect(mesh.splatMaterial.antialiased).to.equal(true);
        expect(clone.splatMaterial.look.opacity).to.equal(1);
    });

    it("of a clone play the same clip", () => {
        const clone = mesh.clone("clone");
        propertyOf(clone, "Play / pause").callback?.();
        expect(headless.player.isPlaying).to.equal(true);
        expect(clone.inspectableCustomProperties.length).to.equal(mesh.inspectableCustomProperties.length);
    });

    it("of a clone stay quiet when the clip is disposed, and say that it is gone", async () => {
        const clone = mesh.clone("copy");
        const { player } = headless;
        player.dispose();
        const { Warn } = Logger;
        const warnings: string[] = [];
        Logger.Warn = (message) => warnings.push(String(message));
        try {
            for (const label of ["Time (s)", "Speed", "Splat budget", "Target frame (ms, 0: none)"]) {
                valueOf(clone, label).value = 1;
            }
            for (const label of ["Loop", "Interpolate"]) {
                valueOf(clone, label).value = true;
            }
            propertyOf(clone, "Play / pause").callback?.();
            await headless.tickAsync(2);
        } finally {
            Logger.Warn = Warn;
        }
        expect([player.isDisposed, player.isPlaying]).to.deep.equal([true, false]);
        expect(warnings).to.have.length(2);
        expect(warnings[0]).to.match(/copy.*disposed/);
    });
});
