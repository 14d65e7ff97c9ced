import { element } from "./dom.js";

/**
 * Takes files dropped on the page, or chosen by the button.
 * @param onFile told the file
 */
export function takeFiles(onFile: (file: File) => void): void {
    const zone = element("drop");
    const input = element<HTMLInputElement>("file");
    const take = (files: FileList | null | undefined): void => {
        if (files?.[0]) {
            onFile(files[0]);
        }
    };
    element("open").addEventListener("click", () => input.click());
    input.addEventListener("change", () => {
        take(input.files);
        input.value = "";
    });
    window.addEventListener("dragover", (event) => {
        event.preventDefault();
        zone.hidden = false;
    });
    window.addEventListener("dragleave", (event) => (zone.hidden = event.relatedTarget === null ? true : zone.hidden));
    window.addEventListener("drop", (event) => {
        event.preventDefault();
        zone.hidden = true;
        take(event.dataTransfer?.files);
    });
}
