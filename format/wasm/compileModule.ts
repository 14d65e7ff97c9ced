/**
 * Compiles an embedded module. It is a few KB: there is nothing to fetch, and it compiles at once.
 * @param base64 the module
 */
export function compileModule(base64: string): WebAssembly.Module {
    return new WebAssembly.Module(Uint8Array.from(atob(base64), (character) => character.charCodeAt(0)));
}
