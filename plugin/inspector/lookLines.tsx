import { BoundProperty, Color3PropertyLine } from "@babylonjs/inspector";
import type { ReactElement } from "react";
import type { FvvPlayer } from "../fvvPlayer.js";
import type { SplatVideoMesh } from "../splatVideoMesh.js";
import { CropLines } from "./cropLines.js";
import { GroupHeading, SliderLine, SwitchLine } from "./lines.js";

/** The look of a clip, and, where there is a player, what is drawn of it. */
export function LookLines({ mesh, player }: { mesh: SplatVideoMesh; player?: FvvPlayer }): ReactElement {
    const { splatMaterial } = mesh;
    const { look } = splatMaterial;
    return (
        <>
            <GroupHeading title="Look" />
            <div role="group" aria-label="Tint">
                <BoundProperty component={Color3PropertyLine} label="Tint" target={look} propertyKey="tint" />
            </div>
            <BoundProperty component={SliderLine} label="Opacity" target={look} propertyKey="opacity" min={0} max={1} step={0.01} />
            <BoundProperty component={SliderLine} label="Brightness" target={look} propertyKey="brightness" min={0} max={3} step={0.01} />
            <BoundProperty component={SliderLine} label="Contrast" target={look} propertyKey="contrast" min={0} max={3} step={0.01} />
            <BoundProperty component={SliderLine} label="Saturation" target={look} propertyKey="saturation" min={0} max={3} step={0.01} />
            <CropLines mesh={mesh} />
            <BoundProperty
                component={SwitchLine}
                label="Compensation"
                description="Opacity makes up for the low-pass filter (Mip-Splatting)"
                target={splatMaterial}
                propertyKey="antialiased"
            />
            {player && <DetailLines player={player} />}
        </>
    );
}

function DetailLines({ player }: { player: FvvPlayer }): ReactElement {
    const { capacity } = player.header;
    return (
        <>
            <BoundProperty component={SwitchLine} label="Interpolation" description="Shows what is between two frames" target={player} propertyKey="interpolates" />
            <BoundProperty component={BudgetLine} label="Splat budget" target={player} propertyKey="splatBudget" capacity={capacity} />
            <BoundProperty
                component={TargetLine}
                label="Target frame, ms"
                description="Draws fewer splats where frames of the scene take longer; 0: no such limit"
                target={player}
                propertyKey="targetFrameMs"
                defaultValue={null}
            />
        </>
    );
}

/** All splats are the right end of the slider. */
function BudgetLine(props: { label: string; value: number; onChange: (value: number) => void; capacity: number }): ReactElement {
    const { value, capacity, onChange } = props;
    const set = (wanted: number): void => onChange(wanted < capacity ? wanted : Infinity);
    return <SliderLine label={props.label} min={1} max={capacity} step={1} value={Math.min(value, capacity)} onChange={set} />;
}

function TargetLine(props: { label: string; description: string; value: number | null; onChange: (value: number | null) => void }): ReactElement {
    const { label, description, value, onChange } = props;
    return (
        <SliderLine label={label} description={description} min={0} max={100} step={1} value={value ?? 0} onChange={(wanted) => onChange(wanted > 0 ? wanted : null)} />
    );
}
