/**
 * The three ways in which a client command can go wrong.
 * @module
 */

/** Wrong arguments: exit 2. */
export class Misuse extends Error {
	override readonly name = "Misuse";
	constructor(
		message: string,
		readonly hint?: string,
	) {
		super(message);
	}
}

/** It could not be done: exit 1. */
export class Failure extends Error {
	override readonly name = "Failure";
	constructor(
		message: string,
		readonly hint?: string,
	) {
		super(message);
	}
}

/** The contract's error object, as far as a server can be trusted to send it. */
export interface ErrorBody {
	code: string;
	message: string;
	hint?: string;
	line?: number | null;
	column?: number | null;
	faults?: { path: string; message: string }[];
}

/** The server's hints speak of its API; these speak of commands. */
const HINTS: Record<string, string> = {
	execution_not_found: "`brig executions` lists them.",
	function_not_found: "`brig fn list` lists them.",
	invalid_input: "`brig fn show NAME` shows its schema.",
	key_not_found: "`brig key list` lists them.",
	secret_not_found: "`brig secret list` lists them.",
};

/** The server's refusal: exit 1. */
export class ApiError extends Error {
	override readonly name = "ApiError";
	/** @param text the answer as it came */
	constructor(
		readonly body: ErrorBody,
		readonly text: string,
	) {
		super(body.message);
	}

	/** The server's hint, or in its place the command that does the same. */
	get hint(): string | undefined {
		const { code, hint } = this.body;
		return hint?.startsWith("Did you mean") ? hint : (HINTS[code] ?? hint);
	}

	/** One line for each fault of an input. */
	get faults(): string[] {
		return (this.body.faults ?? []).map(({ path, message }) => `${path || "/"}: ${message}`);
	}
}
