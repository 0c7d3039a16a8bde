/**
 * The MCP server of one request: its tools, and what each does.
 * @module
 */
import { Server } from "@modelcontextprotocol/sdk/server/index.js";
import type { RequestHandlerExtra } from "@modelcontextprotocol/sdk/shared/protocol.js";
import {
	CallToolRequestSchema,
	type CallToolResult,
	ErrorCode,
	ListToolsRequestSchema,
	McpError,
	type ServerNotification,
	type ServerRequest,
} from "@modelcontextprotocol/sdk/types.js";
import { BrigError } from "../errors.ts";
import { type ToolTexts, toolTexts } from "../functions/catalog.ts";
import type { Catalog } from "../functions/catalogs.ts";
import type { Principal } from "../http/auth.ts";
import type { Services } from "../http/services.ts";
import { VERSION } from "../version.ts";
import { codeTools } from "./code-tools.ts";
import { functionTools } from "./function-tools.ts";
import { withProgress } from "./progress.ts";
import { errorResult } from "./rendering.ts";

/** What a request of one client works with. */
export interface Session {
	services: Services;
	principal: Principal;
	namespaceId: number;
	catalog: Catalog;
	mode: "code" | "tools";
	/** Only functions with one of these tags are told about; null for all. */
	tags: string[] | null;
	signal: AbortSignal;
}

/** A set of tools: what is listed, and how one is called. Null for a name that is not there. */
export interface ToolSet {
	list(): object[];
	call(name: string, input: Record<string, unknown>, signal: AbortSignal): Promise<CallToolResult> | null;
}

/** A server that is not yet connected. */
export function runServer(session: Session): Server {
	const shown = visible(session);
	const texts = textsOf(shown);
	const tools = session.mode === "tools" ? functionTools(session, shown) : codeTools(session, shown, texts);
	const server = new Server(
		{ name: "brig", title: "Brig", version: VERSION },
		{
			capabilities: { tools: {} },
			...(session.mode === "code" ? { instructions: texts.instructions } : {}),
		},
	);
	server.setRequestHandler(ListToolsRequestSchema, () => ({ tools: tools.list() }) as never);
	server.setRequestHandler(
		CallToolRequestSchema,
		async ({ params }, extra: RequestHandlerExtra<ServerRequest, ServerNotification>) => {
			const call = (signal: AbortSignal) => tools.call(params.name, params.arguments ?? {}, signal);
			try {
				const running = call(AbortSignal.any([session.signal, extra.signal]));
				if (!running)
					throw new McpError(
						ErrorCode.InvalidParams,
						`Unknown tool: ${JSON.stringify(params.name.slice(0, 130))}`,
					);
				return await withProgress(running, extra);
			} catch (error) {
				if (error instanceof BrigError) return errorResult(error);
				throw error;
			}
		},
	);
	return server;
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
