import { LineContainer, PropertyLine } from "@babylonjs/inspector";
import { Divider, Input, Select, Slider, Switch, tokens } from "@fluentui/react-components";
import { useState, type ReactElement, type ReactNode } from "react";

/*
 * Lines as the Inspector's own, whose controls have no accessible names: these have that of their line.
 */

/** What each line with a value has. */
export interface ILineProps<Value> {
    /** Name of the line and of its control. */
    label: string;
    /** What it does, shown at the label. */
    description?: string;
    value: Value;
    onChange: (value: Value) => void;
}

const CONTROL_WIDTH = 172;

/** A switch. */
export function SwitchLine({ label, description, value, onChange }: ILineProps<boolean>): ReactElement {
    return (
        <PropertyLine label={label} description={description}>
            <Switch aria-label={label} checked={value} onChange={(_, data) => onChange(data.checked)} indicator={{ style: { margin: 0 } }} style={{ minHeight: 20 }} />
        </PropertyLine>
    );
}

/** What a slider takes. */
export interface ISliderLineProps extends ILineProps<number> {
    min: number;
    max: number;
    step: number;
}

/** A slider with a field for the number. */
export function SliderLine({ label, description, value, min, max, step, onChange }: ISliderLineProps): ReactElement {
    const set = (wanted: number): void => onChange(Math.min(max, Math.max(min, wanted)));
    return (
        <PropertyLine label={label} description={description}>
            <div style={{ display: "flex", alignItems: "center", width: CONTROL_WIDTH }}>
                {/* Fluent draws a tick for each step, unless there is none: the slider counts in steps. */}
                <Slider
                    aria-label={label}
                    aria-valuetext={String(round(value))}
                    size="small"
                    min={Math.round(min / step)}
                    max={Math.round(max / step)}
                    value={value / step}
                    onChange={(_, data) => set(round(data.value * step))}
                    style={{ flex: "1 1 0", minWidth: 0 }}
                />
                <NumberField label={`${label}, number`} value={value} onChange={set} />
            </div>
        </PropertyLine>
    );
}

/** A field for a number, which takes it when it is left or confirmed. */
function NumberField({ label, value, onChange }: Pick<ILineProps<number>, "label" | "value" | "onChange">): ReactElement {
    const [text, setText] = useState<string | undefined>(undefined);
    const commit = (): void => {
        const wanted = Number(text);
        if (text !== undefined && text.trim() !== "" && Number.isFinite(wanted)) {
            onChange(wanted);
        }
        setText(undefined);
    };
    return (
        <Input
            aria-label={label}
            size="small"
            value={text ?? String(round(value))}
            onChange={(_, data) => setText(data.value)}
            onBlur={commit}
            onKeyDown={(event) => event.key === "Enter" && commit()}
            style={{ width: 66, minWidth: 0 }}
            input={{ style: { width: "100%" } }}
        />
    );
}

/** What a list to choose from takes. */
export interface ISelectLineProps extends ILineProps<string> {
    /** What is to choose: value and name. */
    options: readonly (readonly [value: string, name: string])[];
}

/** A list to choose from. */
export function SelectLine({ label, description, value, options, onChange }: ISelectLineProps): ReactElement {
    return (
        <PropertyLine label={label} description={description}>
            <Select aria-label={label} size="small" value={value} onChange={(_, data) => onChange(data.value)} style={{ width: CONTROL_WIDTH }}>
                {options.map(([key, name]) => (
                    <option key={key} value={key}>
                        {name}
                    </option>
                ))}
            </Select>
        </PropertyLine>
    );
}

/** The beginning of a group of lines. */
export function GroupHeading({ title }: { title: string }): ReactElement {
    return (
        <Divider alignContent="start" appearance="subtle" style={{ margin: `${tokens.spacingVerticalS} 0 ${tokens.spacingVerticalXXS}`, flexGrow: 0 }}>
            <h3 style={{ margin: 0, fontSize: tokens.fontSizeBase300, fontWeight: tokens.fontWeightSemibold, color: tokens.colorNeutralForeground1 }}>{title}</h3>
        </Divider>
    );
}

/** A line that is more than a label and a control. */
export function WideLine({ name, children }: { name: string; children: ReactNode }): ReactElement {
    return (
        <LineContainer uniqueId={name} label={name}>
            {children}
        </LineContainer>
    );
}

/** Without the tail of binary fractions. */
function round(value: number): number {
    return Number(value.toFixed(4));
}
