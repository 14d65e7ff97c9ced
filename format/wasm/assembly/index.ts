/**
 * What a decoder does most often, in AssemblyScript: the symbol reader, and what moves, reads and packs a state. It gives the same as ../../symbolReader.ts, ../../gateModel.ts,
 * ../../residualModel.ts, ../../moveClusters.ts and the packing in ../../../loader/framePacker.ts from the same bytes, whatever the bytes. Memory is laid out by ../readerMemory.ts.
 */
export { isComplete, setHasTables, start } from "./streams";
export { masks, numbers, place } from "./batches";
export { age, gates, listSlots } from "./gates";
export { moveOn, movePositions, moveRotations, placeSlots } from "./motion";
export { packSplats } from "./pack";
export { addVelocities, placeDifferences, placeLevels, placeList, residuals } from "./residuals";
