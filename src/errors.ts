/**
 * The one table of error codes: HTTP status, what happened, what to do next. `/docs/errors` is made from it.
 * @module
 */

interface Entry {
	readonly status: number;
	readonly message: string;
	readonly hint: string;
}

export const ERRORS = {
	invalid_json: {
		status: 400,
		message: "The body is not valid JSON.",
		hint: "Send one JSON object in UTF-8.",
	},
	bad_request: {
		status: 400,
		message: "The request does not have the expected form.",
		hint: "Compare it with GET /openapi.json.",
	},
	unauthorized: {
		status: 401,
		message: "The key is missing, unknown or revoked.",
		hint: "Send the header: Authorization: Bearer KEY. `brig key create` on the server makes a key.",
	},
	forbidden: {
		status: 403,
		message: "The key lacks the scope for this.",
		hint: "Use a key with that scope; `brig key create --scope` makes one.",
	},
	foreign_origin: {
		status: 403,
		message: "The request comes from a foreign origin or names a foreign host.",
		hint: "Call the server by its own address, or set --public-url to the address that clients use.",
	},
	not_found: {
		status: 404,
		message: "There is nothing at this address.",
		hint: "GET /openapi.json lists every address.",
	},
	namespace_not_found: {
		status: 404,
		message: "There is no such namespace, or the key does not reach it.",
		hint: "Check the name and the key.",
	},
	function_not_found: {
		status: 404,
		message: "There is no such function.",
		hint: "List them with GET /v1/namespaces/{ns}/functions or `brig fn list`.",
	},
	version_not_found: {
		status: 404,
		message: "The function has no such version.",
		hint: "List them with GET …/versions or `brig fn versions`.",
	},
	execution_not_found: {
		status: 404,
		message: "There is no such execution, or the key does not reach it.",
		hint: "List them with GET /v1/namespaces/{ns}/executions.",
	},
	key_not_found: {
		status: 404,
		message: "There is no key with this id.",
		hint: "List them with GET /v1/keys.",
	},
	secret_not_found: {
		status: 404,
		message: "There is no such secret.",
		hint: "List their names with GET /v1/namespaces/{ns}/secrets or `brig secret list`.",
	},
	method_not_allowed: {
		status: 405,
		message: "This address does not take this method.",
		hint: "The Allow header names the methods that it takes.",
	},
	already_exists: {
		status: 409,
		message: "This name is taken.",
		hint: "Choose another name, or delete the first.",
	},
	name_conflict: {
		status: 409,
		message: "A function of this name in another case exists.",
		hint: "Use the existing spelling, or delete that function first.",
	},
	locked: {
		status: 409,
		message: "The function is locked against change.",
		hint: "An admin unlocks it: `brig fn unlock SERVICE.NAME`.",
	},
	precondition_failed: {
		status: 412,
		message: "The function has changed since it was read.",
		hint: "Read it again: its ETag is what If-Match takes.",
	},
	language_conflict: {
		status: 409,
		message: "The function exists in another language.",
		hint: "Delete it first, or choose another name.",
	},
	too_large: {
		status: 413,
		message: "The body is larger than the limit.",
		hint: "GET /v1/limits shows every limit.",
	},
	invalid_name: {
		status: 422,
		message: "The name breaks the rules for names.",
		hint: "A namespace is [a-z0-9-]; a service [a-z][a-z0-9_]*; a function [A-Za-z][A-Za-z0-9_]*; no keyword, no `__`.",
	},
	invalid_field: {
		status: 422,
		message: "A field does not have the expected form.",
		hint: "Each fault names its path; compare with GET /openapi.json.",
	},
	invalid_schema: {
		status: 422,
		message: "The schema is not a JSON Schema that can be used.",
		hint: 'An input schema is an object with "type":"object".',
	},
	invalid_input: {
		status: 422,
		message: "The input does not fit the function's schema.",
		hint: "Each fault names its path; `describe` shows the signature.",
	},
	input_too_complex: {
		status: 422,
		message: "Checking the input against the schema takes too long.",
		hint: "Send a smaller input, or register a simpler schema.",
	},
	invalid_source: {
		status: 422,
		message: "The source is not text that can be used.",
		hint: "Send UTF-8 without NUL bytes.",
	},
	language_unknown: {
		status: 422,
		message: "The language can't be told from the source.",
		hint: "Send Content-Type text/x-python or text/x-typescript, or JSON with a language.",
	},
	source_syntax: {
		status: 422,
		message: "The source does not parse.",
		hint: "Line and column say where.",
	},
	no_entry: {
		status: 422,
		message: "The source has no entry.",
		hint: "Define a function named like the hosted function, or `default` (TypeScript), `main` or `handler`.",
	},
	source_too_complex: {
		status: 422,
		message: "Reading the source took more than 2 s or 256 MiB.",
		hint: "Simplify it: deeply nested brackets or types are the usual cause.",
	},
	not_supported: {
		status: 422,
		message: "This field is not supported.",
		hint: "Leave it out.",
	},
	limit_exceeded: {
		status: 422,
		message: "A limit above its maximum was asked for.",
		hint: "GET /v1/limits shows every limit with its maximum.",
	},
	busy: {
		status: 429,
		message: "The server is busy.",
		hint: "Try again after the seconds in Retry-After.",
	},
	internal: {
		status: 500,
		message: "The server failed at this. It is a fault of ours.",
		hint: "The server's log has the details under the time of this answer.",
	},
	no_sandbox: {
		status: 503,
		message: "No sandbox is to be had.",
		hint: "`brig serve` says at its start what it needs; the server's log has the reason.",
	},
	bad_settings: {
		status: 422,
		message: "The settings are wrong.",
		hint: "Nothing has changed: mend /etc/brig/brig.toml or the environment, then reload again.",
	},
	disk_full: {
		status: 507,
		message: "The disk under the data folder is full.",
		hint: "Make room; the server recovers by itself.",
	},
} as const satisfies Record<string, Entry>;

export type ErrorCode = keyof typeof ERRORS;

/** Fields that some errors carry beside the common four: line and column of a source, faults of an input. */
export interface ErrorExtra {
	line?: number | null;
	column?: number | null;
	faults?: { path: string; message: string }[];
}

/** An error that a user caused or can mend. Thrown anywhere, turned into an answer at the edge. */
export class BrigError extends Error {
	override readonly name = "BrigError";

	/**
	 * @param code a row of the table
	 * @param message what happened and where; the table's sentence when absent
	 */
	constructor(
		readonly code: ErrorCode,
		message?: string,
		readonly extra: ErrorExtra & { hint?: string } = {},
	) {
		super(message ?? ERRORS[code].message);
	}

	get status(): number {
		return ERRORS[this.code].status;
	}

	/** The contract's error object. */
	toBody() {
		const { hint, ...extra } = this.extra;
		return {
			error: {
				code: this.code,
				message: this.message,
				hint: hint ?? ERRORS[this.code].hint,
				docs: `/docs/errors#${this.code}`,
				...extra,
			},
		};
	}
}

/** Whether a call of the file system or of SQLite failed for want of room. */
export function isDiskFull(error: unknown): boolean {
	const { code } = (error ?? {}) as { code?: unknown };
	return typeof code === "string" && /^(ENOSPC|EDQUOT|SQLITE_FULL|SQLITE_IOERR.*)$/.test(code);
}
