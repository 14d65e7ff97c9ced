import { expect } from "chai";
import { StagingMemory } from "../../plugin/webgpu/stagingMemory.js";

/** Words of a chunk, and most chunks. */
const CHUNK_WORDS = 131_072;
const MOST_CHUNKS = 32;

/** A buffer in the memory of this machine. */
class FakeBuffer {
    public readonly words: Uint32Array<ArrayBuffer>;
    public isMapped: boolean;
    public isDestroyed = false;
    /** Maps it, as a GPU does that has done with it. */
    public map: () => void = () => {};

    public constructor({ size, mappedAtCreation }: { size: number; mappedAtCreation: boolean }) {
        this.words = new Uint32Array(size / 4);
        this.isMapped = mappedAtCreation;
    }

    public getMappedRange(): ArrayBuffer {
        expect(this.isMapped).to.equal(true);
        return this.words.buffer;
    }

    public unmap(): void {
        this.isMapped = false;
    }

    public async mapAsync(): Promise<void> {
        await new Promise<void>((resolve) => (this.map = resolve));
        this.isMapped = true;
    }

    public destroy(): void {
        this.isDestroyed = true;
    }
}

/** Does what a device does with staging memory, at once. */
class FakeDevice {
    public readonly made: FakeBuffer[] = [];
    public writtenByQueue = 0;

    public readonly queue = {
        writeBuffer: (target: FakeBuffer, offset: number, words: Uint32Array, from: number, length: number): void => {
            this.writtenByQueue += length;
            target.words.set(words.subarray(from, from + length), offset / 4);
        },
        submit: (commands: (() => void)[][]): void => commands.flat().forEach((command) => command()),
    };

    public createBuffer(descriptor: { size: number; mappedAtCreation: boolean }): FakeBuffer {
        this.made.push(new FakeBuffer(descriptor));
        return this.made[this.made.length - 1];
    }

    public createCommandEncoder(): object {
        const commands: (() => void)[] = [];
        return {
            copyBufferToBuffer: (source: FakeBuffer, from: number, target: FakeBuffer, to: number, size: number): void => {
                commands.push(() => {
                    expect(source.isMapped, "memory that is mapped when a copy is submitted").to.equal(false);
                    target.words.set(source.words.subarray(from / 4, (from + size) / 4), to / 4);
                });
            },
            finish: (): object => commands,
        };
    }
}

describe("StagingMemory", () => {
    const words = Uint32Array.from({ length: (MOST_CHUNKS + 1) * CHUNK_WORDS }, (_, index) => index + 1);
    let device: FakeDevice;
    let memory: StagingMemory;
    let target: FakeBuffer;

    function write(to: number, from: number, length: number): void {
        memory.write(target as unknown as GPUBuffer, to, words, from, length);
    }

    beforeEach(() => {
        device = new FakeDevice();
        memory = new StagingMemory(device as unknown as GPUDevice);
        target = new FakeBuffer({ size: words.byteLength, mappedAtCreation: false });
    });

    it("writes what it is given to where it belongs, over chunks, when it is submitted", () => {
        write(5, 7, 100);
        write(1000, 2000, 2 * CHUNK_WORDS);
        expect(target.words.every((word) => word === 0)).to.equal(true);
        memory.submit();
        const expected = new Uint32Array(words.length);
        expected.set(words.subarray(7, 107), 5);
        expected.set(words.subarray(2000, 2000 + 2 * CHUNK_WORDS), 1000);
        expect(target.words).to.deep.equal(expected);
        expect([device.made.length, device.writtenByQueue]).to.deep.equal([3, 0]);
    });

    it("uses memory again that the GPU has done with, and not before", async () => {
        write(0, 0, 10);
        memory.submit();
        write(10, 10, 10);
        memory.submit();
        expect(device.made.length).to.equal(2);
        device.made[0].map();
        await new Promise(setImmediate);
        write(20, 20, 10);
        memory.submit();
        expect(device.made.length).to.equal(2);
        expect(target.words.subarray(0, 30)).to.deep.equal(words.subarray(0, 30));
    });

    it("lets the queue write what it has no room for", () => {
        write(0, 0, words.length);
        memory.submit();
        expect(target.words).to.deep.equal(words);
        expect([device.made.length, device.writtenByQueue]).to.deep.equal([MOST_CHUNKS, CHUNK_WORDS]);
    });

    it("frees its memory", () => {
        write(0, 0, 2 * CHUNK_WORDS);
        memory.submit();
        memory.dispose();
        expect(device.made.map(({ isDestroyed }) => isDestroyed)).to.deep.equal([true, true]);
    });
});
