/** A file that holds one frame of splats. */
export interface IFrameFile {
    /** Its name; the end says the format. */
    name: string;
    /** Its bytes. */
    bytes: Uint8Array;
    /**
     * Reads a file beside it; needed for the `meta.json` of an unbundled SOG only.
     * @param name name of the other file
     */
    readSiblingAsync?: (name: string) => Promise<Uint8Array>;
}
