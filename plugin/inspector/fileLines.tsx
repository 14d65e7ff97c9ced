import { ButtonLine, MessageBar, TextPropertyLine } from "@babylonjs/inspector";
import { Text, tokens } from "@fluentui/react-components";
import { useState, type ReactElement } from "react";
import type { FvvPlayer } from "../fvvPlayer.js";
import { formatBytes, formatCount, formatSeconds } from "./formatting.js";
import { useRefresh } from "./hooks.js";
import { GroupHeading, WideLine } from "./lines.js";
import { measureSegmentAsync, type ISegmentMeasure } from "./measureSegment.js";

/** The rendition on screen changes, and a live clip grows: neither tells anybody. */
const REFRESH_MS = 500;

/** What is known of the file of a clip; of a ladder, of the rendition on screen. */
export function FileLines({ player }: { player: FvvPlayer }): ReactElement {
    useRefresh(REFRESH_MS);
    const { metadata, streaming, frameCount, fps, duration } = player;
    const rendition = Math.max(0, streaming.rendition);
    const { segments, head } = streaming.stream.rendition(rendition);
    const { header } = head;
    const { length: renditions } = streaming.renditions;
    const bytes = segments.reduce((sum, { byteLength }) => sum + byteLength, head.byteLength);
    const keyBytes = segments.reduce((sum, { keyByteLength }) => sum + keyByteLength, 0);
    const [x, y, z] = [0, 1, 2].map((c) => (header.bounds[3 + c] - header.bounds[c]).toFixed(2));
    const lines: [string, string | undefined][] = [
        ["Title", metadata.title],
        ["Author", metadata.author],
        ["Licence", metadata.licence],
        ["Encoder", metadata.encoder],
        ["On screen", renditions > 0 ? `rendition ${rendition + 1} of ${renditions}` : undefined],
        ["Frames", `${formatCount(frameCount)} at ${Number(fps.toFixed(3))} fps, ${formatSeconds(duration)}`],
        ["Resolution", `${formatCount(header.capacity)} splats, SH degree ${header.shDegree}`],
        ["Bounds", `${x} × ${y} × ${z}`],
        ["Axes", `${header.up} up, ${header.handedness}-handed`],
        ["Size", `${formatBytes(bytes)}, ${((bytes * 8) / (duration * 1e6)).toFixed(2)} Mbps`],
        ["Key frames", `${formatCount(segments.length)}, ${Math.round((100 * keyBytes) / bytes)} % of the bytes`],
        ["Decoded in", player.usesWorker ? "a worker" : "the main thread"],
    ];
    return (
        <>
            <GroupHeading title="File" />
            {lines.map(([label, value]) => value !== undefined && <TextPropertyLine key={label} label={label} value={value} title={value} />)}
            <SegmentBytes player={player} />
        </>
    );
}

/** Where the bytes of the present segment go; decoded when asked for. */
function SegmentBytes({ player }: { player: FvvPlayer }): ReactElement {
    const [measure, setMeasure] = useState<ISegmentMeasure | undefined>(undefined);
    const [failure, setFailure] = useState<string | undefined>(undefined);
    const measureAsync = async (): Promise<void> => {
        try {
            setFailure(undefined);
            setMeasure(await measureSegmentAsync(player));
        } catch (error) {
            setFailure((error as Error).message);
        }
    };
    return (
        <>
            <ButtonLine label="Count the bytes of this segment" onClick={measureAsync} />
            {failure && <MessageBar intent="error" title="The segment cannot be read" message={failure} />}
            {measure && <GroupBars measure={measure} />}
        </>
    );
}

function GroupBars({ measure: { groups, firstFrame, lastFrame, byteLength } }: { measure: ISegmentMeasure }): ReactElement {
    const name = `Frames ${firstFrame} to ${lastFrame}, ${formatBytes(byteLength)}`;
    return (
        <WideLine name={name}>
            <Text size={200} style={{ color: tokens.colorNeutralForeground2 }}>
                {name}
            </Text>
            <ul aria-label="Bytes by attribute" style={{ margin: 0, padding: 0, listStyle: "none" }}>
                {Object.entries(groups).map(([group, bytes]) => (
                    <li key={group} style={{ display: "flex", alignItems: "center", gap: 8 }}>
                        <Text size={200} style={{ width: 62 }}>
                            {group}
                        </Text>
                        <div style={{ flex: "1 1 0", height: 6 }}>
                            <div style={{ width: `${(100 * bytes) / byteLength}%`, height: "100%", background: tokens.colorBrandBackground, borderRadius: 3 }} />
                        </div>
                        <Text size={200} style={{ width: 64, textAlign: "right", fontVariantNumeric: "tabular-nums" }}>
                            {formatBytes(bytes)}
                        </Text>
                    </li>
                ))}
            </ul>
        </WideLine>
    );
}
