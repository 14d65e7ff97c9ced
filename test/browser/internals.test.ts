import { expect } from "chai";
import { expectNoErrors, openSessionAsync, type IPageSession } from "./pageClient.js";
import type { InternalsPageApi } from "./pages/internalsPage.js";

/**
 * What this library takes of Babylon that Babylon does not call public. Where one of these fails after an update of @babylonjs/core, the file that it names is to follow.
 */
describe("Internals of Babylon", () => {
    let session: IPageSession<InternalsPageApi>;

    before(async () => {
        session = await openSessionAsync<InternalsPageApi>("internalsPage");
    });

    after(async () => {
        expectNoErrors(session);
        await session.page.close();
    });

    it("let a WebGPU draw take its arguments from a buffer that stays (plugin/webgpu/babylonDevice.ts)", async () => {
        expect(await session.call.draw(), "Babylon's WebGPU engine is other than plugin/webgpu/babylonDevice.ts expects").to.deep.equal({
            isDevice: true,
            isBuffer: true,
            isMultisampled: false,
            indirectBytes: 20,
            isKept: true,
            bindsStorage: true,
        });
    });

    it("let rows be copied between WebGL2 textures (plugin/copyRows.ts)", async () => {
        expect(await session.call.copyRow(), "Babylon's WebGL2 engine is other than plugin/copyRows.ts expects").to.deep.equal([3, 7, 3]);
    });

    for (const kind of ["webgl2", "webgpu"] as const) {
        it(`tell what depth renderers keep, on ${kind} (plugin/passes/babylonPasses.ts)`, async () => {
            expect(await session.call.depthKinds(kind), "Babylon's depth renderer is other than plugin/passes/babylonPasses.ts expects").to.deep.equal([
                { isNonLinear: false, isCameraZ: false },
                { isNonLinear: true, isCameraZ: false },
                { isNonLinear: false, isCameraZ: true },
            ]);
        });
    }
});
