/**
 * An execution result as it goes to clients.
 * @module
 */
import type { ExecutionResult } from "../result.ts";

/** The contract's object as JSON text; the result's own text is put in as it is, so that every digit survives. */
export function resultToJson(result: ExecutionResult): string {
	const { id, status, resultJson, ...rest } = result;
	const head = JSON.stringify({ id, status }).slice(0, -1);
	return `${head},"result":${resultJson},${JSON.stringify(rest).slice(1)}`;
}
