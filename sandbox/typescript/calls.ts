/**
 * Calls and queries on their way: each has an id and a promise until its reply comes.
 * @module
 */
import type { FrameSocket, Header } from "./frames.ts";
import { FunctionError } from "./function-error.ts";
import { parseReply } from "./replies.ts";
import { encode } from "./values.ts";

const OwnPromise = Promise;
const { byteLength } = Buffer;

interface Waiting {
	label: string;
	/** Made where the call was made: a reply's own stack would show no line of the program. */
	site: Error;
	resolve(value: unknown): void;
	reject(error: unknown): void;
}

/** The calls of one runner. */
export class Calls {
	readonly #waiting = new Map<number, Waiting>();
	#nextId = 1;
	#largeIntegers: string[] = [];

	constructor(
		readonly socket: FrameSocket,
		readonly depthLimit: number,
		/** Most bytes of an input's JSON text. */
		readonly inputLimit: number = Number.POSITIVE_INFINITY,
	) {}

	/** Calls a hosted function by its full name with one object; resolves to its value, rejects with FunctionError. */
	call(name: string, args: unknown[]): Promise<unknown> {
		try {
			const input = encode(inputOf(name, args), "input", this.depthLimit);
			const bytes = byteLength(input);
			if (bytes > this.inputLimit)
				throw new RangeError(
					`the input of ${name} is ${bytes} bytes of JSON, above the limit of ${this.inputLimit} bytes`,
				);
			return this.#send(name, { op: "call", function: name }, input);
		} catch (error) {
			return OwnPromise.reject(error);
		}
	}

	/** Asks the server about its functions; `fields` are the query's own. */
	query(kind: string, fields: Record<string, unknown>): Promise<unknown> {
		return this.#send(`functions.${kind}`, { op: "query", kind, ...fields }, "");
	}

	/** Settles the promise that a reply frame belongs to. */
	reply(header: Header, body: Buffer): void {
		const id = header.id as number;
		const waiting = this.#waiting.get(id);
		if (!waiting) return;
		this.#waiting.delete(id);
		if (!header.ok) return waiting.reject(failure(header.error as Failure, waiting));
		try {
			const { value, largeIntegers } = parseReply(body.toString("utf8"));
			for (const path of largeIntegers) this.noteLargeInteger(waiting.label, path);
			waiting.resolve(value);
		} catch (error) {
			const message = `The function's result can't be read: ${String(error).slice(0, 200)}.`;
			waiting.reject(failure({ type: "ProtocolError", message }, waiting));
		}
	}

	/** Remembers an integer that came in as a string, for the next result frame. */
	noteLargeInteger(label: string, path: string): void {
		this.#largeIntegers.push(`${label}: integer${path ? ` at ${path}` : ""}`);
	}

	/** The warnings since the last result frame: one at most. */
	takeWarnings(): string[] {
		const [first, ...others] = this.#largeIntegers;
		this.#largeIntegers = [];
		if (!first) return [];
		const more = others.length > 0 ? ` (and ${others.length} more like it)` : "";
		return [`${first} is beyond 2^53 and was given as a string${more}`];
	}

	#send(label: string, header: Header, body: string): Promise<unknown> {
		const id = this.#nextId++;
		return new OwnPromise((resolve, reject) => {
			this.#waiting.set(id, { label, site: new Error(), resolve, reject });
			this.socket.send({ ...header, id }, body);
		});
	}
}

interface Failure {
	function?: string;
	type?: string;
	message?: string;
}

function failure({ function: name, type, message }: Failure, waiting: Waiting): FunctionError {
	const error = new FunctionError(message ?? "the call failed", name ?? waiting.label, type ?? "Error");
	const frames = String(waiting.site.stack ?? "")
		.split("\n")
		.slice(1);
	error.stack = [`FunctionError: ${error.message}`, ...frames].join("\n");
	return error;
}

/** The one object that a hosted function takes; none is an empty one. */
function inputOf(name: string, args: unknown[]): object {
	const [input = {}] = args;
	if (args.length <= 1 && typeof input === "object" && input !== null && !Array.isArray(input)) return input;
	const got = args.length > 1 ? `${args.length} arguments` : kindOf(input);
	throw new TypeError(
		`${name} takes one object with its arguments by name, as in ${name}({ name: value }), not ${got}`,
	);
}

function kindOf(value: unknown): string {
	if (value === null) return "null";
	if (Array.isArray(value)) return "an array";
	return `a ${typeof value}`;
}
