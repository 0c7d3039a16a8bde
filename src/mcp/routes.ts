/**
 * `/mcp/run/{ns}`: MCP over Streamable HTTP, stateless. A server and a transport for each request, as the SDK asks.
 * @module
 */
import { WebStandardStreamableHTTPServerTransport } from "@modelcontextprotocol/sdk/server/webStandardStreamableHttp.js";
import { Elysia } from "elysia";
import { BrigError } from "../errors.ts";
import { authenticate, enter } from "../http/auth.ts";
import { readJson } from "../http/body.ts";
import type { Services } from "../http/services.ts";
import { MCP_BODY_BYTES } from "../limits.ts";
import { RunningCalls, sessionOf, startSession } from "./client-sessions.ts";
import { checkOrigin } from "./origin.ts";
import { runServer } from "./server.ts";

/** Messages in one batch. */
const MOST_MESSAGES = 50;

export function mcpRoutes(services: Services) {
	const { keys, namespaces, catalogs, config, certificate } = services;
	const calls = new RunningCalls();
	return new Elysia().post(
		"/mcp/run/:ns",
		async ({ request, params, query }) => {
			checkOrigin(request, config, certificate?.current() ?? null);
			const principal = authenticate(request, keys);
			const namespace = enter(principal, namespaces, params.ns, "run");
			const session = sessionOf(request, principal.id);
			const body = await readJson(request, MCP_BODY_BYTES);
			const messages = Array.isArray(body) ? body : [body];
			if (messages.length === 0 || messages.length > MOST_MESSAGES)
				throw new BrigError("bad_request", `A batch holds 1 to ${MOST_MESSAGES} messages.`);
			calls.cancel(session, messages);
			services.keepOpen(request);
			const server = runServer({
				services,
				principal,
				namespace,
				catalog: catalogs.get(namespace.id, principal.services),
				mode: query.mode === "tools" ? "tools" : "code",
				tags: query.tags ? query.tags.split(",") : null,
				signal: request.signal,
				track: (id, work) => calls.track(session, id, work),
			});
			// Progress flows only in an event stream; one JSON answer is cheaper for everybody else.
			const transport = new WebStandardStreamableHTTPServerTransport({
				enableJsonResponse: !messages.some(wantsProgress),
			});
			request.signal.addEventListener("abort", () => void server.close());
			await server.connect(transport);
			const response = await transport.handleRequest(request, { parsedBody: body });
			return startSession(response, messages, principal.id);
		},
		{ parse: "none" },
	);
}

function wantsProgress(message: unknown): boolean {
	const { params } = (message ?? {}) as { params?: { _meta?: { progressToken?: unknown } } };
	return params?._meta?.progressToken !== undefined;
}
