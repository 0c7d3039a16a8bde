/**
 * Tools mode: one MCP tool for each function, for catalogs so small that code mode saves nothing.
 * @module
 */
import { BrigError } from "../errors.ts";
import type { Catalog } from "../functions/catalogs.ts";
import { isObject } from "../functions/types.ts";
import { allows } from "../http/auth.ts";
import { LIMITS } from "../limits.ts";
import { executionResult } from "./rendering.ts";
import type { Session, ToolSet } from "./session.ts";

/** Clients cut a tool's description here. */
const DESCRIPTION_CHARACTERS = 2_048;

/** Tools named `service__function`. */
export function functionTools(session: Session, shown: Catalog["functions"]): ToolSet {
	const byTool = new Map(shown.map((fn) => [`${fn.service}__${fn.name}`, fn]));
	return {
		list: () =>
			[...byTool].map(([name, fn]) => ({
				name,
				description: fn.description.slice(0, DESCRIPTION_CHARACTERS),
				inputSchema: { ...(isObject(fn.input_schema) ? fn.input_schema : {}), type: "object" },
			})),
		call(name, input, signal) {
			const fn = byTool.get(name);
			return fn ? call(session, fn, JSON.stringify(input), signal) : null;
		},
	};
}

async function call(session: Session, fn: Catalog["functions"][number], input: string, signal: AbortSignal) {
	const faults = await session.services.checks.input(fn, input);
	if (faults.length) throw new BrigError("invalid_input", undefined, { faults });
	const result = await session.services.executor.run({
		kind: "call",
		namespace: session.namespace,
		keyId: session.principal.id,
		catalog: session.catalog,
		fn,
		input,
		timeoutMs: fn.limits.wall_ms ?? LIMITS.wall_ms.default,
		signal,
	});
	if (result.error && !allows(session.principal, "write")) result.error.traceback = null;
	return executionResult(result);
}
