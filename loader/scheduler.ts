/**
 * A function that calls back after the messages that wait, without the 4 ms that browsers add to nested timers. One callback at a
 * time.
 */
export function createScheduler(): (callback: () => void) => void {
    const channel = new MessageChannel();
    let waiting: (() => void) | undefined;
    channel.port1.onmessage = () => {
        const callback = waiting;
        waiting = undefined;
        callback?.();
    };
    // In Node it would keep the process from ending.
    (channel.port1 as { unref?: () => void }).unref?.();
    return (callback) => {
        waiting = callback;
        channel.port2.postMessage(0);
    };
}
