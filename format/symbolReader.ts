import { MAX_TABLES, type IEntropyTables } from "./entropyTables.js";
import type { IStateHost } from "./frameState.js";
import { fillRansTable, RANS_PROBABILITY_BITS, RANS_STATE_LOW, RANS_STATES, RANS_TOTAL } from "./rans.js";
import { LEAST_BATCH, MASK_CLASSES, MEAN_CLASSES, nextMean, numberOf, rawBitsOf, type ISymbolCoder } from "./symbolCoder.js";

const LOW_MASK = RANS_TOTAL - 1;

/** Most contexts of a frame kind. */
export const MAX_CONTEXTS = 2048;

/** Reads symbols from a frame's streams. Never reads outside its bytes: past their end it reads zeros and `isComplete` stays false. */
export interface ISymbolReader extends ISymbolCoder {
    /**
     * Makes room for frames. What was in such room before is lost.
     * @param batch most symbols of a batch
     * @param symbols most symbols of a frame; a frame with longer streams than so many can have does not end complete
     * @param stateBytes bytes of a state
     * @returns room for the state, where the reader has its own memory
     */
    reserve(batch: number, symbols: number, stateBytes: number): IStateHost | undefined;
    /** Sets the tables of the frames to come. */
    setTables(tables: IEntropyTables): void;
    /**
     * Starts a frame.
     * @param symbols rANS stream: four states, then words; at least 16 bytes
     * @param raw raw bits
     */
    start(symbols: Uint8Array, raw: Uint8Array): void;
    /** Whether both streams ended exactly where the frame did. */
    readonly isComplete: boolean;
}

/** The reader in TypeScript. Reusable; allocates when a frame is larger than all before it. */
export class SymbolReader implements ISymbolReader {
    public contexts = new Uint16Array(LEAST_BATCH);
    public values = new Int32Array(LEAST_BATCH);
    private readonly _tableOf = new Uint32Array(MAX_CONTEXTS);
    private readonly _slots = new Uint32Array(MAX_TABLES * RANS_TOTAL);
    private readonly _states = new Uint32Array(RANS_STATES);
    private _words = new Uint16Array(0);
    private _wordCount = 0;
    private _at = 0;
    private _hasTables = false;
    private _raw: Uint8Array = new Uint8Array(0);
    private _rawAt = 0;
    private _held = 0;
    private _heldBits = 0;

    public reserve(batch: number): undefined {
        if (batch > this.values.length) {
            this.contexts = new Uint16Array(batch);
            this.values = new Int32Array(batch);
        }
    }

    public setTables(tables: IEntropyTables): void {
        for (let context = 0; context < tables.contextMap.length; context++) {
            this._tableOf[context] = tables.contextMap[context] * RANS_TOTAL;
        }
        this._hasTables = tables.frequencies.length > 0;
        tables.frequencies.forEach((frequencies, table) => fillRansTable(this._slots, table, frequencies));
    }

    public start(symbols: Uint8Array, raw: Uint8Array): void {
        const view = new DataView(symbols.buffer, symbols.byteOffset, symbols.byteLength);
        for (let i = 0; i < RANS_STATES; i++) {
            this._states[i] = view.getUint32(4 * i, true);
        }
        const bytes = symbols.length - 4 * RANS_STATES;
        this._wordCount = bytes >> 1;
        if (this._words.length < this._wordCount) {
            this._words = new Uint16Array(this._wordCount + (this._wordCount >> 1));
        }
        for (let i = 0; i < this._wordCount; i++) {
            this._words[i] = view.getUint16(4 * RANS_STATES + 2 * i, true);
        }
        // A byte that is left over can never be used: such a frame does not end complete.
        this._at = bytes & 1 ? this._wordCount + 1 : 0;
        this._raw = raw;
        this._rawAt = 0;
        this._held = 0;
        this._heldBits = 0;
    }

