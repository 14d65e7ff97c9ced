import { BoundProperty, PropertyLine } from "@babylonjs/inspector";
import { Button, Text, tokens } from "@fluentui/react-components";
import { DismissRegular, NextFrameRegular, PauseRegular, PlayRegular, PreviousFrameRegular } from "@fluentui/react-icons";
import type { ReactElement } from "react";
import type { FvvPlayer } from "../fvvPlayer.js";
import { formatCount, formatSeconds } from "./formatting.js";
import { usePlayerEvents, useRefresh } from "./hooks.js";
import { GroupHeading, SelectLine, SliderLine, SwitchLine, WideLine } from "./lines.js";
import { ScrubBar } from "./scrubBar.js";

/** What is in memory and the range tell nobody when they change. */
const REFRESH_MS = 250;

/** Plays a clip. */
export function TransportLines({ player }: { player: FvvPlayer }): ReactElement {
    return (
        <>
            <GroupHeading title="Playback" />
            <WideLine name="Transport">
                <Transport player={player} />
            </WideLine>
            <BoundProperty
                component={SliderLine}
                label="Speed"
                description="1 is the clip's own, negative is backwards"
                target={player}
                propertyKey="speed"
                min={-4}
                max={4}
                step={0.25}
            />
            <BoundProperty component={SwitchLine} label="Loop" target={player} propertyKey="loop" />
            <RangeLine player={player} />
            {player.streaming.renditions.length > 0 && <RenditionLine player={player} />}
        </>
    );
}

/** Buttons, bar and time: rendered with each frame. */
function Transport({ player }: { player: FvvPlayer }): ReactElement {
    usePlayerEvents(player);
    useRefresh(REFRESH_MS);
    const { isPlaying, isBuffering, frameCount, fps, duration } = player;
    const frame = Math.max(0, player.currentFrame);
    const step = (by: number): void => {
        player.pause();
        void player.seekFrameAsync((frame + by + frameCount) % frameCount);
    };
    return (
        <div role="group" aria-label="Transport" style={{ padding: `${tokens.spacingVerticalXS} 0` }}>
            <div style={{ display: "flex", alignItems: "center", gap: 4 }}>
                <Button size="small" appearance="subtle" aria-label="One frame back" title="One frame back" icon={<PreviousFrameRegular />} onClick={() => step(-1)} />
                <Button
                    size="small"
                    appearance="primary"
                    aria-label={isPlaying ? "Pause" : "Play"}
                    title={isPlaying ? "Pause" : "Play"}
                    icon={isPlaying ? <PauseRegular /> : <PlayRegular />}
                    onClick={() => (isPlaying ? player.pause() : player.play())}
                />
                <Button size="small" appearance="subtle" aria-label="One frame on" title="One frame on" icon={<NextFrameRegular />} onClick={() => step(1)} />
                <Text
                    role="status"
                    aria-label="Time"
                    size={200}
                    style={{ marginLeft: "auto", fontVariantNumeric: "tabular-nums", color: tokens.colorNeutralForeground2 }}
                >
                    {isBuffering ? "waiting · " : ""}
                    {(frame / fps).toFixed(2)} / {formatSeconds(duration)} · frame {formatCount(frame)} of {formatCount(frameCount)}
                </Text>
            </div>
            <ScrubBar player={player} frame={frame} />
        </div>
    );
}

/** A and B. */
function RangeLine({ player }: { player: FvvPlayer }): ReactElement {
    const refresh = useRefresh(REFRESH_MS);
    const setRange = (from: number, to: number): void => {
        player.range = { from, to };
        refresh();
    };
    const { range, duration, fps } = player;
    // What the lines show may be a moment old; a click means the frame that is on screen.
    const now = (): number => Math.max(0, player.currentFrame) / fps;
    const isWhole = range.from === 0 && range.to >= duration;
    return (
        <PropertyLine label="A–B range" description="The part of the clip that is played and looped">
            <div role="group" aria-label="A–B range" style={{ display: "flex", alignItems: "center", gap: 4 }}>
                <Text role="status" aria-label="Range" size={200} style={{ fontVariantNumeric: "tabular-nums", color: tokens.colorNeutralForeground2 }}>
                    {isWhole ? "whole clip" : `${range.from.toFixed(2)} to ${formatSeconds(range.to)}`}
                </Text>
                <Button
                    size="small"
                    aria-label="Begin the range here"
                    title="Begin the range at this frame"
                    disabled={now() + 0.5 / fps > range.to}
                    onClick={() => setRange(now(), player.range.to)}
                    style={{ minWidth: 28 }}
                >
                    A
                </Button>
                <Button
                    size="small"
                    aria-label="End the range here"
                    title="End the range after this frame"
                    onClick={() => setRange(Math.min(player.range.from, now()), now() + 1 / fps)}
                    style={{ minWidth: 28 }}
                >
                    B
                </Button>
                <Button
                    size="small"
                    appearance="subtle"
                    aria-label="Play the whole clip"
                    title="Play the whole clip"
                    icon={<DismissRegular />}
                    disabled={isWhole}
                    onClick={() => setRange(0, duration)}
                />
            </div>
        </PropertyLine>
    );
}

/** Which rendition of a ladder is fetched. */
function RenditionLine({ player: { streaming } }: { player: FvvPlayer }): ReactElement {
    const names = streaming.renditions.map(({ bitrate, splats }, i) => [String(i), `${(bitrate / 1e6).toFixed(1)} Mbps, ${formatCount(splats)} splats`] as const);
    return (
        <BoundProperty
            component={RenditionSelect}
            label="Rendition"
            description="Holds for what is not in memory yet"
            target={streaming}
            propertyKey="fixedRendition"
            defaultValue={null}
            options={[["", "by bandwidth"], ...names]}
        />
    );
}

function RenditionSelect(props: {
    label: string;
    description?: string;
    value: number | null;
    onChange: (value: number | null) => void;
    options: readonly (readonly [string, string])[];
}): ReactElement {
    return <SelectLine {...props} value={props.value === null ? "" : String(props.value)} onChange={(value) => props.onChange(value === "" ? null : Number(value))} />;
}
