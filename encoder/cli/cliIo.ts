/** Where a command's words go; tests give their own. */
export interface ICliIo {
    /** Writes to standard output. */
    out: (text: string) => void;
    /** Writes to standard error. */
    err: (text: string) => void;
    /** Whether standard error is a terminal, where a progress bar can move. */
    isTerminal: boolean;
    /**
     * Has the user's first interrupt do something instead of stopping the command; the next one stops it. Absent where nobody interrupts.
     * @param handler what to do
     */
    onInterrupt?: (handler: () => void) => void;
    /** Aborted when the user wants the command to stop. */
    signal: AbortSignal;
}
