import { FileUploadLine, MessageBar } from "@babylonjs/inspector";
import { tokens } from "@fluentui/react-components";
import { useState, type DragEvent, type ReactElement, type ReactNode } from "react";
import type { SplatVideoMesh } from "../splatVideoMesh.js";
import { SwitchLine } from "./lines.js";
import { openBesideAsync } from "./openBeside.js";

/** Takes a clip that is dropped anywhere on the section, or chosen. What is on screen stays there until the other one is. */
export function DropZone({ mesh, select, children }: { mesh: SplatVideoMesh; select: (mesh: SplatVideoMesh) => void; children: ReactNode }): ReactElement {
    const [isOver, setIsOver] = useState(false);
    const [keeps, setKeeps] = useState(false);
    const [state, setState] = useState<{ loading?: string; failure?: string }>({});
    const openAsync = async (file: File | undefined): Promise<void> => {
        if (!file) {
            return;
        }
        setState({ loading: file.name });
        try {
            const opened = await openBesideAsync(file, mesh);
            setState({});
            select(opened);
            if (!keeps) {
                mesh.dispose();
            }
        } catch (error) {
            setState({ failure: (error as Error).message });
        }
    };
    const onDragOver = (event: DragEvent): void => {
        event.preventDefault();
        setIsOver(true);
    };
    const onDrop = (event: DragEvent): void => {
        event.preventDefault();
        // The page may take dropped files too.
        event.stopPropagation();
        setIsOver(false);
        void openAsync(event.dataTransfer.files[0]);
    };
    return (
        <div
            role="region"
            aria-label="Clip; drop an .fvv file here to open it"
            onDragOver={onDragOver}
            onDragLeave={() => setIsOver(false)}
            onDrop={onDrop}
            style={{ outline: isOver ? `2px dashed ${tokens.colorBrandStroke1}` : undefined, outlineOffset: -2 }}
        >
            {state.failure && <MessageBar intent="error" title="The file cannot be opened" message={state.failure} />}
            {state.loading && <MessageBar intent="info" message={`Opening ${state.loading} …`} />}
            {children}
            <FileUploadLine label="Open another clip, or drop it here" accept=".fvv" onClick={(files) => void openAsync(files[0])} />
            <SwitchLine label="Keep this clip beside it" value={keeps} onChange={setKeeps} />
        </div>
    );
}
