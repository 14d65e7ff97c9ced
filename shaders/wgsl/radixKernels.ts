import { scanWorkgroupWgsl } from "./scanWorkgroup.js";

/** Bits of a digit; keys have three digits. */
export const DIGIT_BITS = 8;
export const DIGITS = 1 << DIGIT_BITS;
/** Digits of a key: passes of the sort. */
export const KEY_DIGITS = 3;
/** What one workgroup of the sort takes. */
export const SORT_BLOCK_SPLATS = 2048;

/*
 * A stable least-significant-digit radix sort without subgroups: in a workgroup the rank of an element among those of its digit is the number of bits in front of its own in
 * a mask that all threads set together, so that no order of execution matters.
 */

const header = `
override shift: u32 = 0u;
const ROUNDS = ${SORT_BLOCK_SPLATS / 256}u;
const BLOCK = ${SORT_BLOCK_SPLATS}u;
`;

/** Kernel `radixHistogram`: how often each digit occurs in each block; digits are rows of blockStride entries. */
export const radixHistogramKernelWgsl = `${header}
@group(0) @binding(0) var<storage, read> sortArguments: array<u32>;
@group(0) @binding(1) var<storage, read> keys: array<u32>;
@group(0) @binding(2) var<storage, read_write> histogram: array<u32>;

var<workgroup> counts: array<atomic<u32>, 256>;

@compute @workgroup_size(256)
fn main(@builtin(local_invocation_index) local: u32, @builtin(workgroup_id) group: vec3u) {
    let count = sortArguments[3];
    for (var round = 0u; round < ROUNDS; round++) {
        let at = group.x * BLOCK + round * 256u + local;
        if (at < count) { atomicAdd(&counts[(keys[at] >> shift) & 255u], 1u); }
    }
    workgroupBarrier();
    histogram[local * sortArguments[0] + group.x] = atomicLoad(&counts[local]);
}
`;

/** Kernel `radixScan`, one workgroup a digit: turns a digit's counts into how many of it are in the blocks before, and notes the total. */
export const radixScanKernelWgsl = `${scanWorkgroupWgsl}
@group(0) @binding(0) var<storage, read> sortArguments: array<u32>;
@group(0) @binding(1) var<storage, read_write> histogram: array<u32>;
@group(0) @binding(2) var<storage, read_write> totals: array<u32>;

@compute @workgroup_size(256)
fn main(@builtin(local_invocation_index) local: u32, @builtin(workgroup_id) group: vec3u) {
    let blocks = sortArguments[0];
    var before = 0u;
    for (var first = 0u; first < blocks; first += 256u) {
        let at = group.x * blocks + first + local;
        let isInside = first + local < blocks;
        var own = 0u;
        if (isInside) { own = histogram[at]; }
        let sums = scanWorkgroup(local, own);
        if (isInside) { histogram[at] = before + sums.x; }
        before += sums.y;
    }
    if (local == 0u) { totals[group.x] = before; }
}
`;

/** Kernel `radixScatter`: moves each element to its place by this digit. */
export const radixScatterKernelWgsl = `${header}${scanWorkgroupWgsl}
@group(0) @binding(0) var<storage, read> sortArguments: array<u32>;
@group(0) @binding(1) var<storage, read> histogram: array<u32>;
@group(0) @binding(2) var<storage, read> totals: array<u32>;
@group(0) @binding(3) var<storage, read> keys: array<u32>;
@group(0) @binding(4) var<storage, read> places: array<u32>;
@group(0) @binding(5) var<storage, read_write> sortedKeys: array<u32>;
@group(0) @binding(6) var<storage, read_write> sortedPlaces: array<u32>;

// Place of the next element of each digit.
var<workgroup> next: array<u32, 256>;
// Bit i of word 8 d + w: thread 32 w + i has an element of digit d.
var<workgroup> masks: array<atomic<u32>, 2048>;

@compute @workgroup_size(256)
fn main(@builtin(local_invocation_index) local: u32, @builtin(workgroup_id) group: vec3u) {
    let count = sortArguments[3];
    next[local] = scanWorkgroup(local, totals[local]).x + histogram[local * sortArguments[0] + group.x];
    for (var round = 0u; round < ROUNDS; round++) {
        let at = group.x * BLOCK + round * 256u + local;
        let isInside = at < count;
        var key = 0u;
        var digit = 0u;
        if (isInside) {
            key = keys[at];
            digit = (key >> shift) & 255u;
            atomicOr(&masks[8u * digit + local / 32u], 1u << (local % 32u));
        }
        workgroupBarrier();
        if (isInside) {
            var to = next[digit] + countOneBits(atomicLoad(&masks[8u * digit + local / 32u]) & ((1u << (local % 32u)) - 1u));
            for (var word = 0u; word < local / 32u; word++) {
                to += countOneBits(atomicLoad(&masks[8u * digit + word]));
            }
            sortedKeys[to] = key;
            sortedPlaces[to] = places[at];
        }
        workgroupBarrier();
        // Thread d counts digit d and clears its masks for the next round.
        var sum = 0u;
        for (var word = 0u; word < 8u; word++) {
            sum += countOneBits(atomicExchange(&masks[8u * local + word], 0u));
        }
        next[local] += sum;
        workgroupBarrier();
    }
}
`;
