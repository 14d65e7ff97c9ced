import { MessageBar } from "@babylonjs/inspector";
import type { ReactElement } from "react";
import { FvvPlayer } from "../fvvPlayer.js";
import type { SplatVideoMesh } from "../splatVideoMesh.js";
import { FileLines } from "./fileLines.js";
import { useDisposal } from "./hooks.js";
import { FrameLines } from "./frameLines.js";
import { LookLines } from "./lookLines.js";
import { DropZone } from "./dropZone.js";
import { StatisticsLines } from "./statisticsLines.js";
import { TransportLines } from "./transportLines.js";

/** The section of a clip's mesh, or of a clone of it, which the same player plays. A clone that has outlived the clip has the look only. */
export function ClipSection({ mesh, select }: { mesh: SplatVideoMesh; select: (mesh: SplatVideoMesh) => void }): ReactElement {
    useDisposal(mesh);
    const player = FvvPlayer.FromMesh(mesh);
    if (!player) {
        return (
            <>
                <MessageBar intent="info" message="The clip of this mesh is disposed, and its last frame stays. Load it again to play it." />
                <LookLines mesh={mesh} />
            </>
        );
    }
    return (
        <DropZone mesh={mesh} select={select}>
            <TransportLines player={player} />
            <LookLines mesh={mesh} player={player} />
            <StatisticsLines player={player} />
            <FileLines player={player} />
            <FrameLines player={player} />
        </DropZone>
    );
}
