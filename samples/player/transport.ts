import type { FvvPlayer } from "babylon-fvv";
import { Choice, element } from "../common/dom.js";

/** The controls at the foot of the page: play, scrub bar, time, speed, loop; by mouse, touch and keys. */
export class Transport {
    private readonly _play = element<HTMLButtonElement>("play");
    private readonly _scrub = element<HTMLInputElement>("scrub");
    private readonly _time = element("time");
    private readonly _speed = new Choice("speed", (value) => this._player && (this._player.speed = Number(value)));
    private readonly _loop = element<HTMLButtonElement>("loop");
    private _player: FvvPlayer | undefined;
    private _isScrubbing = false;
    private _resumes = false;
    private _wanted: number | undefined;

    public constructor() {
        this._play.addEventListener("click", () => this._toggle());
        this._loop.addEventListener("click", () => this._setLoop(!this._player?.loop));
        this._scrub.addEventListener("input", () => this._scrubTo(Number(this._scrub.value)));
        this._scrub.addEventListener("change", () => this._endScrub());
        window.addEventListener("keydown", (event) => this._key(event));
    }

    /**
     * Takes over a clip.
     * @param player player of the clip
     */
    public attach(player: FvvPlayer): void {
        this._player = player;
        this._wanted = undefined;
        this._scrub.max = String(player.frameCount - 1);
        player.speed = Number(this._speed.value);
        player.loop = this._loop.getAttribute("aria-pressed") === "true";
        player.onPlayStateObservable.add(() => this.showState());
        player.onFrameObservable.add(() => this._showFrame());
        this.showState();
        this._showFrame();
    }

    /** Lets go of the clip: its engine is about to end. */
    public detach(): void {
        this._player = undefined;
        this._wanted = undefined;
        this._isScrubbing = false;
    }

    /** Tells the page whether frames are awaited; called after each render. */
    public showBuffering(): void {
        const isBuffering = String(this._player?.isBuffering === true);
        if (document.body.dataset.buffering !== isBuffering) {
            document.body.dataset.buffering = isBuffering;
        }
    }

    /** Tells the page whether a clip plays, or that there is none. */
    public showState(): void {
        this.showBuffering();
        const isPlaying = this._player?.isPlaying === true;
        document.body.dataset.state = !this._player ? "error" : isPlaying ? "playing" : "paused";
        this._play.setAttribute("aria-label", isPlaying ? "Pause" : "Play");
    }

    private _toggle(): void {
        const player = this._player;
        if (player?.isPlaying) {
            player.pause();
        } else if (player) {
            // At the end of a clip that does not loop, play begins again.
            if (!player.loop && player.currentFrame === player.frameCount - 1) {
                void player.seekFrameAsync(0);
            }
            player.play();
        }
        this.showState();
    }

    private _setLoop(isLooping: boolean): void {
        if (this._player) {
            this._player.loop = isLooping;
            this._loop.setAttribute("aria-pressed", String(isLooping));
        }
    }

    /** Seeks one after the other: while one is under way only the last wish counts. */
    private _scrubTo(frame: number): void {
        const player = this._player;
        if (!player) {
            return;
        }
        if (!this._isScrubbing) {
            this._isScrubbing = true;
            this._resumes = player.isPlaying;
            player.pause();
        }
        const isUnderWay = this._wanted !== undefined;
        this._wanted = frame;
        if (!isUnderWay) {
            void this._followAsync(player);
        }
    }

    private async _followAsync(player: FvvPlayer): Promise<void> {
        while (this._wanted !== undefined && player === this._player) {
            const frame = this._wanted;
            await player.seekFrameAsync(frame);
            if (this._wanted === frame) {
                this._wanted = undefined;
            }
        }
    }

    private _endScrub(): void {
        this._isScrubbing = false;
        if (this._resumes) {
            this._resumes = false;
            this._player?.play();
        }
        this.showState();
    }

    /** A button takes the space bar for itself, the scrub bar and the choices take the arrows. */
    private _key(event: KeyboardEvent): void {
        const player = this._player;
        const isOurs = event.target instanceof HTMLButtonElement ? event.key !== " " : !(event.target instanceof HTMLInputElement) || /^[ k]$/.test(event.key);
        if (!player || event.altKey || event.ctrlKey || event.metaKey || !isOurs) {
            return;
        }
        const steps: Record<string, () => void> = {
            " ": () => this._toggle(),
            k: () => this._toggle(),
            ArrowRight: () => this._step(player.currentFrame + 1),
            ArrowLeft: () => this._step(player.currentFrame - 1),
            Home: () => this._step(0),
            End: () => this._step(player.frameCount - 1),
        };
        if (steps[event.key]) {
            event.preventDefault();
            steps[event.key]();
        }
    }

    private _step(frame: number): void {
        const player = this._player;
        if (player) {
            player.pause();
            void player.seekFrameAsync((frame + player.frameCount) % player.frameCount);
            this.showState();
        }
    }

    private _showFrame(): void {
        const player = this._player;
        if (player) {
            document.body.dataset.frame = String(player.currentFrame);
            if (!this._isScrubbing) {
                this._scrub.value = String(player.currentFrame);
            }
            this._time.textContent = `${(Math.max(player.currentFrame, 0) / player.fps).toFixed(2)} / ${player.duration.toFixed(2)} s`;
        }
    }
}
