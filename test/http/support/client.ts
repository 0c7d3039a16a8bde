/**
 * A client of a test server's REST surface, and the checks that every refusal must pass.
 * @module
 */
import type { TestBrig } from "../../server.ts";

/** The function of the README. */
export const ORDERS = `def get_orders(status: str = "open", limit: int = 50) -> list[dict]:
    """List customer orders, newest first."""
    return [{"id": i, "status": status, "total": 100 * i} for i in range(limit)]
`;

export interface Answer {
	status: number;
	headers: Headers;
	text: string;
	// biome-ignore lint/suspicious/noExplicitAny: tests look at what they expect
	json: any;
}

export interface Options {
	/** Of the admin key when absent; null for none. */
	key?: string | null;
	/** JSON unless it is text or bytes. */
	body?: unknown;
	headers?: Record<string, string>;
}

/** As much of a tap test as the checks need. */
export interface Checks {
	equal(found: unknown, wanted: unknown, message: string): unknown;
	ok(value: unknown, message: string): unknown;
	same(found: unknown, wanted: unknown, message: string): unknown;
}

export type Api = (method: string, path: string, options?: Options) => Promise<Answer>;

/** Requests to this server; paths that start with `/` are whole, others are below the namespace `default`. */
export function api(brig: Pick<TestBrig, "url" | "adminKey">): Api {
	return async (method, path, { key = brig.adminKey, body, headers = {} } = {}) => {
		const whole = path.startsWith("/") ? path : `/v1/namespaces/default/${path}`;
		const plain = typeof body === "string" || body instanceof Uint8Array;
		const answer = await fetch(brig.url + whole, {
			method,
			headers: {
				...(key === null ? {} : { authorization: `Bearer ${key}` }),
				...(body !== undefined && !plain ? { "content-type": "application/json" } : {}),
				...headers,
			},
			...(body === undefined ? {} : { body: plain ? (body as string) : JSON.stringify(body) }),
		});
		return read(answer);
	};
}

async function read(answer: Response): Promise<Answer> {
	const text = await answer.text();
	let json: unknown = null;
	try {
		json = JSON.parse(text);
	} catch {
		// Not every answer is JSON.
	}
	return { status: answer.status, headers: answer.headers, text, json };
}

/** The answer is a refusal with this status and code, in the contract's shape. */
export function refused(t: Checks, answer: Answer, status: number, code: string, about = ""): void {
	t.equal(
		`${answer.status} ${answer.json?.error?.code}`,
		`${status} ${code}`,
		about || answer.text.slice(0, 300),
	);
	const { message, hint, docs } = answer.json?.error ?? {};
	t.ok(typeof message === "string" && message.length > 0 && message.length < 2_000, `message: ${message}`);
	t.ok(typeof hint === "string" && hint.length > 0, `hint: ${hint}`);
	t.equal(docs, `/docs/errors#${code}`, "docs");
	t.same(Object.keys(answer.json ?? {}), ["error"], "an error and nothing else");
}

/** The server answers and runs code. */
export async function healthy(t: Checks, call: Api): Promise<void> {
	t.equal((await call("GET", "/healthz", { key: null })).text, '{"status":"ok"}', "the server is well");
	const { json } = await call("POST", "execute", { body: { language: "python", code: "6 * 7" } });
	t.equal(json.result, 42, "the next execution works");
}

/** How long `GET /healthz` takes while `work` goes on, each time, in ms. */
export async function healthDuring(call: Api, work: Promise<unknown>): Promise<number[]> {
	let going = true;
	const stop = () => {
		going = false;
	};
	void work.then(stop, stop);
	const delays: number[] = [];
	while (going || delays.length < 5) {
		const start = performance.now();
		await call("GET", "/healthz", { key: null });
		delays.push(performance.now() - start);
		await Bun.sleep(10);
	}
	await work;
	return delays;
}
