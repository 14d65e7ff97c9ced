import { MessageBar } from "@babylonjs/inspector";
import type { ReactElement } from "react";
import { FvvPlayer } from "../fvvPlayer.js";
import type { SplatVideoMesh } from "../splatVideoMesh.js";
import { FileLines } from "./fileLines.js";
import { FrameLines } from "./frameLines.js";
import { LookLines } from "./lookLines.js";
import { DropZone } from "./dropZone.js";
import { StatisticsLines } from "./statisticsLines.js";
import { TransportLines } from "./transportLines.js";

/** The section of a clip's mesh. A clone has the look only: what plays it belongs to the mesh that was loaded. */
export function ClipSection({ mesh, select }: { mesh: SplatVideoMesh; select: (mesh: SplatVideoMesh) => void }): ReactElement {
    const player = FvvPlayer.FromMesh(mesh);
    if (!player) {
        return (
            <>
                <MessageBar intent="info" message="This mesh shows the frames of the mesh that was loaded; select that one to play the clip." />
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
