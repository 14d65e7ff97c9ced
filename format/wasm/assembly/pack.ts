/** Channels of a state before the spherical harmonics, in order. */
const POSITION: usize = 0;
const ROTATION: usize = 3;
const LEFT_OUT: usize = 6;
const SCALE: usize = 7;
const OPACITY: usize = 10;
const COLOR: usize = 11;

/** Where the codes of the slots that are packed are. */
let codes: usize = 0;
let codeBytes: usize = 0;

/**
 * Packs splats as the GPU reads them: see IFramePacket, in ../../../loader.
 * @param count number of splats; up to three more are read and written
 * @param codesAt codes of the first one in the first channel; the other channels' follow, each `codeStride` bytes on
 * @param a where the four words of texel A of each go
 * @param b where the two words of texel B go
 */
export function packSplats(count: u32, codesAt: usize, codeStride: usize, a: usize, b: usize): void {
    codeBytes = codeStride;
    const end = codesAt + (count << 2);
    for (codes = codesAt; codes < end; codes += 16) {
        packTexelsA(a);
        packTexelsB(b);
        a += 64;
        b += 32;
    }
}

/** Codes of four splats in a channel. */
// @ts-ignore: decorator
@inline
function codesOf(channel: usize): v128 {
    return v128.load(codes + channel * codeBytes);
}

// @ts-ignore: decorator
@inline
function packTexelsA(to: usize): void {
    const x = v128.or(codesOf(POSITION), highBits(codesOf(COLOR), 3, 23));
    const y = v128.or(codesOf(POSITION + 1), highBits(codesOf(COLOR + 1), 3, 23));
    const z = v128.or(codesOf(POSITION + 2), highBits(codesOf(COLOR + 2), 3, 23));
    const c01 = v128.or(i32x4.shr_u(codesOf(ROTATION), 2), highBits(codesOf(ROTATION + 1), 2, 10));
    const c2 = v128.or(highBits(codesOf(ROTATION + 2), 2, 20), i32x4.shl(codesOf(LEFT_OUT), 30));
    const w = v128.or(c01, c2);
    const xy01 = v128.shuffle<i32>(x, y, 0, 4, 1, 5);
    const xy23 = v128.shuffle<i32>(x, y, 2, 6, 3, 7);
    const zw01 = v128.shuffle<i32>(z, w, 0, 4, 1, 5);
    const zw23 = v128.shuffle<i32>(z, w, 2, 6, 3, 7);
    v128.store(to, v128.shuffle<i64>(xy01, zw01, 0, 2));
    v128.store(to, v128.shuffle<i64>(xy01, zw01, 1, 3), 16);
    v128.store(to, v128.shuffle<i64>(xy23, zw23, 0, 2), 32);
    v128.store(to, v128.shuffle<i64>(xy23, zw23, 1, 3), 48);
}

// @ts-ignore: decorator
@inline
function packTexelsB(to: usize): void {
    const red = i32x4.shl(v128.and(codesOf(COLOR), i32x4.splat(7)), 26);
    const green = i32x4.shl(codesOf(COLOR + 1), 29);
    const blue = i32x4.shl(v128.and(codesOf(COLOR + 2), i32x4.splat(7)), 13);
    const scales = v128.or(codesOf(SCALE), i32x4.shl(codesOf(SCALE + 1), 13));
    const x = v128.or(scales, v128.or(red, green));
    const c0 = i32x4.shl(v128.and(codesOf(ROTATION), i32x4.splat(3)), 26);
    const c1 = i32x4.shl(v128.and(codesOf(ROTATION + 1), i32x4.splat(3)), 28);
    const c2 = i32x4.shl(codesOf(ROTATION + 2), 30);
    const rest = v128.or(v128.or(codesOf(SCALE + 2), blue), i32x4.shl(codesOf(OPACITY), 16));
    const y = v128.or(rest, v128.or(c0, v128.or(c1, c2)));
    v128.store(to, v128.shuffle<i32>(x, y, 0, 4, 1, 5));
    v128.store(to, v128.shuffle<i32>(x, y, 2, 6, 3, 7), 16);
}

/** The bits of codes from one on, at another place. */
// @ts-ignore: decorator
@inline
function highBits(code: v128, from: i32, to: i32): v128 {
    return i32x4.shl(i32x4.shr_u(code, from), to);
}