    public numbers(count: number, stride: number): void {
        this._readBatch(count, stride, true);
        const { values } = this;
        for (let i = 0; i < count; i++) {
            if (values[i] > 15) {
                values[i] = numberOf(values[i], this._bits(rawBitsOf(values[i])));
            }
        }
    }

    public masks(count: number, stride: number): void {
        this._readBatch(count, stride, false);
    }

    public get isComplete(): boolean {
        return this._at === this._wordCount && this._rawAt === this._raw.length && this._states.every((state) => state === RANS_STATE_LOW);
    }

    private _readBatch(count: number, stride: number, areTokens: boolean): void {
        if (!this._hasTables && count > 0) {
            // A hostile frame without tables: nothing to read, and the frame does not end complete.
            this.values.fill(0, 0, count);
            this._at = this._wordCount + 1;
        } else if (stride === 0) {
            this._read(count);
        } else {
            this._readChained(count, stride, areTokens);
        }
    }

    /** Reads a batch of symbols into `values`. */
    private _read(count: number): void {
        const { contexts, values, _tableOf: tableOf, _slots: slots, _words: words, _states: states, _wordCount: wordCount } = this;
        let at = this._at;
        let [x0, x1, x2, x3] = states;
        for (let i = 0; i < count; i++) {
            // The states take turns; the batch begins with the first of them.
            const slot = slots[tableOf[contexts[i]] + (x0 & LOW_MASK)];
            let x = (Math.imul(((slot >>> 8) & LOW_MASK) + 1, x0 >>> RANS_PROBABILITY_BITS) + (slot >>> 20)) >>> 0;
            if (x < RANS_STATE_LOW) {
                x = ((x << 16) | (at < wordCount ? words[at] : 0)) >>> 0;
                at++;
            }
            x0 = x1;
            x1 = x2;
            x2 = x3;
            x3 = x;
            values[i] = slot & 255;
        }
        this._at = at;
        this._keepStates(count, x0, x1, x2, x3);
    }

    /** The same where the symbols before tell a part of the context: the running mean of the tokens, or the mask before. */
    private _readChained(count: number, stride: number, areTokens: boolean): void {
        const { contexts, values, _tableOf: tableOf, _slots: slots, _words: words, _states: states, _wordCount: wordCount } = this;
        let at = this._at;
        let [x0, x1, x2, x3] = states;
        let mean = 0;
        let before = 0;
        for (let i = 0; i < count; i++) {
            const slot = slots[tableOf[contexts[i] + before] + (x0 & LOW_MASK)];
            let x = (Math.imul(((slot >>> 8) & LOW_MASK) + 1, x0 >>> RANS_PROBABILITY_BITS) + (slot >>> 20)) >>> 0;
            if (x < RANS_STATE_LOW) {
                x = ((x << 16) | (at < wordCount ? words[at] : 0)) >>> 0;
                at++;
            }
            x0 = x1;
            x1 = x2;
            x2 = x3;
            x3 = x;
            const symbol = slot & 255;
            values[i] = symbol;
            if (areTokens) {
                mean = nextMean(mean, symbol);
                before = stride * MEAN_CLASSES[mean >> 3];
            } else {
                before = stride * MASK_CLASSES[symbol];
            }
        }
        this._at = at;
        this._keepStates(count, x0, x1, x2, x3);
    }

    /** The states after a batch, turned back to where the first of them is the first. */
    private _keepStates(count: number, ...turned: [number, number, number, number]): void {
        for (let lane = 0; lane < RANS_STATES; lane++) {
            this._states[(count + lane) % RANS_STATES] = turned[lane];
        }
    }

    private _bits(count: number): number {
        while (this._heldBits < count) {
            this._held |= (this._rawAt < this._raw.length ? this._raw[this._rawAt] : 0) << this._heldBits;
            this._rawAt++;
            this._heldBits += 8;
        }
        const value = this._held & ((1 << count) - 1);
        this._held >>>= count;
        this._heldBits -= count;
        return value;
    }
}
