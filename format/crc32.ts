const TABLES = makeTables();

/** Slicing-by-4 tables of the reflected polynomial 0xEDB88320. */
function makeTables(): Uint32Array {
    const tables = new Uint32Array(4 * 256);
    for (let i = 0; i < 256; i++) {
        let c = i;
        for (let k = 0; k < 8; k++) {
            c = c & 1 ? (c >>> 1) ^ 0xedb88320 : c >>> 1;
        }
        tables[i] = c;
    }
    for (let i = 0; i < 256; i++) {
        for (let t = 1; t < 4; t++) {
            const c = tables[(t - 1) * 256 + i];
            tables[t * 256 + i] = (c >>> 8) ^ tables[c & 255];
        }
    }
    return tables;
}

/**
 * CRC-32 as in ISO 3309, zlib and PNG (polynomial 0x04C11DB7 reflected, initial value and final xor 0xFFFFFFFF).
 * @param bytes bytes to check
 * @param previous CRC of the bytes before these, 0 at the start
 */
export function crc32(bytes: Uint8Array, previous = 0): number {
    const t = TABLES;
    let c = ~previous;
    let i = 0;
    const last = bytes.length - 3;
    for (; i < last; i += 4) {
        c ^= bytes[i] | (bytes[i + 1] << 8) | (bytes[i + 2] << 16) | (bytes[i + 3] << 24);
        c = t[768 + (c & 255)] ^ t[512 + ((c >>> 8) & 255)] ^ t[256 + ((c >>> 16) & 255)] ^ t[c >>> 24];
    }
    for (; i < bytes.length; i++) {
        c = (c >>> 8) ^ t[(c ^ bytes[i]) & 255];
    }
    return ~c >>> 0;
}
