/**
 * An execution result, as `exec` and `fn call` print it: the result to stdout, everything else to stderr.
 * @module
 */

import { printForeign, printJson, say, sayForeign } from "./output.ts";
import { prettyMember } from "./pretty-json.ts";
import { duration } from "./table.ts";

/** The contract's object. */
export interface ResultBody {
	id: string;
	status: string;
	result: unknown;
	stdout: string;
	stderr: string;
	error: {
		type: string;
		message: string;
		line: number | null;
		column: number | null;
		traceback: string | null;
		hint: string | null;
	} | null;
	warnings: string[];
	usage: {
		wall_ms: number | null;
		cpu_ms: number | null;
		peak_memory_mb: number | null;
		calls: number;
		tokens_kept_out: number;
	};
}

/** Prints the answer `text`; the exit code: 0 when the code ran to its end. With `json` the text goes out as it came. */
export function showResult(body: ResultBody, text: string, json: boolean | undefined): number {
	const code = body.status === "ok" ? 0 : 1;
	if (json) {
		printJson(text);
		return code;
	}
	sayForeign(body.stdout);
	sayForeign(body.stderr);
	if (typeof body.result === "string") printForeign(`${body.result}\n`);
	else if (code === 0 || body.result !== null) printForeign(`${prettyMember(text, "result")}\n`);
	for (const warning of body.warnings) say(`warning: ${warning}`);
	if (body.error) sayError(body.status, body.error);
	say(usageLine(body));
	return code;
}

function sayError(status: string, error: NonNullable<ResultBody["error"]>): void {
	if (error.traceback) say(error.traceback.trimEnd());
	say(`brig: ${errorSentence(status, error)}`);
	if (error.hint) say(`  ${error.hint}`);
}

/** `ValueError: no such order (line 3, column 5)`; what ended the code from outside goes by its status. */
export function errorSentence(status: string, error: NonNullable<ResultBody["error"]>): string {
	const place = [
		error.line === null ? [] : [`line ${error.line}`],
		error.column === null ? [] : [`column ${error.column}`],
	].flat();
	const kind = status === "error" ? error.type : status;
	return `${kind}: ${error.message}${place.length ? ` (${place.join(", ")})` : ""}`;
}

/** `exe_…: ok in 12 ms, 8 ms CPU, 21.4 MB, 3 calls, about 25840 tokens kept out`; what was not measured is left out. */
export function usageLine({ id, status, usage }: ResultBody): string {
	const parts = [
		usage.wall_ms === null ? status : `${status} in ${duration(usage.wall_ms)}`,
		usage.cpu_ms === null ? [] : `${duration(usage.cpu_ms)} CPU`,
		usage.peak_memory_mb === null ? [] : `${usage.peak_memory_mb.toFixed(1)} MB`,
		usage.calls ? `${usage.calls} ${usage.calls === 1 ? "call" : "calls"}` : [],
		usage.tokens_kept_out ? `about ${usage.tokens_kept_out} tokens kept out` : [],
	].flat();
	return `${id}: ${parts.join(", ")}`;
}
