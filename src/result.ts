/**
 * What an execution is asked and what it answers: plain data, the same through REST, MCP and the command line.
 * @module
 */

export const LANGUAGES = ["python", "typescript"] as const;
export type Language = (typeof LANGUAGES)[number];

export const STATUSES = [
	"ok",
	"error",
	"timeout",
	"out_of_memory",
	"output_too_large",
	"killed",
	"cancelled",
	"busy",
	"sandbox_failed",
] as const;
export type Status = (typeof STATUSES)[number];

/** Why an execution is not `ok`. Line and column are 1-based and speak of the user's own code. */
export interface ExecutionError {
	type: string;
	message: string;
	line: number | null;
	column: number | null;
	traceback: string | null;
	hint: string | null;
}

/** What an execution cost. A figure that was not measured is null. */
export interface Usage {
	wall_ms: number | null;
	cpu_ms: number | null;
	peak_memory_mb: number | null;
	calls: number;
	/** Bytes of JSON that function results carried into sandboxes. */
	bytes_in_sandbox: number;
	/** Bytes of JSON that the result carries to the client. */
	bytes_returned: number;
	/** An estimate at four bytes a token of what stayed away from the client's context. */
	tokens_kept_out: number;
}

/** `result` is held as JSON text, so that integers beyond 2^53 keep their digits. */
export interface ExecutionResult {
	id: string;
	status: Status;
	/** JSON text of the result; "null" when there is none. */
	resultJson: string;
	stdout: string;
	stderr: string;
	error: ExecutionError | null;
	warnings: string[];
	usage: Usage;
}
