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

/** The server's refusal: exit 1. */
export class ApiError extends Error {
	override readonly name = "ApiError";
	constructor(
		readonly status: number,
		readonly body: ErrorBody,
	) {
		super(body.message);
	}

	get hint(): string | undefined {
		return this.body.hint;
	}

	/** One line for each fault of an input. */
	get faults(): string[] {
		return (this.body.faults ?? []).map(({ path, message }) => `${path || "/"}: ${message}`);
	}
}
