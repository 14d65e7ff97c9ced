import { expect } from "chai";
import { expectNoErrors, openSessionAsync, type IPageSession } from "./pageClient.js";
import type { KernelPageApi } from "./pages/kernelPage.js";

describe("Kernels on a bare WebGPU device", () => {
    let session: IPageSession<KernelPageApi>;

    before(async () => {
        session = await openSessionAsync<KernelPageApi>("kernelPage");
    });

    after(async () => {
        expectNoErrors(session);
        await session.page.close();
    });

    const cases = [
        { count: 9, keySteps: 0, title: "a few splats" },
        { count: 255, keySteps: 0, title: "less than a block" },
        { count: 5000, keySteps: 0, title: "some blocks" },
        { count: 5000, keySteps: 4, title: "few keys: equal ones stay in the order of slots" },
        { count: 70000, keySteps: 500, title: "more blocks than a workgroup has threads" },
        { count: 600000, keySteps: 0, title: "more blocks of the sort than a workgroup has threads" },
    ];
    for (const { count, keySteps, title } of cases) {
        it(`draw and sort what has a key, farthest first: ${title}`, async () => {
            const { drawn, counted, instances, distinctKeys, firstWrong, errors } = await session.call.sort(count, keySteps, 0.7);
            expect(errors).to.deep.equal([]);
            expect(counted).to.equal(drawn);
            expect(drawn).to.be.within(Math.ceil(0.3 * count), count);
            expect(instances).to.equal(Math.ceil(drawn / 64));
            expect(distinctKeys < drawn).to.equal(keySteps > 0 || count > 10000);
            expect(firstWrong).to.equal(-1);
        });
    }
});
