/**
 * Code mode: three tools, whatever the catalog holds.
 * @module
 */

import type { CallToolResult } from "@modelcontextprotocol/sdk/types.js";
import { Type } from "@sinclair/typebox";
import { detectLanguage } from "../execution/language.ts";
import { TOOL_INPUTS, type ToolTexts } from "../functions/catalog.ts";
import type { Catalog } from "../functions/catalogs.ts";
import { search } from "../functions/search.ts";
import { describe } from "../functions/stubs.ts";
import { fields } from "../http/fields.ts";
import { checkedTimeout, checkSource } from "../http/routes/execute.ts";
import { executionResult } from "./rendering.ts";
import type { Session, ToolSet } from "./session.ts";

const Execute = fields(
	Type.Object({
		code: Type.String(),
		language: Type.Optional(Type.Union([Type.Literal("python"), Type.Literal("typescript")])),
		timeout_ms: Type.Optional(Type.Integer({ minimum: 1 })),
	}),
);
const Search = fields(
	Type.Object({
		query: Type.String({ maxLength: 1_000 }),
		limit: Type.Optional(Type.Integer({ minimum: 1, maximum: 50 })),
	}),
);
const Describe = fields(
	Type.Object({ names: Type.Array(Type.String({ maxLength: 200 }), { minItems: 1, maxItems: 20 }) }),
);

/** The tools `execute`, `search` and `describe`. */
export function codeTools(session: Session, shown: Catalog["functions"], texts: ToolTexts): ToolSet {
	const calls: Record<string, (input: unknown, signal: AbortSignal) => Promise<CallToolResult>> = {
		execute: (input, signal) => execute(session, Execute(input), signal),
		search: async (input) => found(shown, Search(input)),
		describe: async (input) => described(session.catalog, Describe(input).names),
	};
	return {
		list: () => [
			tool("execute", "Run code", texts.execute, {
				readOnlyHint: false,
				destructiveHint: true,
				openWorldHint: true,
			}),
			tool("search", "Search functions", texts.search, { readOnlyHint: true }),
			tool("describe", "Describe functions", texts.describe, { readOnlyHint: true }),
		],
		call: (name, input, signal) =>
			Object.hasOwn(calls, name) ? (calls[name]?.(input, signal) ?? null) : null,
	};
}

function tool(name: keyof typeof TOOL_INPUTS, title: string, description: string, annotations: object) {
	return { name, title, description, inputSchema: TOOL_INPUTS[name], annotations };
}

async function execute(
	session: Session,
	input: ReturnType<typeof Execute>,
	signal: AbortSignal,
): Promise<CallToolResult> {
	checkSource(input.code);
	return executionResult(
		await session.services.executor.run({
			kind: "execute",
			namespace: session.namespace,
			keyId: session.principal.id,
			catalog: session.catalog,
			code: input.code,
			language: input.language ?? detectLanguage(input.code) ?? "python",
			timeoutMs: checkedTimeout(input.timeout_ms),
			signal,
		}),
	);
}

function found(functions: Catalog["functions"], { query, limit }: ReturnType<typeof Search>): CallToolResult {
	const functionsFound = search(functions, query, limit ?? 10);
	const lines = functionsFound.map(({ signature, summary }) =>
		summary ? `${signature}  # ${summary}` : signature,
	);
	return {
		content: [
			{ type: "text", text: lines.join("\n") || "Nothing fits; try other words, or an empty query." },
		],
		structuredContent: { functions: functionsFound },
	};
}

/** An error only when none of the names is there. */
function described(catalog: Catalog, names: string[]): CallToolResult {
	const texts = names.map((name) => {
		const fn = catalog.find(name);
		if (fn) return { name, text: describe(fn) };
		const error = catalog.missing(name);
		return { name, error: `${error.message} ${error.extra.hint}` };
	});
	return {
		content: [{ type: "text", text: texts.map((one) => one.text ?? one.error).join("\n\n") }],
		structuredContent: { functions: texts },
		...(texts.every((one) => one.error) ? { isError: true } : {}),
	};
}
