/**
 * What went wrong, on stderr: one sentence, then what to do. A stack trace only for faults of ours.
 * @module
 */
import { ApiError, Failure, Misuse } from "./errors.ts";
import { printJson, say } from "./output.ts";

const DONE_WRONG = 1;
const MISUSED = 2;

/**
 * Writes the error; the exit code. `path` is the command as it was called. With `json` a refusal of the server goes
 * to stdout as well, as it came.
 */
export function report(error: unknown, path: readonly string[], json = false): number {
	if (error instanceof ApiError || error instanceof Failure) {
		say(`brig: ${error.message}`);
		if (error instanceof ApiError) {
			for (const fault of error.faults) say(`  ${fault}`);
			if (json) printJson(error.text);
		}
		if (error.hint) say(`  ${error.hint}`);
		return DONE_WRONG;
	}
	if (!(error instanceof Error)) {
		say(`brig: ${String(error)}`);
		return DONE_WRONG;
	}
	const { code } = error as { code?: unknown };
	const badArguments = typeof code === "string" && code.startsWith("ERR_PARSE_ARGS_");
	if (badArguments || error instanceof Misuse || error.name === "ConfigError") {
		say(`brig: ${badArguments ? argumentSentence(error.message) : error.message}`);
		say(
			`  ${(error instanceof Misuse && error.hint) || `\`${path.join(" ")} --help\` shows how it is used.`}`,
		);
		return MISUSED;
	}
	if (error.name === "Error" || typeof code === "string") say(`brig: ${error.message}`);
	else say(`brig: This is a fault of brig's own: ${error.stack ?? error.message}`);
	return DONE_WRONG;
}

/** The first line of what parseArgs says, as a sentence. */
export function argumentSentence(message: string): string {
	const line = (message.split("\n")[0] ?? "").replace("argument missing", "needs a value");
	const first = line.split(". To specify a positional")[0] ?? line;
	return first.endsWith(".") ? first : `${first}.`;
}
