import type { IDisposable } from "@babylonjs/core/scene.js";
import type { WebXRSessionManager } from "@babylonjs/core/XR/webXRSessionManager.js";
import { FvvError } from "../../format/fvvError.js";
import type { FvvPlayer } from "../fvvPlayer.js";

/** Options of {@link enableFvvXR}. */
export interface IFvvXROptions {
    /**
     * Most splats of all clips together; each clip gets its part by the splats that it has. Default 200,000; Infinity for no such limit. A player whose own `splatBudget` is
     * smaller keeps that.
     */
    splatBudget?: number;
    /** Time that a frame may take, ms, see `FvvPlayer.targetFrameMs`; null for no such limit. Default: a frame of the session. */
    targetFrameMs?: number | null;
    /** Frames a second to ask the headset for; the nearest one that it has is taken. Default: what it runs at. */
    frameRate?: number;
    /** Fixed foveation, 0 (none) to 1 (most), where the layer of the session has it. Default 1. */
    foveation?: number;
    /** Whether what is between two frames of the clip is shown, see `FvvPlayer.interpolates`. Default true. */
    interpolates?: boolean;
}

/** Defaults of {@link IFvvXROptions}. */
export const FVV_XR_DEFAULTS: Readonly<Required<Pick<IFvvXROptions, "splatBudget" | "foveation" | "interpolates">>> = {
    splatBudget: 200_000,
    foveation: 1,
    interpolates: true,
};

/** Frames a second of a session that does not tell: the least of the headsets sold today, so that nothing is cut for a rate that there is not. */
const UNKNOWN_FRAME_RATE = 72;

type PlayerSettings = Pick<FvvPlayer, "splatBudget" | "targetFrameMs" | "interpolates">;

/**
 * Keeps clips quick enough for a headset: from the first picture of an immersive session to its end, players draw fewer splats where they have to, interpolate between frames,
 * and the periphery is drawn coarsely. What the players were set to before is set again when the session ends. Playing goes on through both.
 * @param session session manager of Babylon's XR experience; a session that runs counts at once
 * @param players players of the clips
 * @param options what to limit
 * @returns ends it, and sets the players and the foveation back, when it is disposed; the frame rate stays
 * @throws FvvError BAD_OPTION for a value out of its range
 */
export function enableFvvXR(session: WebXRSessionManager, players: FvvPlayer | readonly FvvPlayer[], options: IFvvXROptions = {}): IDisposable {
    return new XRSettings(session, Array.isArray(players) ? (players as readonly FvvPlayer[]) : [players as FvvPlayer], { ...FVV_XR_DEFAULTS, ...options });
}

class XRSettings implements IDisposable {
    /** What the players were set to, while a session runs. */
    private _saved: PlayerSettings[] | undefined;
    private _savedFoveation: number | null = null;
    private readonly _observers: { remove(): void }[];
    private _session: XRSession | undefined;
    private readonly _followFrameRate = (): void => this._setFrameTime();

    public constructor(
        private readonly _manager: WebXRSessionManager,
        private readonly _players: readonly FvvPlayer[],
        private readonly _options: IFvvXROptions & typeof FVV_XR_DEFAULTS,
    ) {
        check("splatBudget", _options.splatBudget, 1, Infinity);
        check("foveation", _options.foveation, 0, 1);
        check("frameRate", _options.frameRate ?? UNKNOWN_FRAME_RATE, 1, 1000);
        check("targetFrameMs", _options.targetFrameMs ?? 1, Number.MIN_VALUE, 1e6);
        this._observers = [_manager.onXRReady.add(() => this._enter()), _manager.onXRSessionEnded.add(() => this._leave())];
        // The frame of a session that has ended stays until the next one has its first.
        if (_manager.inXRSession && _manager.currentFrame?.session === _manager.session) {
            this._enter();
        }
    }

    public dispose(): void {
        this._observers.forEach((observer) => observer.remove());
        this._leave();
    }

    private _enter(): void {
        const { _players: players, _options: options, _manager: manager } = this;
        if (this._saved) {
            return;
        }
        this._saved = players.map(({ splatBudget, targetFrameMs, interpolates }) => ({ splatBudget, targetFrameMs, interpolates }));
        const all = players.reduce((sum, { header }) => sum + header.capacity, 0);
        for (const player of players) {
            player.splatBudget = Math.max(1, Math.min(player.splatBudget, Math.floor((options.splatBudget * player.header.capacity) / all)));
            player.interpolates = options.interpolates;
        }
        this._session = manager.session;
        this._session.addEventListener("frameratechange", this._followFrameRate);
        this._setFrameTime();
        this._askForFrameRate();
        // Null where the layer has none.
        this._savedFoveation = manager.fixedFoveation;
        if (manager.isFixedFoveationSupported) {
            manager.fixedFoveation = options.foveation;
        }
    }

    private _leave(): void {
        this._session?.removeEventListener("frameratechange", this._followFrameRate);
        this._session = undefined;
        if (this._savedFoveation !== null && this._manager.inXRSession) {
            this._manager.fixedFoveation = this._savedFoveation;
        }
        this._savedFoveation = null;
        this._saved?.forEach((settings, i) => {
            // A clip that was disposed of meanwhile takes nothing any more.
            if (!this._players[i].mesh.isDisposed()) {
                Object.assign(this._players[i], settings);
            }
        });
        this._saved = undefined;
    }

    private _setFrameTime(): void {
        const { targetFrameMs = 1000 / (this._manager.currentFrameRate ?? UNKNOWN_FRAME_RATE) } = this._options;
        for (const player of this._players) {
            if (player.targetFrameMs !== targetFrameMs) {
                player.targetFrameMs = targetFrameMs;
            }
        }
    }

    private _askForFrameRate(): void {
        const { frameRate } = this._options;
        const rates = this._manager.supportedFrameRates;
        if (frameRate !== undefined && rates?.length) {
            const nearest = rates.reduce((best, rate) => (Math.abs(rate - frameRate) < Math.abs(best - frameRate) ? rate : best));
            // A headset may refuse; what it then runs at counts.
            void this._manager.updateTargetFrameRate(nearest).then(this._followFrameRate, () => {});
        }
    }
}

function check(name: keyof IFvvXROptions, value: number, least: number, most: number): void {
    if (!(value >= least && value <= most)) {
        throw new FvvError("BAD_OPTION", `${name} is ${value}; it must be ${least} to ${most}`, { source: name });
    }
}
