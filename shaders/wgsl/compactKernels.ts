import { scanWorkgroupWgsl } from "./scanWorkgroup.js";

/** Slots of a block: what one workgroup of `project` and `compact` takes. */
export const BLOCK_SLOTS = 256;

/**
 * Kernel `scanBlocks`, one workgroup: turns the counts of drawn splats of the blocks into the places of their first, and the total into the arguments of the
 * sort's dispatches and of the draw.
 */
export const scanBlocksKernelWgsl = `${scanWorkgroupWgsl}
struct Plan {
    blocks: u32,             // of all layers
    sortBlockSplats: u32,    // what one workgroup of the sort takes
    batchQuads: u32,         // quads of an instance
    indexCount: u32,         // of an instance
}

@group(0) @binding(0) var<uniform> plan: Plan;
@group(0) @binding(1) var<storage, read_write> blockCounts: array<u32>;
@group(0) @binding(2) var<storage, read_write> sortArguments: array<u32>;   // dispatch x, y, z, number of drawn splats
@group(0) @binding(3) var<storage, read_write> drawArguments: array<u32>;   // index count, instances, first index, base vertex, first instance, drawn splats

@compute @workgroup_size(256)
fn main(@builtin(local_invocation_index) local: u32) {
    var before = 0u;
    for (var first = 0u; first < plan.blocks; first += 256u) {
        let at = first + local;
        var own = 0u;
        if (at < plan.blocks) { own = blockCounts[at]; }
        let sums = scanWorkgroup(local, own);
        if (at < plan.blocks) { blockCounts[at] = before + sums.x; }
        before += sums.y;
    }
    if (local == 0u) {
        sortArguments[0] = (before + plan.sortBlockSplats - 1u) / plan.sortBlockSplats;
        sortArguments[1] = 1u;
        sortArguments[2] = 1u;
        sortArguments[3] = before;
        drawArguments[0] = plan.indexCount;
        drawArguments[1] = (before + plan.batchQuads - 1u) / plan.batchQuads;
        drawArguments[2] = 0u;
        drawArguments[3] = 0u;
        drawArguments[4] = 0u;
        drawArguments[5] = before;
    }
}
`;

/** Kernel `compact`: writes keys and places of what is drawn one after the other, in the order of slots. */
export const compactKernelWgsl = `
@group(0) @binding(0) var<storage, read> keys: array<u32>;
@group(0) @binding(1) var<storage, read> blockStarts: array<u32>;
@group(0) @binding(2) var<storage, read_write> drawnKeys: array<u32>;
@group(0) @binding(3) var<storage, read_write> drawnPlaces: array<u32>;

// Bit i of word w: thread 32 w + i has something to write.
var<workgroup> drawn: array<atomic<u32>, 8>;

@compute @workgroup_size(256)
fn main(@builtin(global_invocation_id) id: vec3u, @builtin(local_invocation_index) local: u32, @builtin(workgroup_id) group: vec3u) {
    let key = keys[id.x];
    let isDrawn = key != 0xffffffffu;
    if (isDrawn) { atomicOr(&drawn[local / 32u], 1u << (local % 32u)); }
    workgroupBarrier();
    if (isDrawn) {
        var at = blockStarts[group.x] + countOneBits(atomicLoad(&drawn[local / 32u]) & ((1u << (local % 32u)) - 1u));
        for (var word = 0u; word < local / 32u; word++) {
            at += countOneBits(atomicLoad(&drawn[word]));
        }
        drawnKeys[at] = key;
        drawnPlaces[at] = id.x;
    }
}
`;
