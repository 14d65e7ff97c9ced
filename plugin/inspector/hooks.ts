import { useEffect, useReducer } from "react";
import type { FvvPlayer } from "../fvvPlayer.js";
import type { SplatVideoMesh } from "../splatVideoMesh.js";

/**
 * Renders a component again at times, for values that tell nobody when they change.
 * @param milliseconds time in between
 * @returns what renders it at once
 */
export function useRefresh(milliseconds: number): () => void {
    const [, refresh] = useReducer((count: number) => count + 1, 0);
    useEffect(() => {
        const timer = setInterval(refresh, milliseconds);
        return () => clearInterval(timer);
    }, [milliseconds]);
    return refresh;
}

/**
 * Renders a component again with each frame of a clip and each change of its playing.
 * @param player player of the clip
 */
export function usePlayerEvents(player: FvvPlayer): void {
    const [, refresh] = useReducer((count: number) => count + 1, 0);
    useEffect(() => {
        const observers = [player.onFrameObservable.add(refresh), player.onPlayStateObservable.add(refresh), player.onBufferingObservable.add(refresh)];
        return () => observers.forEach((observer) => observer.remove());
    }, [player]);
}

/**
 * Renders a component again when a clip is disposed.
 * @param mesh mesh of the clip, or a clone of it
 */
export function useDisposal(mesh: SplatVideoMesh): void {
    const [, refresh] = useReducer((count: number) => count + 1, 0);
    useEffect(() => {
        const observer = (mesh.source ?? mesh).onDisposeObservable.add(refresh);
        return () => observer.remove();
    }, [mesh]);
}
