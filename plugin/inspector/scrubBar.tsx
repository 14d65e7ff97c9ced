import { Slider, tokens } from "@fluentui/react-components";
import { useMemo, useState, type ReactElement } from "react";
import type { FvvPlayer } from "../fvvPlayer.js";
import { layoutRanges, type IBarPart } from "./layoutRanges.js";
import { Scrubber } from "./scrubber.js";

/** Room at both ends of Fluent's slider, where its handle hangs over. */
const INSET = 8;

/** The place in a clip: shows what is in memory and the A-B range, and moves. */
export function ScrubBar({ player, frame }: { player: FvvPlayer; frame: number }): ReactElement {
    const scrubber = useMemo(() => new Scrubber(player), [player]);
    // Until the frame is there, the handle stays where the hand has put it.
    const [wanted, setWanted] = useState<number | undefined>(undefined);
    const { duration, frameCount, range, streaming } = player;
    const buffered = layoutRanges(streaming.buffered, duration);
    const isWhole = range.from === 0 && range.to >= duration;
    return (
        <div style={{ marginTop: 2 }}>
            <Slider
                aria-label="Position"
                aria-valuetext={`frame ${frame} of ${frameCount}`}
                size="small"
                min={0}
                max={frameCount - 1}
                value={wanted ?? frame}
                onPointerDown={() => scrubber.begin()}
                onPointerUp={() => scrubber.end()}
                onChange={(_, data) => {
                    player.pause();
                    setWanted(data.value);
                    void scrubber.moveToAsync(data.value).then(() => setWanted(undefined));
                }}
                style={{ width: "100%", minWidth: 0 }}
            />
            <div role="img" aria-label={`In memory: ${describe(streaming.buffered)}`} style={{ position: "relative", height: 3, margin: `-2px ${INSET}px 2px` }}>
                <Bar parts={[{ left: 0, width: 100 }]} color={tokens.colorNeutralStroke2} />
                <Bar parts={buffered} color={tokens.colorPaletteGreenBorderActive} />
            </div>
            {!isWhole && (
                <div style={{ position: "relative", height: 3, margin: `0 ${INSET}px` }}>
                    <Bar parts={layoutRanges([range], duration)} color={tokens.colorPaletteMarigoldBorderActive} />
                </div>
            )}
        </div>
    );
}

function Bar({ parts, color }: { parts: readonly IBarPart[]; color: string }): ReactElement {
    return (
        <>
            {parts.map(({ left, width }) => (
                <div key={left} style={{ position: "absolute", inset: 0, left: `${left}%`, width: `${width}%`, background: color, borderRadius: 2 }} />
            ))}
        </>
    );
}

function describe(ranges: readonly { from: number; to: number }[]): string {
    return ranges.map(({ from, to }) => `${from.toFixed(2)} to ${to.toFixed(2)} s`).join(", ") || "nothing";
}
