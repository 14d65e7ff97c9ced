import { ButtonLine, MessageBar } from "@babylonjs/inspector";
import { useState, type ReactElement } from "react";
import { writePly } from "../../encoder/writers/writePly.js";
import { writeSplat } from "../../encoder/writers/writeSplat.js";
import { captureFrameAsync } from "../captureFrame.js";
import type { FvvPlayer } from "../fvvPlayer.js";
import { GroupHeading } from "./lines.js";

const WRITERS = { ply: writePly, splat: writeSplat };

/** Saves the frame on screen. */
export function FrameLines({ player }: { player: FvvPlayer }): ReactElement {
    const [failure, setFailure] = useState<string | undefined>(undefined);
    const saveAsync = async (ending: keyof typeof WRITERS): Promise<void> => {
        try {
            setFailure(undefined);
            const frame = player.currentFrame;
            const bytes = WRITERS[ending](await captureFrameAsync(player, frame));
            download(`${player.mesh.name}_${String(frame).padStart(4, "0")}.${ending}`, bytes);
        } catch (error) {
            setFailure((error as Error).message);
        }
    };
    return (
        <>
            <GroupHeading title="Frame" />
            <ButtonLine label="Save this frame as .ply" onClick={() => saveAsync("ply")} />
            <ButtonLine label="Save this frame as .splat" onClick={() => saveAsync("splat")} />
            {failure && <MessageBar intent="error" title="The frame cannot be saved" message={failure} />}
        </>
    );
}

function download(name: string, bytes: Uint8Array<ArrayBuffer>): void {
    const url = URL.createObjectURL(new Blob([bytes]));
    Object.assign(document.createElement("a"), { href: url, download: name }).click();
    URL.revokeObjectURL(url);
}
