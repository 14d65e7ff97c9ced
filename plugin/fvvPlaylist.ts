import { ImportMeshAsync } from "@babylonjs/core/Loading/sceneLoader.js";
import { TransformNode } from "@babylonjs/core/Meshes/transformNode.js";
import { Observable } from "@babylonjs/core/Misc/observable.js";
import type { Scene } from "@babylonjs/core/scene.js";
import { FvvError } from "../format/fvvError.js";
import type { IFvvLoaderOptions } from "./fvvFileLoader.types.js";
import { FvvPlayer } from "./fvvPlayer.js";

/** How long before its turn a clip is loaded, seconds. */
const LOAD_AHEAD_SECONDS = 5;

/** Options of an {@link FvvPlaylist}. */
export interface IFvvPlaylistOptions {
    /** Whether the first clip follows the last. Default false. */
    loop?: boolean;
    /** Options of the loader, for each clip. */
    fvv?: Partial<IFvvLoaderOptions>;
}

/**
 * Plays clips one after the other without a gap: the next one is loaded, its first frame on the GPU, before the one that plays ends. Where it comes late, the last frame stays until it is there. The loader must be
 * registered.
 */
export class FvvPlaylist {
    /** Parent of whatever clip is shown: move, turn and scale this. */
    public readonly root: TransformNode;
    /** Told the number of the clip that begins. */
    public readonly onItemObservable = new Observable<number>();
    /** Told when the last clip has ended; not when the list loops. */
    public readonly onEndObservable = new Observable<FvvPlaylist>();
    /** Told of a clip that cannot be loaded; it is passed over. */
    public readonly onErrorObservable = new Observable<FvvError>();
    private _item = -1;
    private _player: FvvPlayer | undefined;
    private _next: Promise<FvvPlayer | undefined> | undefined;
    private _hasEnded = false;
    private _isDisposed = false;

    /**
     * @param _urls addresses of the clips
     * @param _scene where they play
     * @param _options how
     */
    public constructor(
        private readonly _urls: readonly string[],
        private readonly _scene: Scene,
        private readonly _options: IFvvPlaylistOptions = {},
    ) {
        if (_urls.length === 0) {
            throw new FvvError("BAD_OPTION", "The playlist has no clips; give it at least one address", { source: "urls" });
        }
        this.root = new TransformNode("playlist", _scene);
    }

    /** Number of the clip that plays, -1 before the first and after the last. */
    public get item(): number {
        return this._item;
    }

    /** Player of that clip. */
    public get player(): FvvPlayer | undefined {
        return this._player;
    }

    /** Loads the first clip and plays, also after the end, or goes on after a pause; settles when it is on screen. */
    public async playAsync(): Promise<void> {
        if (this._isDisposed) {
            throw new FvvError("DISPOSED", "The playlist is disposed; make another");
        }
        if (this._player && !this._hasEnded) {
            this._player.play();
        } else {
            await this._goOnAsync();
        }
    }

    /** Frees all clips and the root. */
    public dispose(): void {
        this._isDisposed = true;
        this._player?.mesh.dispose();
        void this._next?.then((player) => player?.mesh.dispose());
        this.root.dispose();
        this.onItemObservable.clear();
        this.onEndObservable.clear();
        this.onErrorObservable.clear();
    }

    private _after(item: number): number {
        const next = item + 1;
        return next < this._urls.length ? next : this._options.loop ? 0 : -1;
    }

    /** Shows the next clip that can be loaded. */
    private async _goOnAsync(): Promise<void> {
        let failed = 0;
        for (let item = this._after(this._item); item >= 0 && failed < this._urls.length; item = this._after(item)) {
            const player = await (this._next ?? this._loadAsync(item));
            this._next = undefined;
            if (this._isDisposed) {
                player?.mesh.dispose();
                return;
            }
            if (player) {
                this._show(player, item);
                return;
            }
            failed++;
        }
        this._hasEnded = true;
        this._item = -1;
        this.onEndObservable.notifyObservers(this);
    }

    private _show(player: FvvPlayer, item: number): void {
        const before = this._player;
        this._player = player;
        this._item = item;
        this._hasEnded = false;
        player.mesh.setEnabled(true);
        before?.mesh.dispose();
        player.onEndObservable.addOnce(() => void this._goOnAsync());
        player.onFrameObservable.add(() => this._loadAhead(player));
        player.play();
        this.onItemObservable.notifyObservers(item);
    }

    private _loadAhead(player: FvvPlayer): void {
        const next = this._after(this._item);
        if (!this._next && next >= 0 && player.duration - player.currentTime < LOAD_AHEAD_SECONDS) {
            this._next = this._loadAsync(next);
        }
    }

    private async _loadAsync(item: number): Promise<FvvPlayer | undefined> {
        const fvv = { ...this._options.fvv, autoPlay: false, loop: false };
        try {
            const { meshes } = await ImportMeshAsync(this._urls[item], this._scene, { pluginOptions: { fvv } });
            const [mesh] = meshes;
            mesh.setEnabled(false);
            mesh.parent = this.root;
            return FvvPlayer.FromMesh(mesh);
        } catch (error) {
            this.onErrorObservable.notifyObservers(FvvError.From(error, "NETWORK", `Clip ${item} of the playlist cannot be loaded`));
            return undefined;
        }
    }
}
