import { expect } from "chai";
import { ForwardBytes } from "../../../loader/sources/forwardBytes.js";
import { expectErrorAsync } from "../../support/expectError.js";

const MIB = 1024 * 1024;

/** A stream of which a test gives each part. */
class GivenStream {
    public isCancelled = false;
    public pulls = 0;
    public readonly stream: ReadableStream<Uint8Array>;
    private _controller!: ReadableStreamDefaultController<Uint8Array>;

    public constructor() {
        this.stream = new ReadableStream(
            {
                start: (controller) => void (this._controller = controller),
                pull: () => void this.pulls++,
                cancel: () => void (this.isCancelled = true),
            },
            { highWaterMark: 0 },
        );
    }

    public give(from: number, to: number): void {
        this._controller.enqueue(Uint8Array.from({ length: to - from }, (_, i) => from + i));
    }

    public end(): void {
        this._controller.close();
    }

    public break(): void {
        this._controller.error(new TypeError("network error"));
    }
}

/** A read that is under way. */
interface IRead {
    bytes: number[];
    /** How it has ended; undefined while it has not. */
    outcome: string | undefined;
    abort: () => void;
    /** Parts without bytes. */
    signs: number;
}

async function turnAsync(): Promise<void> {
    await new Promise((resolve) => setImmediate(resolve));
}

function read(forward: ForwardBytes, start: number, end?: number): IRead {
    const controller = new AbortController();
    const made: IRead = { bytes: [], outcome: undefined, abort: () => controller.abort(), signs: 0 };
    const onPart = (part: Uint8Array): void => {
        made.bytes.push(...part);
        made.signs += part.length === 0 ? 1 : 0;
    };
    forward.readAsync(start, end, { signal: controller.signal, onPart }).then(
        () => (made.outcome = "done"),
        (error: { code: string }) => (made.outcome = error.code),
    );
    return made;
}

describe("ForwardBytes", () => {
    it("gives reads their turns", async () => {
        const given = new GivenStream();
        const forward = new ForwardBytes(given.stream);
        const [first, second] = [read(forward, 0, 4), read(forward, 2, 6)];
        await turnAsync();
        given.give(0, 3);
        await turnAsync();
        expect([first.bytes, second.bytes]).to.deep.equal([[0, 1, 2], []]);
        given.give(3, 8);
        await turnAsync();
        expect([first.bytes, first.outcome]).to.deep.equal([[0, 1, 2, 3], "done"]);
        expect([second.bytes, second.outcome]).to.deep.equal([[2, 3, 4, 5], "done"]);
    });

    it("takes nothing off the stream that no read has come to", async () => {
        const given = new GivenStream();
        const forward = new ForwardBytes(given.stream);
        read(forward, 0, 3);
        given.give(0, 5);
        await turnAsync();
        expect(given.pulls).to.be.at.most(1);
        given.give(5, 9);
        const next = read(forward, 3, 5);
        await turnAsync();
        expect([next.bytes, next.outcome]).to.deep.equal([[3, 4], "done"]);
    });

    it("ends a read where the stream ends", async () => {
        const given = new GivenStream();
        const forward = new ForwardBytes(given.stream);
        given.give(0, 5);
        given.end();
        const [within, over, behind] = [read(forward, 1, 3), read(forward, 3, 9), read(forward, 7)];
        await turnAsync();
        expect([within, over, behind].map(({ bytes, outcome }) => [bytes, outcome])).to.deep.equal([
            [[1, 2], "done"],
            [[3, 4], "done"],
            [[], "done"],
        ]);
    });

    it("says that it comes nearer while it passes what is in front", async () => {
        const given = new GivenStream();
        const far = read(new ForwardBytes(given.stream), 6, 8);
        given.give(0, 3);
        given.give(3, 6);
        await turnAsync();
        expect([far.signs, far.bytes]).to.deep.equal([2, []]);
        given.give(6, 9);
        await turnAsync();
        expect([far.signs, far.bytes, far.outcome]).to.deep.equal([2, [6, 7], "done"]);
    });

    it("loses nothing where a read is aborted while it waits", async () => {
        const given = new GivenStream();
        const forward = new ForwardBytes(given.stream);
        const first = read(forward, 0, 9);
        await turnAsync();
        first.abort();
        const next = read(forward, 0, 4);
        await turnAsync();
        expect(first.outcome).to.equal("ABORTED");
        given.give(0, 6);
        await turnAsync();
        expect([next.bytes, next.outcome, first.bytes]).to.deep.equal([[0, 1, 2, 3], "done", []]);
        const waiting = read(forward, 6, 8);
        const behind = read(forward, 6, 8);
        behind.abort();
        waiting.abort();
        await turnAsync();
        expect([waiting.outcome, behind.outcome]).to.deep.equal(["ABORTED", "ABORTED"]);
    });

    it("goes back within what it keeps, and begins again for what is farther back", async () => {
        let opened = 0;
        const open = (): ReadableStream<Uint8Array> => {
            let part = 0;
            opened++;
            return new ReadableStream({ pull: (controller) => controller.enqueue(new Uint8Array(MIB).fill(part++)) }, { highWaterMark: 0 });
        };
        const forward = new ForwardBytes(open(), () => Promise.resolve(open()));
        const byteAt = async (at: number): Promise<number> => {
            const one = read(forward, at, at + 1);
            while (one.outcome === undefined) {
                await turnAsync();
            }
            return one.bytes[0];
        };
        expect([await byteAt(20 * MIB), opened]).to.deep.equal([20, 1]);
        expect([await byteAt(6 * MIB), opened]).to.deep.equal([6, 1]);
        expect([await byteAt(2 * MIB), opened]).to.deep.equal([2, 2]);
        expect([await byteAt(3 * MIB - 1), await byteAt(5 * MIB), opened]).to.deep.equal([2, 5, 2]);
    });

    it("begins again where the stream breaks or is given up, if it can", async () => {
        for (const isGivenUp of [false, true]) {
            const streams = [new GivenStream(), new GivenStream()];
            let opened = 0;
            const forward = new ForwardBytes(streams[0].stream, () => Promise.resolve(streams[++opened].stream));
            const first = read(forward, 0, 5);
            streams[0].give(0, 2);
            await turnAsync();
            if (isGivenUp) {
                forward.giveUp();
            } else {
                streams[0].break();
            }
            await turnAsync();
            expect([first.bytes, first.outcome, streams[0].isCancelled]).to.deep.equal([[0, 1], "NETWORK", isGivenUp]);
            const next = read(forward, 2, 5);
            await turnAsync();
            streams[1].give(0, 7);
            await turnAsync();
            expect([next.bytes, next.outcome, opened]).to.deep.equal([[2, 3, 4], "done", 1]);
        }
    });

    it("cannot begin a stream again that comes but once", async () => {
        const given = new GivenStream();
        const forward = new ForwardBytes(given.stream);
        given.give(0, 2);
        read(forward, 0, 2);
        await turnAsync();
        forward.giveUp();
        const next = read(forward, 2, 4);
        given.give(2, 4);
        await turnAsync();
        expect(next.bytes).to.deep.equal([2, 3]);
        const broken = read(forward, 4, 6);
        given.break();
        await turnAsync();
        expect(broken.outcome).to.equal("NETWORK");
        await expectErrorAsync(() => forward.readAsync(4, 6, { signal: new AbortController().signal, onPart: () => {} }), "NETWORK");
    });

    it("ends its stream", async () => {
        const given = new GivenStream();
        const forward = new ForwardBytes(given.stream);
        forward.dispose();
        await turnAsync();
        expect(given.isCancelled).to.equal(true);
    });
});
