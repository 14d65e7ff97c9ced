import { PropertyLine, TextPropertyLine } from "@babylonjs/inspector";
import { Text, tokens } from "@fluentui/react-components";
import { useEffect, useMemo, type ReactElement } from "react";
import type { FvvPlayer } from "../fvvPlayer.js";
import { formatBytes, formatCount, formatSeconds } from "./formatting.js";
import { useRefresh } from "./hooks.js";
import { GroupHeading } from "./lines.js";
import { polyline, type RingBuffer } from "./ringBuffer.js";
import { StatisticsSampler } from "./statisticsSampler.js";

const REFRESH_MS = 250;
const GRAPH = { width: 120, height: 22 };

/** What a player measures, live while the section is open. */
export function StatisticsLines({ player }: { player: FvvPlayer }): ReactElement {
    const sampler = useMemo(() => new StatisticsSampler(player), [player]);
    useEffect(() => sampler.start(), [sampler]);
    useRefresh(REFRESH_MS);
    const { statistics, streaming } = player;
    return (
        <>
            <GroupHeading title="Statistics" />
            <GraphLine name="Frame time" unit="ms" values={sampler.frameMs} color={tokens.colorPaletteBlueBorderActive} />
            <GraphLine name="Decoding" unit="ms" values={sampler.decodeMs} color={tokens.colorPaletteGreenBorderActive} />
            <GraphLine name="Sorting" unit="ms" values={sampler.sortMs} color={tokens.colorPaletteMarigoldBorderActive} />
            <GraphLine name="Bit rate" unit="Mbps" values={sampler.mbps} color={tokens.colorPaletteBerryBorderActive} />
            <TextPropertyLine label="Splats drawn" value={formatCount(statistics.splatCount)} />
            <TextPropertyLine label="Frames shown, skipped" value={`${formatCount(statistics.shownFrames)}, ${formatCount(statistics.skippedFrames)}`} />
            <TextPropertyLine label="Stalls" value={formatCount(statistics.stalls)} />
            <TextPropertyLine label="In memory" value={`${formatBytes(streaming.memoryBytes)}, ${formatSeconds(streaming.bufferedSeconds)} ahead`} />
            <TextPropertyLine label="Connection" value={streaming.bandwidthMbps === undefined ? "not known" : `${streaming.bandwidthMbps.toFixed(1)} Mbps`} />
        </>
    );
}

/** A measure: its name, its last values as a curve, the newest one. */
function GraphLine({ name, unit, values, color }: { name: string; unit: string; values: RingBuffer; color: string }): ReactElement {
    const { width, height } = GRAPH;
    const now = values.length > 0 ? values.at(values.length - 1) : 0;
    return (
        <PropertyLine label={name}>
            <div style={{ display: "flex", alignItems: "center", gap: 8 }}>
                <svg
                    role="img"
                    aria-label={`${name}, last ${values.length} samples`}
                    width={width}
                    height={height}
                    style={{ background: tokens.colorNeutralBackground4, borderRadius: 3 }}
                >
                    <polyline points={polyline(values, width, height - 2, 1.15 * values.max)} fill="none" stroke={color} strokeWidth={1.5} strokeLinejoin="round" />
                </svg>
                <Text role="status" aria-label={name} size={200} style={{ width: 74, textAlign: "right", fontVariantNumeric: "tabular-nums" }}>
                    {now.toFixed(now < 10 ? 2 : 1)} {unit}
                </Text>
            </div>
        </PropertyLine>
    );
}
