/**
 * Sessions that hold no state: an id only tells which client a cancellation comes from, among those that share a key
 * and number their requests alike. It is checked, not stored, so it outlives the server.
 * @module
 */
import type { RequestId } from "@modelcontextprotocol/sdk/types.js";
import { BrigError } from "../errors.ts";
import { randomBase62 } from "../store/keys.ts";

const HEADER = "mcp-session-id";
const RANDOM_LENGTH = 22;
const CHECK_LENGTH = 16;

/** A new id for a client of this key. */
function makeSessionId(keyId: string): string {
	const random = randomBase62(RANDOM_LENGTH);
	return random + checkOf(keyId, random);
}

/** Not a secret: the key is what lets a client in. This tells our ids from others. */
function checkOf(keyId: string, random: string): string {
	return new Bun.CryptoHasher("sha256").update(`${keyId} ${random}`).digest("hex").slice(0, CHECK_LENGTH);
}

/** The request's session, null when it names none. Throws not_found for one that was never this key's. */
export function sessionOf(request: Request, keyId: string): string | null {
	const id = request.headers.get(HEADER);
	if (id === null) return null;
	if (id !== id.slice(0, RANDOM_LENGTH) + checkOf(keyId, id.slice(0, RANDOM_LENGTH)))
		throw new BrigError("not_found", "There is no such session: initialize again.");
	return id;
}

/** Gives the answer to an initialize its session. */
export function startSession(response: Response, messages: readonly unknown[], keyId: string): Response {
	if (response.ok && messages.some((message) => methodOf(message) === "initialize"))
		response.headers.set(HEADER, makeSessionId(keyId));
	return response;
}

/** The calls that run now, by session and request: a cancellation comes in a request of its own. */
export class RunningCalls {
	readonly #calls = new Map<string, AbortController>();

	/** Runs work whose signal fires when the session cancels the request. */
	async track<T>(
		session: string | null,
		request: RequestId,
		work: (cancelled: AbortSignal) => Promise<T>,
	): Promise<T> {
		const controller = new AbortController();
		if (session === null) return work(controller.signal);
		const name = nameOf(session, request);
		this.#calls.set(name, controller);
		try {
			return await work(controller.signal);
		} finally {
			if (this.#calls.get(name) === controller) this.#calls.delete(name);
		}
	}

	/** Ends what the messages cancel. */
	cancel(session: string | null, messages: readonly unknown[]): void {
		if (session === null) return;
		for (const message of messages) {
			if (methodOf(message) !== "notifications/cancelled") continue;
			const { requestId } = (message as { params?: { requestId?: RequestId } }).params ?? {};
			if (requestId !== undefined) this.#calls.get(nameOf(session, requestId))?.abort();
		}
	}
}

/** The numbers 1 and "1" are different requests. */
function nameOf(session: string, request: RequestId): string {
	return `${session} ${JSON.stringify(request)}`;
}

function methodOf(message: unknown): unknown {
	return (message as { method?: unknown } | null)?.method;
}
