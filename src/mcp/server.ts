/**
 * The MCP server of one request: its tools, and what each does.
 * @module
 */
import { Server } from "@modelcontextprotocol/sdk/server/index.js";
import type { RequestHandlerExtra } from "@modelcontextprotocol/sdk/shared/protocol.js";
import {
	CallToolRequestSchema,
	ErrorCode,
	ListToolsRequestSchema,
	type ServerNotification,
	type ServerRequest,
} from "@modelcontextprotocol/sdk/types.js";
import { AjvJsonSchemaValidator } from "@modelcontextprotocol/sdk/validation/ajv";
import { BrigError } from "../errors.ts";
import { type ToolTexts, toolTexts } from "../functions/catalog.ts";
import type { Catalog } from "../functions/catalogs.ts";
import { VERSION } from "../version.ts";
import { codeTools } from "./code-tools.ts";
import { functionTools } from "./function-tools.ts";
import { withProgress } from "./progress.ts";
import { errorResult } from "./rendering.ts";
import type { Session } from "./session.ts";

/** The SDK would make one for each server, and that takes longer than the rest of a request. */
const VALIDATOR = new AjvJsonSchemaValidator();

/** A server that is not yet connected. */
export function runServer(session: Session): Server {
	const shown = visible(session);
	const texts = textsOf(shown);
	const tools = session.mode === "tools" ? functionTools(session, shown) : codeTools(session, shown, texts);
	const server = new Server(
		{ name: "brig", title: "Brig", version: VERSION },
		{
			capabilities: { tools: {} },
			jsonSchemaValidator: VALIDATOR,
			...(session.mode === "code" ? { instructions: texts.instructions } : {}),
		},
	);
	server.setRequestHandler(ListToolsRequestSchema, () => ({ tools: tools.list() }) as never);
	server.setRequestHandler(
		CallToolRequestSchema,
		async ({ params }, extra: RequestHandlerExtra<ServerRequest, ServerNotification>) => {
			try {
				return await session.track(extra.requestId, (cancelled) => {
					const signal = AbortSignal.any([session.signal, extra.signal, cancelled]);
					const running = tools.call(params.name, params.arguments ?? {}, signal);
					if (!running) throw unknownTool(params.name);
					return withProgress(running, extra);
				});
			} catch (error) {
				if (error instanceof BrigError) return errorResult(error);
				throw error;
			}
		},
	);
	return server;
}

/** Not the SDK's McpError: it puts the code before the message, and so does the client's. */
function unknownTool(name: string): Error {
	const message = `Unknown tool: ${JSON.stringify(name.slice(0, 130))}`;
	return Object.assign(new Error(message), { code: ErrorCode.InvalidParams });
}

function visible({ catalog, tags }: Session): Catalog["functions"] {
	return tags === null
		? catalog.functions
		: catalog.functions.filter((fn) => fn.tags.some((tag) => tags.includes(tag)));
}

/** The texts of a list live as long as the list: one version of the catalog. */
const known = new WeakMap<object, ToolTexts>();
function textsOf(functions: Catalog["functions"]): ToolTexts {
	const texts = known.get(functions) ?? toolTexts(functions);
	known.set(functions, texts);
	return texts;
}
