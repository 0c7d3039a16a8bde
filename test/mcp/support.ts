/**
 * The official client, and plain requests, against a server under test.
 * @module
 */
import { Client } from "@modelcontextprotocol/sdk/client/index.js";
import { StreamableHTTPClientTransport } from "@modelcontextprotocol/sdk/client/streamableHttp.js";
import type { TestBrig } from "../server.ts";

/** As much of a tap test as this needs. */
interface Test {
	teardown(action: () => unknown): unknown;
}

/** The contract's execution result, as structured content. */
export interface Structured {
	id: string;
	status: string;
	result: unknown;
	stdout: string;
	stderr: string;
	error: null | Record<"type" | "message" | "line" | "column" | "traceback" | "hint", unknown>;
	warnings: string[];
	usage: Record<string, number | null>;
}

/** What a tools/call answered, in the shape that these tests look at. */
export interface Called<T = Structured> {
	isError: boolean;
	text: string;
	structured: T;
}

/** A connected client with the run key, closed when the test ends; `query` such as "?mode=tools". */
export async function connect(t: Test, brig: TestBrig, query = "", namespace = "default"): Promise<Client> {
	const client = new Client({ name: "brig-test", version: "1.0.0" });
	const headers = { authorization: `Bearer ${brig.runKey}` };
	const url = new URL(`${brig.url}/mcp/run/${namespace}${query}`);
	await client.connect(new StreamableHTTPClientTransport(url, { requestInit: { headers } }));
	t.teardown(() => client.close());
	return client;
}

/** Calls a tool; the text of all its content, and its structured content. */
export async function call<T = Structured>(client: Client, name: string, input: object): Promise<Called<T>> {
	const answer = await client.callTool({ name, arguments: { ...input } });
	const content = answer.content as { type: string; text?: string }[];
	return {
		isError: answer.isError === true,
		text: content.map((one) => one.text ?? "").join("\n"),
		structured: answer.structuredContent as T,
	};
}

/** Runs a program through the tool `execute`. */
export const execute = (client: Client, code: string, more: object = {}) =>
	call(client, "execute", { code, ...more });

/** Registers a function as curl would, with more fields as JSON when there are any. */
export async function register(brig: TestBrig, name: string, code: string, fields?: object): Promise<void> {
	const answer = await fetch(`${brig.url}/v1/namespaces/default/functions/${name}`, {
		method: "PUT",
		headers: {
			authorization: `Bearer ${brig.adminKey}`,
			...(fields ? { "content-type": "application/json" } : {}),
		},
		body: fields ? JSON.stringify({ code, ...fields }) : code,
	});
	if (answer.status !== 201) {
		throw new Error(`${name}: ${answer.status} ${await answer.text()}\n${brig.stderr().slice(-1_000)}`);
	}
}

/** One JSON-RPC message as a POST without a client, with headers changed or (null) left out. */
export function post(
	brig: TestBrig,
	message: unknown,
	changed: Record<string, string | null> = {},
	path = "/mcp/run/default",
): Promise<Response> {
	const headers = {
		authorization: `Bearer ${brig.runKey}`,
		accept: "application/json, text/event-stream",
		"content-type": "application/json",
		...changed,
	};
	const kept = Object.entries(headers).filter((entry): entry is [string, string] => entry[1] !== null);
	return fetch(`${brig.url}${path}`, {
		method: "POST",
		headers: kept,
		body: typeof message === "string" ? message : JSON.stringify(message),
	});
}

/** A tools/call message of `execute`. */
export const executeMessage = (code: string, meta: object = {}) => ({
	jsonrpc: "2.0",
	id: 1,
	method: "tools/call",
	params: { name: "execute", arguments: { code }, ...meta },
});

/** A ledger row, as the server's own client of REST sees it. */
export async function ledger(brig: TestBrig, query = ""): Promise<Record<string, unknown>[]> {
	const answer = await fetch(`${brig.url}/v1/namespaces/default/executions${query}`, {
		headers: { authorization: `Bearer ${brig.adminKey}` },
	});
	return ((await answer.json()) as { executions: Record<string, unknown>[] }).executions;
}
