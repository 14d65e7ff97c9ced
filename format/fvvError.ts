/** What part of the system an {@link FvvError} comes from. */
export type FvvErrorCategory = "format" | "limit" | "input" | "bounds" | "network" | "decode" | "gpu" | "io" | "aborted" | "usage" | "internal";

/**
 * Every stable error code, with its category. A code never changes its meaning; new ones are added at the end.
 * docs/ERRORS.md says for each what it means and what to do.
 */
export const FVV_ERROR_CODES = {
    // The file itself.
    NOT_FVV: "format",
    UNSUPPORTED_VERSION: "format",
    TRUNCATED: "format",
    CRC_MISMATCH: "format",
    BAD_HEADER: "format",
    BAD_INDEX: "format",
    BAD_SEGMENT: "format",
    BAD_FRAME: "format",
    UNSUPPORTED_FEATURE: "format",
    LIMIT_EXCEEDED: "limit",
    // What goes into an encoder.
    NO_INPUT: "input",
    UNREADABLE_INPUT: "input",
    MISSING_PROPERTY: "input",
    UNSUPPORTED_INPUT: "input",
    MIXED_SH_DEGREE: "input",
    NOT_FINITE: "input",
    DUPLICATE_ID: "input",
    COUNT_CHANGED: "input",
    RANGE_EXCEEDED: "input",
    CLIPS_DIFFER: "input",
    LATE_FRAME: "input",
    TARGET_UNREACHABLE: "input",
    // What an encoder promises.
    BOUND_BROKEN: "bounds",
    VERIFY_MISMATCH: "bounds",
    // The way to and from a file.
    UNWRITABLE_OUTPUT: "io",
    OUTPUT_EXISTS: "io",
    RESUME_MISMATCH: "usage",
    BAD_OPTION: "usage",
    NETWORK: "network",
    ABORTED: "aborted",
    DISPOSED: "aborted",
    FRAME_OUT_OF_RANGE: "usage",
    WORKER_FAILED: "decode",
    GPU_UNSUPPORTED: "gpu",
    INTERNAL: "internal",
    GPU_LOST: "gpu",
    SOURCE_CHANGED: "network",
    BAD_MANIFEST: "format",
    BAD_AUDIO: "format",
    UNSUPPORTED_AUDIO: "input",
} as const satisfies Record<string, FvvErrorCategory>;

/** A stable error code of this library. */
export type FvvErrorCode = keyof typeof FVV_ERROR_CODES;

/** Where an {@link FvvError} happened; every part is optional. */
export interface IFvvErrorWhere {
    /** Byte offset in the file or payload. */
    offset?: number;
    /** Frame number of the clip or sequence, from 0. */
    frame?: number;
    /** Segment number of the clip, from 0. */
    segment?: number;
    /** Name of the file, URL or option. */
    source?: string;
    /** HTTP status, where a server refused. */
    status?: number;
    /** How long a server asks to wait, ms. */
    retryAfterMs?: number;
    /** How often it was tried again. */
    retries?: number;
    /** Whether playing goes on without what it is about. */
    isRecoverable?: boolean;
    /** What made this error, where another error did. */
    cause?: unknown;
}

/**
 * The one error class of babylon-fvv. Its message says what is wrong, where, and what to do; its code is stable.
 */
export class FvvError extends Error {
    /** Stable code, see {@link FVV_ERROR_CODES}. */
    public readonly code: FvvErrorCode;
    /** Category of the code. */
    public readonly category: FvvErrorCategory;
    /** The message without the place. */
    public readonly detail: string;
    /** "recoverable": what was asked for goes on without what this error is about; "fatal": it does not. */
    public readonly severity: "recoverable" | "fatal";
    /** Where it happened. */
    public readonly where: Readonly<IFvvErrorWhere>;

    /**
     * @param code stable code
     * @param message one sentence: what is wrong and what to do
     * @param where place of the error, appended to the message
     */
    public constructor(code: FvvErrorCode, message: string, where: IFvvErrorWhere = {}) {
        super(message + describeWhere(where), where.cause === undefined ? undefined : { cause: where.cause });
        this.name = "FvvError";
        this.code = code;
        this.detail = message;
        this.category = FVV_ERROR_CODES[code];
        this.severity = where.isRecoverable ? "recoverable" : "fatal";
        this.where = where;
    }

    /**
     * Makes an FvvError of anything thrown: an FvvError stays as it is.
     * @param error what was thrown
     * @param code the code if it was not an FvvError
     * @param message the sentence if it was not an FvvError; the original message is appended
     * @param where place of the error
     */
    public static From(error: unknown, code: FvvErrorCode, message: string, where: IFvvErrorWhere = {}): FvvError {
        if (error instanceof FvvError) {
            return error;
        }
        const detail = error instanceof Error ? error.message : String(error);
        return new FvvError(code, `${message}: ${detail}`, { ...where, cause: error });
    }
}

function describeWhere(where: IFvvErrorWhere): string {
    const parts: string[] = [];
    if (where.source !== undefined) {
        parts.push(where.source);
    }
    if (where.segment !== undefined) {
        parts.push(`segment ${where.segment}`);
    }
    if (where.frame !== undefined) {
        parts.push(`frame ${where.frame}`);
    }
    if (where.offset !== undefined) {
        parts.push(`byte ${where.offset}`);
    }
    if (where.retries !== undefined) {
        parts.push(`${where.retries} retries`);
    }
    return parts.length ? ` (${parts.join(", ")})` : "";
}
