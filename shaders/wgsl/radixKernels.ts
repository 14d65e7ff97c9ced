/** Bits of a digit; a key has four digits. */
export const DIGIT_BITS = 6;
/** Digits of a key: passes of the sort. */
export const KEY_DIGITS = 4;
/** Elements that one workgroup takes. */
export const SORT_BLOCK = 1024;

const DIGITS = 1 << DIGIT_BITS;

/** Words of the histogram for a number of elements. */
export function histogramWords(elements: number): number {
    return DIGITS * Math.ceil(elements / SORT_BLOCK);
}

/** Words of the places of the digits. */
export const DIGIT_START_WORDS = DIGITS;

/*
 * A stable least-significant-digit radix sort that needs neither subgroups nor an order of execution: the rank of an element among those of its digit in its block is the
 * number of bits before its own in a mask that all threads set together. The first pass takes the keys of all slots and leaves out what is not drawn.
 */

const header = `
struct Plan {
    slots: u32,              // elements of the first pass
    batchQuads: u32,         // quads of an instance of the draw
    indexCount: u32,         // indices of an instance
    shift: u32,              // of this digit in a key
}

const BLOCK = ${SORT_BLOCK}u;
const DIGITS = ${DIGITS}u;
const NOT_DRAWN = 0xffffffffu;

fn digitOf(key: u32, shift: u32) -> u32 {
    return (key >> shift) & (DIGITS - 1u);
}
`;

/** Kernel `radixHistogram`: how often each digit occurs in each block; a row of digits for each block. */
export const radixHistogramKernelWgsl = `${header}
@group(0) @binding(0) var<uniform> plan: Plan;
@group(0) @binding(1) var<storage, read> sortArguments: array<u32>;
@group(0) @binding(2) var<storage, read> keys: array<u32>;
@group(0) @binding(3) var<storage, read_write> histogram: array<u32>;

var<workgroup> counts: array<atomic<u32>, DIGITS>;

@compute @workgroup_size(256)
fn main(@builtin(local_invocation_index) local: u32, @builtin(workgroup_id) group: vec3u) {
    let count = select(sortArguments[3], plan.slots, plan.shift == 0u);
    for (var i = local; i < BLOCK; i += 256u) {
        let at = group.x * BLOCK + i;
        if (at < count) {
            let key = keys[at];
            if (key != NOT_DRAWN) { atomicAdd(&counts[digitOf(key, plan.shift)], 1u); }
        }
    }
    workgroupBarrier();
    if (local < DIGITS) { histogram[group.x * DIGITS + local] = atomicLoad(&counts[local]); }
}
`;

/**
 * Kernel `radixScan`, one workgroup: turns counts of digits into how many of the digit are in the blocks before, and totals into the places of the digits. Four threads share
 * the blocks of a digit. The total becomes the arguments of the dispatches to come and of the draw.
 */
