/**
 * The symbol reader, and the reader of a state's gates and residuals, in AssemblyScript: the same as ../../symbolReader.ts, ../../gateModel.ts and ../../residualModel.ts from the
 * same bytes, whatever the bytes. Memory is laid out by ../../wasmSymbolReader.ts.
 */
export { isComplete, setHasTables, start } from "./streams";
export { masks, numbers, place } from "./batches";
export { age, gates, listSlots } from "./gates";
export { addVelocities, placeDifferences, placeList, residuals } from "./residuals";
