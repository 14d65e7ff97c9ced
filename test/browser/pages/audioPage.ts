import { AudioEngineV2 } from "@babylonjs/core/AudioV2/abstractAudio/audioEngineV2.js";
import { CreateAudioEngineAsync } from "@babylonjs/core/AudioV2/webAudio/webAudioEngine.js";
import { ArcRotateCamera } from "@babylonjs/core/Cameras/arcRotateCamera.js";
import type { AbstractEngine } from "@babylonjs/core/Engines/abstractEngine.js";
import { ImportMeshAsync } from "@babylonjs/core/Loading/sceneLoader.js";
import { Vector3 } from "@babylonjs/core/Maths/math.vector.js";
import { TransformNode } from "@babylonjs/core/Meshes/transformNode.js";
import { Scene } from "@babylonjs/core/scene.js";
import { attachFvvAudioAsync, FvvError, FvvPlayer, type FvvAudio } from "../../../plugin/index.js";
import { createEngineAsync } from "./engines.js";
import { SoundTap } from "./soundTap.js";

let engine: AbstractEngine;
let scene: Scene;
let player: FvvPlayer;
let audio: FvvAudio;
const told: string[] = [];

/** The panners that Babylon made: where Web Audio hears a sound from. */
const panners: PannerNode[] = [];
const PlainPannerNode = PannerNode;
window.PannerNode = class extends PlainPannerNode {
    public constructor(context: BaseAudioContext, options?: PannerOptions) {
        super(context, options);
        panners.push(this);
    }
};

/** The media elements that were made. */
const elements: HTMLAudioElement[] = [];
/** Told when one is made. */
let onElement = (): void => {};
const PlainAudio = Audio;
window.Audio = class extends PlainAudio {
    public constructor(src?: string) {
        super(src);
        elements.push(this);
        onElement();
    }
};

/** What was measured while sound and picture ran together. */
export interface IDriftRun {
    /** Seconds of the page's clock. */
    seconds: number;
    /** Renders in which it could be told what is heard. */
    count: number;
    /** Farthest that what is heard was from what is seen, ms of the clip. */
    worstMs: number;
    /** Renders in which they were farther apart than 40 ms of the clip. */
    farCount: number;
    /** In 95 of 100 renders they were not farther apart than this, ms of the clip. */
    p95Ms: number;
    /** How far what is heard is ahead, in the middle of all renders and of the last ones, ms of the clip. */
    meanMs: number;
    lastMs: number;
    /** Farthest that they were by what the sound tells itself, `FvvAudio.drift`, ms of the clip. */
    toldMs: number;
    /** How fast the clip went. */
    speed: number;
    /** How often the two came apart, and had to join again. What is measured is while they ran together. */
    cuts: number;
}

/** A render: what of the clip was shown, and which sample of the sound was heard when its time was taken. */
interface IRender {
    time: number;
    sample: number;
}

/** Renders at the end that count as the last ones. */
const LAST = 20;
/** What is farther apart is noticed, ms. */
const FAR_MS = 40;

function middle(values: number[]): number {
    return [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)];
}

/** Settles in the render in which something is so. */
function renderedAsync(isSo: () => boolean): Promise<void> {
    return new Promise((resolve) => {
        const observer = scene.onAfterRenderObservable.add(() => {
            if (isSo()) {
                observer.remove();
                resolve();
            }
        });
    });
}

/** Something that is so from the given time of asking on. */
function countdown(count: number): () => boolean {
    let asked = 0;
    return () => ++asked >= count;
}

/** Looks through another camera for two renders; tells what the ears are at then. */
async function lookElsewhereAsync(): Promise<string | undefined> {
    const camera = scene.activeCamera;
    scene.activeCamera = new ArcRotateCamera("other", 0, 1, 3, Vector3.Zero(), scene);
    await renderedAsync(countdown(2));
    const name = audio.engine.listener.attachedNode?.name;
    scene.activeCamera = camera;
    return name;
}

