/**
 * What went wrong, on stderr: one sentence, then what to do. A stack trace only for faults of ours.
 * @module
 */
import { ApiError, Failure, Misuse } from "./errors.ts";
import { say } from "./output.ts";

const DONE_WRONG = 1;
const MISUSED = 2;

/** Writes the error; the exit code. `path` is the command as it was called. */
export async function report(error: unknown, path: readonly string[]): Promise<number> {
	const help = `\`${path.join(" ")} --help\` shows how it is used.`;
	if (error instanceof ApiError || error instanceof Failure) {
		say(`brig: ${error.message}`);
		// The one fault of an input is in the sentence only now and then: all of them are shown.
		if (error instanceof ApiError) for (const fault of error.faults) say(`  ${fault}`);
		if (error.hint) say(`  ${error.hint}`);
		return DONE_WRONG;
	}
	if (error instanceof Misuse) {
		say(`brig: ${error.message}`);
		say(`  ${error.hint ?? help}`);
		return MISUSED;
	}
	if (!(error instanceof Error)) {
		say(`brig: ${String(error)}`);
		return DONE_WRONG;
	}
	const { code } = error as { code?: unknown };
	if (typeof code === "string" && code.startsWith("ERR_PARSE_ARGS_")) {
		say(`brig: ${argumentSentence(error.message)}`);
		say(`  ${help}`);
		return MISUSED;
	}
	if (error.name === "ConfigError") {
		say(`brig: ${error.message}`);
		say(`  ${help}`);
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