export const radixScanKernelWgsl = `${header}
@group(0) @binding(0) var<uniform> plan: Plan;
@group(0) @binding(1) var<storage, read_write> sortArguments: array<u32>;   // dispatch x, y, z, number of drawn splats
@group(0) @binding(2) var<storage, read_write> drawArguments: array<u32>;   // index count, instances, first index, base vertex, first instance, drawn splats
@group(0) @binding(3) var<storage, read_write> histogram: array<u32>;
@group(0) @binding(4) var<storage, read_write> digitStarts: array<u32>;

var<workgroup> sums: array<u32, 256>;

@compute @workgroup_size(256)
fn main(@builtin(local_invocation_index) local: u32) {
    let digit = local % DIGITS;
    let part = local / DIGITS;
    let count = select(sortArguments[3], plan.slots, plan.shift == 0u);
    let blocks = (count + BLOCK - 1u) / BLOCK;
    let partBlocks = (blocks + 3u) / 4u;
    let first = min(part * partBlocks, blocks);
    let end = min(first + partBlocks, blocks);
    var own = 0u;
    for (var block = first; block < end; block++) { own += histogram[block * DIGITS + digit]; }
    sums[local] = own;
    workgroupBarrier();
    var before = 0u;
    for (var p = 0u; p < part; p++) { before += sums[p * DIGITS + digit]; }
    for (var block = first; block < end; block++) {
        let n = histogram[block * DIGITS + digit];
        histogram[block * DIGITS + digit] = before;
        before += n;
    }
    if (part == 0u) {
        var start = 0u;
        for (var d = 0u; d < digit; d++) { start += sums[d] + sums[DIGITS + d] + sums[2u * DIGITS + d] + sums[3u * DIGITS + d]; }
        digitStarts[digit] = start;
        if (plan.shift == 0u && digit == DIGITS - 1u) {
            let drawn = start + sums[digit] + sums[DIGITS + digit] + sums[2u * DIGITS + digit] + sums[3u * DIGITS + digit];
            sortArguments[0] = (drawn + BLOCK - 1u) / BLOCK;
            sortArguments[1] = 1u;
            sortArguments[2] = 1u;
            sortArguments[3] = drawn;
            drawArguments[0] = plan.indexCount;
            drawArguments[1] = (drawn + plan.batchQuads - 1u) / plan.batchQuads;
            drawArguments[2] = 0u;
            drawArguments[3] = 0u;
            drawArguments[4] = 0u;
            drawArguments[5] = drawn;
        }
    }
}
`;

/** Kernel `radixScatter`: moves each element to its place by this digit. After the last digit nobody needs the keys. */
export const radixScatterKernelWgsl = `${header}
@group(0) @binding(0) var<uniform> plan: Plan;
@group(0) @binding(1) var<storage, read> sortArguments: array<u32>;
@group(0) @binding(2) var<storage, read> histogram: array<u32>;
@group(0) @binding(3) var<storage, read> digitStarts: array<u32>;
@group(0) @binding(4) var<storage, read> keys: array<u32>;
@group(0) @binding(5) var<storage, read> places: array<u32>;
@group(0) @binding(6) var<storage, read_write> sortedKeys: array<u32>;
@group(0) @binding(7) var<storage, read_write> sortedPlaces: array<u32>;

const WORDS = BLOCK / 32u;
const ROUNDS = BLOCK / 256u;

// Bit i of word d * WORDS + w: element 32 w + i of the block has digit d.
var<workgroup> masks: array<atomic<u32>, DIGITS * WORDS>;

@compute @workgroup_size(256)
fn main(@builtin(local_invocation_index) local: u32, @builtin(workgroup_id) group: vec3u) {
    let count = select(sortArguments[3], plan.slots, plan.shift == 0u);
    var own: array<u32, ROUNDS>;
    for (var round = 0u; round < ROUNDS; round++) {
        let i = round * 256u + local;
        let at = group.x * BLOCK + i;
        own[round] = NOT_DRAWN;
        if (at < count) { own[round] = keys[at]; }
        if (own[round] != NOT_DRAWN) { atomicOr(&masks[digitOf(own[round], plan.shift) * WORDS + i / 32u], 1u << (i % 32u)); }
    }
    workgroupBarrier();
    for (var round = 0u; round < ROUNDS; round++) {
        let key = own[round];
        if (key != NOT_DRAWN) {
            let i = round * 256u + local;
            let digit = digitOf(key, plan.shift);
            let row = digit * WORDS;
            var to = digitStarts[digit] + histogram[group.x * DIGITS + digit] + countOneBits(atomicLoad(&masks[row + i / 32u]) & ((1u << (i % 32u)) - 1u));
            for (var word = 0u; word < i / 32u; word++) { to += countOneBits(atomicLoad(&masks[row + word])); }
            if (plan.shift < ${DIGIT_BITS * (KEY_DIGITS - 1)}u) { sortedKeys[to] = key; }
            if (plan.shift == 0u) { sortedPlaces[to] = group.x * BLOCK + i; } else { sortedPlaces[to] = places[group.x * BLOCK + i]; }
        }
    }
}
`;
