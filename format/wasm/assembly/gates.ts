import { slotAfter } from "./batches";
import { advance, keepStates, refill, STATE_LOW, Streams } from "./streams";

/** Where the parts of a gate's context are, by the age of the position's last residual, of the rotation's and of another's. */
const OF_POSITION_AGE: usize = 512;
const OF_ROTATION_AGE: usize = 1024;
const OF_LOOK_AGE: usize = 1536;
const LONG_AGO: u32 = 15;
const POSITION: u32 = 1;
const ROTATION: u32 = 2;
const LOOK: u32 = ~(POSITION | ROTATION);

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
    // Behind the end there is a zero to take, once: then it stays where it is.
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
        const position: u32 = load<u8>(sincePosition + slot);
        const rotation: u32 = load<u8>(sinceRotation + slot);
        const look: u32 = load<u8>(sinceLook + slot);
        const context = load<u16>(position << 1, OF_POSITION_AGE) + load<u16>(rotation << 1, OF_ROTATION_AGE) + load<u16>(look << 1, OF_LOOK_AGE);
        const word = slotAfter(before, context, stride, a);
        let x = advance(a, word);
        if (at <= last) {
            const takes = u32(x < STATE_LOW);
            x = refill(x, takes, at);
            at += takes << 1;
        } else if (x < STATE_LOW) {
            x <<= 16;
        }
        a = b;
        b = c;
        c = d;
        d = x;
        before = word & 255;
        count++;
        const mask = before & allGroups;
        store<u8>(changes + slot, mask);
        store<u8>(sincePosition + slot, next(position, mask & POSITION));
        store<u8>(sinceRotation + slot, next(rotation, mask & ROTATION));
        store<u8>(sinceLook + slot, next(look, mask & LOOK));
        store<u32>(to, slot);
        to += usize(mask != 0) << 2;
        common &= mask | (u32(mask != 0) - 1);
    }
    Streams.next = at;
    keepStates(count, a, b, c, d);
    commonGroups = common;
    return u32((to - changed) >> 2);
}

/** An age a frame on: 0 where there is a residual. */
// @ts-ignore: decorator
@inline
function next(age: u32, residual: u32): u32 {
    return (age + u32(age < LONG_AGO)) & (u32(residual != 0) - 1);
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
