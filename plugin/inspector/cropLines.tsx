import { BoundProperty } from "@babylonjs/inspector";
import type { ReactElement } from "react";
import type { ISplatCrop } from "../splatLook.js";
import type { SplatVideoMesh } from "../splatVideoMesh.js";
import { createCrop, cropSize, resizeCrop } from "./crops.js";
import { SelectLine, SliderLine } from "./lines.js";

const SHAPES = [
    ["", "none"],
    ["box", "box"],
    ["sphere", "sphere"],
] as const;

/** Cuts a clip. */
export function CropLines({ mesh }: { mesh: SplatVideoMesh }): ReactElement {
    return <BoundProperty component={Crop} label="Crop" target={mesh.splatMaterial.look} propertyKey="crop" defaultValue={null} mesh={mesh} />;
}

function Crop({
    label,
    mesh,
    value,
    onChange,
}: {
    label: string;
    mesh: SplatVideoMesh;
    value: ISplatCrop | null;
    onChange: (value: ISplatCrop | null) => void;
}): ReactElement {
    const { minimum, maximum } = mesh.getBoundingInfo().boundingBox;
    const choose = (shape: string): void => onChange(shape === "" ? null : createCrop(shape as ISplatCrop["shape"], minimum, maximum, 0.5));
    return (
        <>
            <SelectLine label={label} options={SHAPES} value={value?.shape ?? ""} onChange={choose} />
            {value && (
                <>
                    <SliderLine
                        label="Crop size"
                        min={0.05}
                        max={1.5}
                        step={0.01}
                        value={cropSize(value, minimum, maximum)}
                        onChange={(size) => onChange(resizeCrop(value, minimum, maximum, size))}
                    />
                    <SliderLine label="Crop softness" min={0} max={1} step={0.01} value={value.softness ?? 0} onChange={(softness) => onChange({ ...value, softness })} />
                </>
            )}
        </>
    );
}
