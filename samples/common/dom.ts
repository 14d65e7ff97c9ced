/**
 * An element of the page that must be there.
 * @param id its id
 */
export function element<T extends HTMLElement = HTMLElement>(id: string): T {
    const found = document.getElementById(id);
    if (!found) {
        throw new Error(`the page has no #${id}`);
    }
    return found as T;
}

/** A group of radio buttons of which one is chosen. */
export class Choice {
    private readonly _inputs: readonly HTMLInputElement[];

    /**
     * @param id id of the element around the buttons
     * @param onChange told the value that the user chose
     */
    public constructor(id: string, onChange: (value: string) => void) {
        this._inputs = [...element(id).querySelectorAll("input")];
        this._inputs.forEach((input) => input.addEventListener("change", () => onChange(input.value)));
    }

    /** The value chosen. */
    public get value(): string {
        return this._inputs.find((input) => input.checked)?.value ?? "";
    }

    public set value(value: string) {
        this._inputs.forEach((input) => (input.checked = input.value === value));
    }
}

/** A button that is pressed while a part of the page is shown. */
export class PanelToggle {
    private readonly _button: HTMLElement;
    private readonly _panel: HTMLElement;

    /**
     * @param id id of the part; that of the button ends with "-toggle"
     * @param isShown whether it is shown at first
     */
    public constructor(id: string, isShown: boolean) {
        this._panel = element(id);
        this._button = element(`${id}-toggle`);
        this._button.addEventListener("click", () => (this.isShown = !this.isShown));
        this.isShown = isShown;
    }

    /** Whether the part is shown. */
    public get isShown(): boolean {
        return !this._panel.hidden;
    }

    public set isShown(value: boolean) {
        this._panel.hidden = !value;
        this._button.setAttribute("aria-pressed", String(value));
    }
}
