import { expect } from "chai";
import type { IAnswer, IServedRequest } from "./fakeServer.js";
import type { FrameDigest, HeadlessPlayer } from "./headlessPlayer.js";
import type { IServedPlayer } from "./servedPlayer.js";

/** Ticks in which anything that waits for nothing but itself is done: longer than a read with all its attempts. */
const LONG = 12_000;

/**
 * Expects that all frames that were shown are as encoded, never a mix.
 * @param headless the player
 * @param digests of each frame, by rendition where there are several
 */
export function expectGenuine(headless: HeadlessPlayer, ...digests: readonly FrameDigest[][]): void {
    for (const { frame, digest, rendition } of headless.shown) {
        expect(digest === digests[rendition][frame], `frame ${frame} of rendition ${rendition}`).to.equal(true);
    }
}

/**
 * Seeks, plays on from there and expects each frame on the way.
 * @param headless the player
 * @param from first frame
 * @param to last frame
 */
export async function expectPlaysAsync(headless: HeadlessPlayer, from: number, to: number): Promise<void> {
    const known = headless.shown.length;
    expect(await headless.seekAsync(from), `seek to ${from}`).to.equal(true);
    headless.player.play();
    await headless.tickUntilAsync(() => headless.frame >= to, LONG);
    headless.player.pause();
    const shown = new Set(headless.shown.slice(known).map(({ frame }) => frame));
    for (let frame = from; frame <= to; frame++) {
        expect(shown.has(frame) || frame === from, `frame ${frame} is shown`).to.equal(true);
    }
}

/**
 * Plays to the end, once.
 * @param headless the player
 */
export async function playThroughAsync(headless: HeadlessPlayer): Promise<void> {
    const { player } = headless;
    player.loop = false;
    player.play();
    await headless.tickUntilAsync(() => !player.isPlaying, LONG);
}

/**
 * A script for the requests of a part of the file; all others are answered well.
 * @param part where they begin
 * @param answer how they are answered, by their number
 */
export function onlyFor(part: { from: number; to: number }, answer: (number: number) => IAnswer): (request: IServedRequest) => IAnswer {
    let number = 0;
    return ({ start, end }) => (start >= part.from && start < part.to && end !== 65536 ? answer(number++) : {});
}

/** Errors of a player so far: code and severity of each. */
export function errorsOf({ headless }: IServedPlayer): string[] {
    return headless.errors.map(({ code, severity }) => `${code} ${severity}`);
}
