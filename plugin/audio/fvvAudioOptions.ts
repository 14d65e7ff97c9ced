import type { AudioEngineV2 } from "@babylonjs/core/AudioV2/abstractAudio/audioEngineV2.js";
import type { TransformNode } from "@babylonjs/core/Meshes/transformNode.js";

/** Options of {@link attachFvvAudioAsync}. */
export interface IFvvAudioOptions {
    /** Address of an audio file to play in place of that of the clip. It is streamed; of another origin, its server must allow this page (CORS). Default: the sound of the clip. */
    url?: string;
    /** Time of the clip at which the sound begins, seconds; negative where that was before the clip. Default: as in the file; 0 with a url. */
    startTime?: number;
    /** Volume; 1 is that of the file. Default 1. */
    volume?: number;
    /** Node that the sound is at, for instance `player.mesh`. Default null: it is nowhere, and heard as it is in the file. */
    node?: TransformNode | null;
    /** Whether it is in the middle of the node's bounding box, not at its origin. Default false. */
    useBoundingBox?: boolean;
    /** Audio engine to play by. Default: the one that was made last, else one that is made, without a button to unlock it. */
    engine?: AudioEngineV2;
}
