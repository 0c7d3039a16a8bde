/**
 * What a client asks of the server, one way each: REST and the official MCP client.
 * @module
 */
import { Client } from "@modelcontextprotocol/sdk/client/index.js";
import { StreamableHTTPClientTransport } from "@modelcontextprotocol/sdk/client/streamableHttp.js";
import type { OwnServer } from "../demo-parts/server.ts";

export type Language = "python" | "typescript";
const TIMEOUT_MS = 120_000;

/** Runs code by REST; its result. Throws unless it is ok. */
export async function executeByRest(server: OwnServer, language: Language, code: string): Promise<unknown> {
	const body = JSON.stringify({ language, code, timeout_ms: TIMEOUT_MS });
	return resultOf(await request(server, "POST", "execute", server.runKey, body));
}

/** Calls a function by REST; its result. */
export async function callByRest(server: OwnServer, name: string, input: object): Promise<unknown> {
	return resultOf(
		await request(server, "POST", `functions/${name}/call`, server.runKey, JSON.stringify(input)),
	);
}

export async function register(server: OwnServer, name: string, source: string): Promise<void> {
	await request(server, "PUT", `functions/${name}`, server.adminKey, source);
}

async function request(server: OwnServer, method: string, path: string, key: string, body: string) {
	const answer = await fetch(`${server.url}/v1/namespaces/default/${path}`, {
		method,
		headers: {
			authorization: `Bearer ${key}`,
			...(method === "POST" ? { "content-type": "application/json" } : {}),
		},
		body,
	});
	const text = await answer.text();
	if (!answer.ok) throw new Error(`${method} ${path}: ${answer.status} ${text.slice(0, 300)}`);
	return JSON.parse(text) as { status: string; result: unknown };
}

function resultOf(answer: { status: string; result: unknown }): unknown {
	if (answer.status !== "ok") throw new Error(`an execution failed: ${JSON.stringify(answer).slice(0, 500)}`);
	return answer.result;
}

export async function connect(server: OwnServer): Promise<Client> {
	const client = new Client({ name: "brig-bench", version: "1.0.0" });
	const headers = { authorization: `Bearer ${server.runKey}` };
	const url = new URL(`${server.url}/mcp/run/default`);
	await client.connect(new StreamableHTTPClientTransport(url, { requestInit: { headers } }));
	return client;
}

/** Runs code by the tool `execute`. */
export async function executeByMcp(client: Client, language: Language, code: string): Promise<unknown> {
	const answer = await client.callTool({ name: "execute", arguments: { language, code } });
	return resultOf(answer.structuredContent as { status: string; result: unknown });
}
