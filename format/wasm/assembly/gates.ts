import { advance, entryOf, keepStates, MASK_CLASS, noteSymbols, refill, STATE_LOW, Streams, SYMBOL_MASK } from "./streams";

/** Where the parts of a gate's context are, by the age of the position's last residual, of the rotation's and of another's. */
const OF_POSITION_AGE: usize = 512;
const OF_ROTATION_AGE: usize = 1024;
const OF_LOOK_AGE: usize = 1536;
const LONG_AGO: u8 = 15;

/** What all slots that have a residual have in common, after {@link gates}. */
let commonGroups: u32 = 0;

/**
 * Reads the gates of a residual frame, see codeGates.
 * @param slotCount active slots
 * @param stride what the class of a mask adds to the next context
 * @param allGroups bits of all groups
 * @returns number of slots in `changed`
 */
export function gates(
    slotCount: u32,
    stride: u32,
    allGroups: u32,
    alive: usize,
    born: usize,
    sincePosition: usize,
    sinceRotation: usize,
    sinceLook: usize,
    changes: usize,
    changed: usize,
): u32 {
    let a = Streams.x0;
    let b = Streams.x1;
    let c = Streams.x2;
    let d = Streams.x3;
    // Behind the end there are zeros: one word of them is taken, so that the frame does not end complete, and then no more.
    let at = Streams.next;
    const last = Streams.end;
    let before: u32 = 0;
    let count: u32 = 0;
    let common = allGroups;
    let to = changed;
    for (let slot: u32 = 0; slot < slotCount; slot++) {
        if ((load<u8>(alive + slot) & ~load<u8>(born + slot)) == 0) {
            store<u8>(changes + slot, 0);
            continue;
        }
        const context = partOf(sincePosition + slot, OF_POSITION_AGE) + partOf(sinceRotation + slot, OF_ROTATION_AGE) + partOf(sinceLook + slot, OF_LOOK_AGE);
        const entry = entryOf(context + (before & MASK_CLASS) * stride, a);
        let x = advance(a, entry);
        if (at <= last) {
            const takes = u32(x < STATE_LOW);
            x = refill(x, takes, load<u16>(at));
            at += takes << 1;
        } else if (x < STATE_LOW) {
            x <<= 16;
        }
        a = b;
        b = c;
        c = d;
        d = x;
        before = entry & SYMBOL_MASK;
        count++;
        const mask = before & allGroups;
        store<u8>(changes + slot, mask);
        store<u32>(to, slot);
        to += usize(mask != 0) << 2;
        common &= mask | (u32(mask != 0) - 1);
    }
    Streams.next = at;
    noteSymbols(count);
    keepStates(count, a, b, c, d);
    commonGroups = common;
    return u32((to - changed) >> 2);
}

/** Part of a context by an age. */
// @ts-ignore: decorator
@inline
function partOf(age: usize, parts: usize): u32 {
    return load<u16>(parts + (usize(load<u8>(age)) << 1));
}

/** Ages of all slots a frame on, after {@link gates}: 0 where there is a residual of these groups. */
export function age(ages: usize, groups: u32, slotCount: u32, alive: usize, born: usize, changes: usize): void {
    let slot: u32 = 0;
    for (; slot + 16 <= slotCount; slot += 16) {
        const isLasting = i8x16.gt_u(v128.load(alive + slot), v128.load(born + slot));
        const isStill = i8x16.eq(v128.and(v128.load(changes + slot), i8x16.splat(i8(groups))), i8x16.splat(0));
        const before = v128.load(ages + slot);
        const after = v128.and(i8x16.sub(before, i8x16.lt_u(before, i8x16.splat(LONG_AGO))), isStill);
        v128.store(ages + slot, v128.bitselect(after, before, isLasting));
    }
    for (; slot < slotCount; slot++) {
        if (load<u8>(alive + slot) > load<u8>(born + slot)) {
            const before: u32 = load<u8>(ages + slot);
            store<u8>(ages + slot, load<u8>(changes + slot) & groups ? 0 : before + u32(before < LONG_AGO));
        }
    }
}

/**
 * Lists the slots that have a residual in a group.
 * @param list where to
 * @param bit of the group
 * @param changed slots that have a residual in any group
 * @param changedCount how many
 * @param changes mask of each slot
 * @returns number of slots in the list
 */
export function listSlots(list: usize, bit: u32, changed: usize, changedCount: u32, changes: usize): u32 {
    if (commonGroups & bit) {
        memory.copy(list, changed, changedCount << 2);
        return changedCount;
    }
    let to = list;
    const end = changed + (changedCount << 2);
    for (let from = changed; from < end; from += 4) {
        const slot = load<u32>(from);
        store<u32>(to, slot);
        to += usize((load<u8>(changes + slot) & bit) != 0) << 2;
    }
    return u32((to - list) >> 2);
}
