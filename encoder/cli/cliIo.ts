/** Where a command's words go; tests give their own. */
export interface ICliIo {
    /** Writes to standard output. */
    out: (text: string) => void;
    /** Writes to standard error. */
    err: (text: string) => void;
    /** Whether standard error is a terminal, where a progress bar can move. */
    isTerminal: boolean;
    /** Aborted when the user wants the command to stop. */
    signal: AbortSignal;
}
