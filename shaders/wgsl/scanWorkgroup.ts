/** Sums within a workgroup of 256 threads, with few barriers: groups of 16 are added up by one thread each, the rest each thread adds for itself. */
export const scanWorkgroupWgsl = `
var<workgroup> scanned: array<u32, 256>;
var<workgroup> scannedGroups: array<u32, 16>;

// Sum of the values of the threads before this one, and of all. All threads of the workgroup call it.
fn scanWorkgroup(local: u32, value: u32) -> vec2u {
    scanned[local] = value;
    workgroupBarrier();
    if (local < 16u) {
        var sum = 0u;
        for (var i = 0u; i < 16u; i++) { sum += scanned[16u * local + i]; }
        scannedGroups[local] = sum;
    }
    workgroupBarrier();
    var before = 0u;
    var all = 0u;
    for (var group = 0u; group < 16u; group++) {
        if (group == local / 16u) { before = all; }
        all += scannedGroups[group];
    }
    for (var i = local & 240u; i < local; i++) { before += scanned[i]; }
    workgroupBarrier();
    return vec2u(before, all);
}
`;
