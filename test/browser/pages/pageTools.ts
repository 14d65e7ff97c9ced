import { gpuIdleAsync } from "./engines.js";

/** Bytes as text, for the way from the page to the test. */
export function toBase64(bytes: Uint8Array): string {
    let text = "";
    for (let i = 0; i < bytes.length; i += 0x8000) {
        text += String.fromCharCode(...bytes.subarray(i, i + 0x8000));
    }
    return btoa(text);
}

/** Bytes from text, for the way from the test to the page. */
export function fromBase64(text: string): Uint8Array<ArrayBuffer> {
    return Uint8Array.from(atob(text), (letter) => letter.charCodeAt(0));
}

/**
 * Renders until a condition holds; how often depends on the engine, never on the time.
 * @param render draws a frame
 * @param isDone the condition
 */
export async function renderUntilAsync(render: () => void, isDone: () => boolean): Promise<void> {
    while (!isDone()) {
        render();
        await gpuIdleAsync();
        await new Promise((resolve) => setTimeout(resolve, 0));
    }
}

/**
 * Renders until a promise is settled.
 * @param render draws a frame
 * @param promise what to wait for
 */
export async function settledAsync<T>(render: () => void, promise: Promise<T>): Promise<T> {
    let isSettled = false;
    void promise.finally(() => (isSettled = true)).catch(() => {});
    await renderUntilAsync(render, () => isSettled);
    return await promise;
}
