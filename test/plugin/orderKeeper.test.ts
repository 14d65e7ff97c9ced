import { expect } from "chai";
import type { FrameFeed } from "../../loader/frameFeed.js";
import type { IOrderPacket, ISortCamera } from "../../loader/framePacket.js";
import { isSameDirection, type Direction } from "../../plugin/findForward.js";
import { OrderKeeper } from "../../plugin/orderKeeper.js";
import { MAX_ORDERS } from "../../plugin/splatOrders.js";
import type { SplatVideoMesh } from "../../plugin/splatVideoMesh.js";
import type { IViewer } from "../../plugin/viewers.js";

const SHOWN = { frame: 3, generation: 0 };

function direction(angle: number): Direction {
    return [Math.cos(angle), 0, Math.sin(angle)];
}

/** A keeper whose mesh shows frame 3 to those who look along some angles; what it says to the session is written down. */
function makeKeeper(...angles: number[]) {
    const viewers = angles.map((angle) => ({ forward: direction(angle) }) as IViewer);
    const orders: Direction[] = [];
    const said: string[] = [];
    const cameras = new Map<number, ISortCamera>();
    const mesh = {
        takesOrder: true,
        viewers: { all: viewers, refresh: () => {} },
        getScene: () => ({ activeCamera: null }),
        hasOrder: (forward: Direction) => orders.some((order) => isSameDirection(order, forward)),
        setOrder: ({ frame, forward }: IOrderPacket) => frame === SHOWN.frame && orders.push(forward) > 0,
    };
    const feed = {
        setCamera: (camera: ISortCamera) => {
            said.push(`camera ${camera.id}`);
            cameras.set(camera.id, structuredClone(camera));
        },
        dropCamera: (camera: number) => said.push(`drop ${camera}`),
        sortAgain: (frame: number, _: number, camera: number) => said.push(`sort ${frame} for ${camera}`),
    };
    const keeper = new OrderKeeper(feed as unknown as FrameFeed, mesh as unknown as SplatVideoMesh);
    const answer = (camera: number, frame = SHOWN.frame): boolean => {
        return keeper.take({ frame, generation: 0, count: 0, order: new Uint32Array(0), camera, forward: cameras.get(camera)?.forward ?? [0, 0, 0], sortMs: 0 });
    };
    return { keeper, viewers, orders, said: () => said.splice(0), answer };
}

describe("OrderKeeper", () => {
    it("keeps one order for all who look the same way, and a new one for who turns away", () => {
        const { keeper, viewers, said, answer } = makeKeeper(0, 0, 1);
        keeper.update(SHOWN);
        expect(said()).to.deep.equal(["camera 0", "sort 3 for 0", "camera 1", "sort 3 for 1"]);
        expect(keeper.isSettled).to.equal(false);
        expect([answer(0), answer(1), keeper.isSettled]).to.deep.equal([true, true, true]);
        viewers[1].forward = direction(2);
        expect(keeper.isSettled).to.equal(false);
        keeper.update(SHOWN);
        expect(said()).to.deep.equal(["camera 2", "sort 3 for 2"]);
        viewers.splice(1, 1);
        keeper.update(SHOWN);
        expect(said()).to.deep.equal(["drop 2"]);
    });

    it("asks for one order at a time, and says nothing while all is right", () => {
        const { keeper, viewers, said, answer } = makeKeeper(0);
        keeper.update(undefined);
        expect(said()).to.deep.equal(["camera 0"]);
        keeper.update(SHOWN);
        viewers[0].forward = direction(0.1);
        keeper.update(SHOWN);
        expect(said()).to.deep.equal(["sort 3 for 0"]);
        answer(0);
        keeper.update(SHOWN);
        expect(said()).to.deep.equal(["camera 0", "sort 3 for 0"]);
        answer(0);
        viewers[0].forward = direction(0.1);
        keeper.update(SHOWN);
        expect(said().filter((words) => words !== "camera 0")).to.deep.equal([]);
    });

    it("is settled for a camera that never stands still once an order that was asked for has come, but not one of another frame", () => {
        const { keeper, viewers, orders, answer } = makeKeeper(0);
        const turn = (angle: number): void => {
            viewers[0].forward = direction(angle);
            keeper.update(SHOWN);
        };
        turn(0.1);
        keeper.expectNew();
        answer(0);
        turn(0.2);
        expect(keeper.isSettled).to.equal(false);
        answer(0);
        turn(0.3);
        expect(keeper.isSettled).to.equal(true);
        // Another frame is on screen: what was asked for does not count.
        orders.length = 0;
        keeper.forgetPending();
        expect([answer(0, 2), keeper.isSettled]).to.deep.equal([false, false]);
    });

    it("leaves those beyond the limit to the nearest order", () => {
        const { keeper, said, answer } = makeKeeper(...Array.from({ length: MAX_ORDERS + 3 }, (_, i) => 0.5 * i));
        keeper.update(SHOWN);
        expect(said().length).to.equal(2 * MAX_ORDERS);
        for (let camera = 0; camera < MAX_ORDERS; camera++) {
            expect(keeper.isSettled).to.equal(false);
            answer(camera);
        }
        expect(keeper.isSettled).to.equal(true);
    });
});
