import { parseArgs, type ParseArgsConfig } from "node:util";
import { FvvError } from "../../format/fvvError.js";
import type { IFrameRange } from "./fileFrameSource.js";

/** An option of a command. */
export interface ICliOption {
    /** Its name without the dashes. */
    name: string;
    /** One letter for it. */
    short?: string;
    /** What its value is called in the help; a switch has none. */
    value?: string;
    /** What it does, with its default. */
    help: string;
    /** Whether it can be given more than once. */
    isRepeated?: boolean;
}

/** A command line that was read. */
export interface ICliArguments {
    /** What is not an option. */
    inputs: string[];
    /** Whether a switch is on. */
    has(name: string): boolean;
    /** Value of an option, or undefined. */
    text(name: string): string | undefined;
    /** All values of an option that can be given more than once. */
    texts(name: string): readonly string[];
    /** Value of an option as a number, or undefined. */
    number(name: string): number | undefined;
    /** Value of an option as frames "a..b", or undefined. */
    range(name: string): IFrameRange | undefined;
}

/**
 * Reads the options of a command.
 * @param argv words after the command
 * @param options what it knows
 */
export function readArguments(argv: readonly string[], options: readonly ICliOption[]): ICliArguments {
    const config: NonNullable<ParseArgsConfig["options"]> = {};
    for (const { name, short, value, isRepeated } of options) {
        config[name] = { type: value ? "string" : "boolean", ...(short ? { short } : {}), ...(isRepeated ? { multiple: true } : {}) };
    }
    let parsed: ReturnType<typeof parseArgs>;
    try {
        parsed = parseArgs({ args: joinValues(argv, options), options: config, allowPositionals: true, strict: true });
    } catch (error) {
        const message = error instanceof Error ? error.message.split(/[.\n]/)[0] : String(error);
        throw new FvvError("BAD_OPTION", `${message}; --help lists the options`);
    }
    const text = (name: string): string | undefined => parsed.values[name] as string | undefined;
    return {
        inputs: parsed.positionals,
        has: (name) => parsed.values[name] === true,
        text,
        texts: (name) => (parsed.values[name] as string[] | undefined) ?? [],
        number: (name) => readNumber(name, text(name)),
        range: (name) => readRange(name, text(name)),
    };
}

/** "--up -y" becomes "--up=-y": a value may begin with a dash. */
function joinValues(argv: readonly string[], options: readonly ICliOption[]): string[] {
    const joined: string[] = [];
    for (let i = 0; i < argv.length; i++) {
        const takesValue = options.some(({ name, value }) => value && argv[i] === `--${name}`);
        joined.push(takesValue && i + 1 < argv.length ? `${argv[i]}=${argv[++i]}` : argv[i]);
    }
    return joined;
}

function readNumber(name: string, text: string | undefined): number | undefined {
    if (text === undefined) {
        return undefined;
    }
    const fraction = /^([^/]+)\/([^/]+)$/.exec(text);
    const value = fraction ? Number(fraction[1]) / Number(fraction[2]) : Number(text);
    if (text.trim() === "" || !Number.isFinite(value)) {
        throw new FvvError("BAD_OPTION", `--${name} is "${text}"; give a number`, { source: `--${name}` });
    }
    return value;
}

function readRange(name: string, text: string | undefined): IFrameRange | undefined {
    if (text === undefined) {
        return undefined;
    }
    const match = /^(\d+)(?:\.\.(\d+))?$/.exec(text);
    const first = Number(match?.[1]);
    const last = Number(match?.[2] ?? match?.[1]);
    if (!match || last < first) {
        throw new FvvError("BAD_OPTION", `--${name} is "${text}"; give the first and the last frame, for instance 0..29`, {
            source: `--${name}`,
        });
    }
    return { first, last };
}

/**
 * The options as lines of help.
 * @param options what a command knows
 */
export function describeOptions(options: readonly ICliOption[]): string {
    const left = options.map(({ name, short, value }) => `  ${short ? `-${short}, ` : ""}--${name}${value ? ` ${value}` : ""}`);
    const width = Math.max(...left.map((text) => text.length)) + 2;
    return options.map(({ help }, i) => `${left[i].padEnd(width)}${help}`).join("\n");
}
