/** Rows of names and values in a description list; a row that is there already gets its new value. */
export class Figures {
    private readonly _cells = new Map<string, HTMLElement>();

    /** @param list the list, a `dl` */
    public constructor(public readonly list: HTMLElement) {}

    /**
     * Sets a row.
     * @param name its name
     * @param value its value
     */
    public set(name: string, value: string): void {
        let cell = this._cells.get(name);
        if (!cell) {
            const term = document.createElement("dt");
            term.textContent = name;
            cell = document.createElement("dd");
            this.list.append(term, cell);
            this._cells.set(name, cell);
        }
        if (cell.textContent !== value) {
            cell.textContent = value;
        }
    }

    /** Takes all rows away. */
    public clear(): void {
        this.list.replaceChildren();
        this._cells.clear();
    }
}
