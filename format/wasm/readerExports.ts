/** What the module exports; see the sources in `assembly`. Places are addresses in its memory. */
export interface IReaderExports {
    memory: WebAssembly.Memory;
    place(contexts: number, values: number): void;
    start(symbols: number, symbolBytes: number, raw: number, rawBytes: number): void;
    isComplete(): number;
    setHasTables(has: number): void;
    numbers(count: number, stride: number): void;
    masks(count: number, stride: number): void;
    gates(
        slotCount: number,
        stride: number,
        allGroups: number,
        alive: number,
        born: number,
        sincePosition: number,
        sinceRotation: number,
        sinceLook: number,
        changes: number,
        changed: number,
    ): number;
    age(ages: number, groups: number, slotCount: number, alive: number, born: number, changes: number): void;
    listSlots(list: number, bit: number, changed: number, changedCount: number, changes: number): number;
    placeList(list: number, classes: number, count: number): void;
    placeDifferences(differences: number, first: number, second: number, firstWeight: number, secondWeight: number): void;
    placeLevels(levels: number): void;
    residuals(count: number, context: number, shift: number, mask: number, codes: number, magnitudes: number, keepsDifferences: number): void;
    addVelocities(count: number, velocities: number): void;
    placeSlots(slotCount: number, alive: number, born: number, labels: number): void;
    moveOn(codes: number, velocities: number, mask: number): void;
    movePositions(codes: number, codeBytes: number, fractions: number, fractionBytes: number, centres: number, motions: number, turns: number, mask: number): void;
    moveRotations(codes: number, codeBytes: number, fractions: number, fractionBytes: number, quaternions: number, unit: number): void;
    packSplats(count: number, codes: number, codeBytes: number, splatA: number, splatB: number): void;
}