const api = {
    /** Loads a clip into a scene that is rendered as in any application. */
    async start(url: string): Promise<void> {
        engine = await createEngineAsync("webgl2", 64, 64);
        scene = new Scene(engine);
        new ArcRotateCamera("camera", 0, 1, 3, Vector3.Zero(), scene);
        engine.runRenderLoop(() => scene.render());
        await api.load(url);
    },

    async load(url: string): Promise<void> {
        const { meshes } = await ImportMeshAsync(url, scene, { pluginOptions: { fvv: { autoPlay: false } } });
        player = FvvPlayer.FromMesh(meshes[0]) as FvvPlayer;
    },

    /** Attaches the sound of the clip, or of another address; tells its error, if it has one. */
    async attach(url?: string): Promise<string | undefined> {
        try {
            audio = await attachFvvAudioAsync(player, { url });
        } catch (error) {
            return error instanceof FvvError ? error.code : String(error);
        }
        told.length = 0;
        audio.onBlockedObservable.add(() => told.push("blocked"));
        audio.onUnblockedObservable.add(() => told.push("unblocked"));
        return undefined;
    },

    /** Disposes of the clip while its sound is loading; tells the error of that, and how many audio engines are left of it. */
    async attachTooLate(url?: string): Promise<{ error: string | undefined; engines: number }> {
        const before = AudioEngineV2.Instances.length;
        const error = api.attach(url);
        if (url !== undefined) {
            await new Promise<void>((resolve) => (onElement = resolve));
        }
        player.mesh.dispose();
        return { error: await error, engines: AudioEngineV2.Instances.length - before };
    },

    /** Attaches the sound after the page's audio engine was disposed of, and again when the page has made one of its own; whether both are heard by what there is. */
    async attachByOtherEngines(): Promise<boolean[]> {
        await api.attach();
        audio.engine.dispose();
        audio.dispose();
        await api.attach();
        const { engine: made } = audio;
        const own = await CreateAudioEngineAsync({ disableDefaultUI: true });
        const { engine: used } = await attachFvvAudioAsync(player);
        const outcome = [AudioEngineV2.Instances.includes(made), used === own];
        player.mesh.dispose();
        outcome.push(!AudioEngineV2.Instances.includes(made));
        own.dispose();
        return outcome;
    },

    /** Plays at a speed from the beginning on and compares what is heard with what is seen, from when sound and picture have joined. */
    async measure(speed: number, seconds: number): Promise<IDriftRun> {
        player.speed = speed;
        player.play();
        await player.seekFrameAsync(0);
        await renderedAsync(() => audio.isPlaying);
        const tap = await SoundTap.OpenAsync();
        const run: IDriftRun = { seconds: 0, count: 0, worstMs: 0, farCount: 0, p95Ms: 0, meanMs: 0, lastMs: 0, toldMs: 0, speed: 0, cuts: 0 };
        const renders: IRender[] = [];
        let now = 0;
        const observer = scene.onBeforeAnimationsObservable.add(() => (now = performance.now()));
        await renderedAsync(() => now > 0);
        const start = { now, clip: player.currentTime };
        // What was made before anybody listened cannot be compared.
        const first = tap.sampleAt(now + 500);
        let wasPlaying = true;
        await renderedAsync(() => {
            const sample = tap.sampleAt(now);
            if (audio.isPlaying && sample > first) {
                renders.push({ time: player.currentTime, sample });
                run.toldMs = Math.max(run.toldMs, 1000 * Math.abs(audio.drift));
            }
            run.cuts += wasPlaying && !audio.isPlaying ? 1 : 0;
            wasPlaying = audio.isPlaying;
            run.seconds = (now - start.now) / 1000;
            run.speed = (player.currentTime - start.clip) / run.seconds;
            return run.seconds >= seconds && renders.length >= LAST;
        });
        observer.remove();
        await tap.heardAsync(renders[renders.length - 1].sample);
        const drifts = renders.flatMap(({ time, sample }) => {
            const heard = tap.timeAt(sample, time);
            return heard === undefined ? [] : [1000 * (heard - time)];
        });
        tap.dispose();
        const apart = drifts.map(Math.abs).sort((a, b) => a - b);
        run.count = apart.length;
        run.worstMs = apart[apart.length - 1];
        run.farCount = apart.filter((value) => value > FAR_MS).length;
        run.p95Ms = apart[Math.floor(0.95 * (apart.length - 1))];
        run.meanMs = middle(drifts);
        run.lastMs = middle(drifts.slice(-LAST));
        return run;
    },

    /** Seeks while playing; how far sound and picture are apart once both go on. */
    async seek(frame: number): Promise<{ frame: number; driftMs: number }> {
        await player.seekFrameAsync(frame);
        const shown = player.currentFrame;
        await renderedAsync(() => audio.isPlaying);
        return { frame: shown, driftMs: 1000 * audio.drift };
    },

    /** Plays to the end and round; how far they are apart then. */
    async loopOnce(): Promise<{ time: number; driftMs: number }> {
        await player.seekFrameAsync(player.frameCount - 10);
        let hasLooped = false;
        player.onLoopObservable.addOnce(() => (hasLooped = true));
        await renderedAsync(() => hasLooped && audio.isPlaying && player.currentTime < 1);
        return { time: player.currentTime, driftMs: 1000 * audio.drift };
    },

    /** Whether the sound stands when the clip does. */
    async pause(): Promise<boolean> {
        player.pause();
        await renderedAsync(() => !audio.isPlaying);
        return audio.isPlaying;
    },

    /** Hangs the sound on a node that moves, and tells where it is heard from, and whether it is heard from where the camera is. */
    async place(position: [number, number, number]): Promise<{ position: number[]; listener: string | undefined }> {
        const node = new TransformNode("speaker", scene);
        node.position = Vector3.FromArray(position);
        audio.attachTo(node);
        const heard = (): Vector3 => {
            const { positionX, positionY, positionZ } = panners.at(-1);
            return new Vector3(positionX.value, positionY.value, positionZ.value);
        };
        // A panner moves smoothly.
        await renderedAsync(() => panners.length > 0 && heard().equalsWithEpsilon(node.position, 1e-3));
        return { position: heard().asArray().map(Math.round), listener: audio.engine.listener.attachedNode?.name };
    },

    /** Renders nothing until the sound has stopped by itself, then goes on; how long that was by the page's clock and by the picture's, and how far the two are apart when they have joined. */
    async hide(): Promise<{ hiddenMs: number; wentMs: number; driftMs: number }> {
        player.play();
        await player.seekFrameAsync(0);
        await renderedAsync(() => audio.isPlaying);
        const before = { time: player.currentTime, now: performance.now() };
        engine.stopRenderLoop();
        await new Promise((resolve) => elements.at(-1)?.addEventListener("pause", resolve, { once: true }));
        engine.runRenderLoop(() => scene.render());
        await renderedAsync(() => true);
        const [hiddenMs, wentMs] = [performance.now() - before.now, 1000 * (player.currentTime - before.time)];
        await renderedAsync(() => audio.isPlaying);
        return { hiddenMs, wentMs, driftMs: 1000 * audio.drift };
    },

    /** Gives another clip its sound, at a place too, disposes of the first one and looks through another camera; tells where the ears are then. */
    async passOn(url: string): Promise<string | undefined> {
        const first = player;
        audio.attachTo(first.mesh);
        await api.load(url);
        await api.attach();
        audio.attachTo(player.mesh);
        await renderedAsync(countdown(2));
        first.mesh.dispose();
        return await lookElsewhereAsync();
    },

    /** Puts the ears at a node, then at a place, and looks through another camera each time; tells where the ears are. */
    async listenElsewhere(place: [number, number, number]): Promise<(string | number[] | undefined)[]> {
        const { listener } = audio.engine;
        listener.attach(new TransformNode("ears", scene));
        const node = await lookElsewhereAsync();
        listener.detach();
        listener.position = Vector3.FromArray(place);
        return [node, await lookElsewhereAsync(), listener.position.asArray()];
    },

    /** Puts the ears at a place before any sound is at one; tells where they are. */
    async listenFirst(place: [number, number, number]): Promise<{ node: string | undefined; position: number[] }> {
        const { listener } = audio.engine;
        listener.position = Vector3.FromArray(place);
        audio.attachTo(player.mesh);
        await renderedAsync(countdown(2));
        return { node: listener.attachedNode?.name, position: listener.position.asArray() };
    },

    /** Mutes the sound, or not; tells the volume once it is what it is to be. */
    async mute(isMuted: boolean): Promise<number> {
        audio.isMuted = isMuted;
        const wanted = isMuted ? 0 : audio.volume;
        await renderedAsync(() => Math.abs(audio.sound.volume - wanted) < 1e-3);
        return Math.round(audio.sound.volume);
    },

    /** Disposes of the clip; what is left of its sound. */
    dispose(): { engines: number; sounds: number; hasClock: boolean } {
        player.mesh.dispose();
        return { engines: AudioEngineV2.Instances.length, sounds: audio.engine.sounds.length, hasClock: player.masterClock !== null };
    },
};

/** Plays a clip by itself and logs what becomes of its sound: whatever a test calls in a page counts as done by the user. */
async function playAloneAsync(url: string): Promise<void> {
    await api.start(url);
    await api.attach();
    player.play();
    await renderedAsync(() => audio.isBlocked && player.currentFrame >= 10);
    console.log(`blocked ${JSON.stringify({ told, isPlaying: audio.isPlaying })}`);
    await renderedAsync(() => audio.isPlaying);
    console.log(`joined ${JSON.stringify({ told, isBlocked: audio.isBlocked, time: player.currentTime, driftMs: 1000 * audio.drift })}`);
}

const alone = new URLSearchParams(location.search).get("alone");
if (alone !== null) {
    void playAloneAsync(alone);
}

export type AudioPageApi = typeof api;

Object.assign(window, { fvvTest: api });
