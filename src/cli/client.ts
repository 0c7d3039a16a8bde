/**
 * The one client of the HTTP API: by address and key, or through the local socket.
 * @module
 */
import { accessSync, constants, existsSync } from "node:fs";
import { oneLine } from "../functions/text.ts";
import { ApiError, type ErrorBody, Failure } from "./errors.ts";
import { findTarget, type Target, type TargetFlags } from "./target.ts";

const ANSWER_MS = 60_000;

export interface RequestOptions {
	body?: string | Uint8Array;
	/** The body's content type; JSON when absent. */
	type?: string;
	/** It runs code: the server's own limits end it, not a clock of ours. */
	slow?: boolean;
}

/** An answer of the API with a status below 300. `text` is what the server sent. */
export interface Answer<T> {
	status: number;
	text: string;
	value: T;
}

/** Sends requests to one server. */
export class Client {
	constructor(readonly target: Target) {}

	/** Sends one request. Throws ApiError for a refusal of the server, Failure when there is no answer of the API. */
	async request<T>(method: string, path: string, options: RequestOptions = {}): Promise<Answer<T>> {
		const response = await this.#send(method, path, options);
		const text = await response.text().catch((error) => {
			throw new Failure(`The answer of ${this.#name} broke off: ${oneLine(String(error), 200)}`);
		});
		if (response.status === 204) return { status: 204, text, value: undefined as T };
		const value = parse(text);
		if (response.ok && value !== undefined) return { status: response.status, text, value: value as T };
		const error = (value as { error?: ErrorBody } | null | undefined)?.error;
		if (typeof error?.code === "string" && typeof error.message === "string") {
			throw new ApiError(this.#explained(error), text);
		}
		throw this.#stranger(response, text);
	}

	get #name(): string {
		return "url" in this.target ? this.target.url : this.target.socket;
	}

	async #send(method: string, path: string, { body, type, slow }: RequestOptions): Promise<Response> {
		const { target } = this;
		const headers: Record<string, string> = {};
		if (body !== undefined) headers["content-type"] = type ?? "application/json";
		if ("url" in target && target.key) headers.authorization = `Bearer ${target.key}`;
		try {
			return await fetch(`${"url" in target ? target.url : "http://brig"}${path}`, {
				method,
				headers,
				// A key goes to the named server, not to where that one points.
				redirect: "manual",
				...(body !== undefined && { body }),
				...("socket" in target && { unix: target.socket }),
				...(slow ? { timeout: false } : { signal: AbortSignal.timeout(ANSWER_MS) }),
			} as RequestInit);
		} catch (error) {
			throw "url" in target ? unreachable(target.url, error) : unreachableSocket(target, error);
		}
	}

	/** A refused key needs another sentence than the server can know. */
	#explained(error: ErrorBody): ErrorBody {
		if (error.code !== "unauthorized" || !("url" in this.target)) return error;
		const { url, key } = this.target;
		return key
			? {
					...error,
					message: `${url} does not know this key, or it was revoked.`,
					hint: "Check BRIG_KEY; `brig key create` on the server makes a new one.",
				}
			: {
					...error,
					message: `${url} asks for a key, and none was given.`,
					hint: "Set BRIG_KEY; `brig key create` on the server makes one.",
				};
	}

	#stranger(response: Response, text: string): Failure {
		const to = response.headers.get("location");
		if (response.status >= 300 && response.status < 400 && to) {
			return new Failure(`${this.#name} redirects to ${oneLine(to, 200)}.`, "Use that server's address.");
		}
		const start = oneLine(text, 80);
		return new Failure(
			`${this.#name} answered ${response.status} with something that is not Brig's JSON${start ? `: ${start}` : "."}`,
			"Is this the address of a Brig server? A proxy before it may answer in its place.",
		);
	}
}

/** The client that the flags and the environment name. Throws Misuse. */
export function connect(flags: TargetFlags): Client {
	return new Client(findTarget(flags));
}

function unreachable(url: string, error: unknown): Failure {
	const { code, message, name } = error as { code?: string; message: string; name?: string };
	if (code === "ECONNREFUSED") {
		return new Failure(
			`No server answers at ${url}.`,
			"Is it running? `brig serve` starts one; BRIG_URL or --url names another.",
		);
	}
	if (name === "TimeoutError") return new Failure(`${url} gave no answer within ${ANSWER_MS / 1000} s.`);
	if (/CERT|SIGNATURE/.test(code ?? "")) {
		return new Failure(
			`The certificate of ${url} is not trusted here: ${oneLine(message, 200)}.`,
			"Call the server by the name in its certificate. One of your own authority is trusted with its root: NODE_EXTRA_CA_CERTS=FILE.",
		);
	}
	return new Failure(
		`${url} can't be reached: ${oneLine(message, 200)}`,
		"Check the address and the network.",
	);
}

function unreachableSocket({ socket, data }: { socket: string; data: string }, error: unknown): Failure {
	const elsewhere = "or name a server with BRIG_URL and BRIG_KEY.";
	const start = `Is the server running? \`brig serve --data ${data}\` starts it; --data names another folder, ${elsewhere}`;
	if ((error as Error).name === "TimeoutError") {
		return new Failure(`The server of ${data} gave no answer within ${ANSWER_MS / 1000} s.`);
	}
	if (!existsSync(socket)) return new Failure(`There is no server's socket at ${socket}.`, start);
	try {
		accessSync(socket, constants.R_OK | constants.W_OK);
	} catch {
		return new Failure(
			`Only the user of the server may open ${socket}.`,
			`Run this as that user (with sudo, if that is root), ${elsewhere}`,
		);
	}
	if ((error as { code?: string }).code === "ECONNREFUSED") {
		return new Failure(`No server answers at ${socket}.`, start);
	}
	return new Failure(`${socket} can't be reached: ${oneLine((error as Error).message, 200)}`, start);
}

/** The value of JSON text; undefined when it is none. */
function parse(text: string): unknown {
	try {
		return JSON.parse(text);
	} catch {
		return undefined;
	}
}
