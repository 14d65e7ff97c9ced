import { WebXRSessionManager } from "@babylonjs/core/XR/webXRSessionManager.js";

const MODES = { vr: "immersive-vr", ar: "immersive-ar" } as const;

const NO_WEBXR =
    "This browser has no WebXR. Open this page in the browser of a headset, such as Meta Quest Browser, or in Chrome on a computer with a headset. The address must begin with https:// or be localhost.";
const NO_HEADSET = "No headset was found. Connect one and load this page again, or open it in the browser of a headset.";
const READY = "Squeeze or pinch to grab the clip, both hands to scale it. Point at the floor, in AR at what you look at, and select to place it. The thumbstick scrubs.";

/**
 * Makes the buttons work that lead into VR and AR, or says why they do not.
 * @param enterAsync enters
 */
export async function openEntranceAsync(enterAsync: (mode: XRSessionMode) => Promise<void>): Promise<void> {
    const note = document.getElementById("note") as HTMLElement;
    if (!("xr" in navigator)) {
        note.textContent = NO_WEBXR;
        return;
    }
    let isAny = false;
    for (const [id, mode] of Object.entries(MODES)) {
        const button = document.getElementById(id) as HTMLButtonElement;
        const isSupported = await WebXRSessionManager.IsSessionSupportedAsync(mode);
        button.disabled = !isSupported;
        button.title = isSupported ? "" : `This device has no ${mode}`;
        button.addEventListener("click", () => void enterAsync(mode).catch((error: unknown) => (note.textContent = `It could not be entered: ${String(error)}`)));
        isAny ||= isSupported;
    }
    note.textContent = isAny ? READY : NO_HEADSET;
}
