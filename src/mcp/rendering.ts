/**
 * Results for a model: the contract's object as structured content, and the same as text, shortest first.
 * @module
 */
import type { CallToolResult } from "@modelcontextprotocol/sdk/types.js";
import type { BrigError } from "../errors.ts";
import { exactJson } from "../functions/json-text.ts";
import type { ExecutionResult } from "../result.ts";

/** The result of an execution; `isError` whenever it failed. */
export function executionResult(result: ExecutionResult): CallToolResult {
	const { resultJson, id, status, ...rest } = result;
	return {
		content: [{ type: "text", text: executionText(result) }],
		structuredContent: { id, status, result: resultValue(resultJson), ...rest },
		...(status === "ok" ? {} : { isError: true }),
	};
}

/** What no double holds exactly has at least this many digits. */
const LONG_INTEGER = /\d{16}/;

/** The result's value; integers beyond 2^53 keep their digits when it is written again. */
function resultValue(text: string): unknown {
	return LONG_INTEGER.test(text) ? exactJson(text) : JSON.parse(text);
}

/** An error that no execution came of. */
export function errorResult(error: BrigError): CallToolResult {
	const body = error.toBody();
	const faults = (body.error.faults ?? []).map(({ path, message }) => `\n${path || "/"} ${message}`).join("");
	return {
		content: [{ type: "text", text: `${body.error.message}${faults}\n${body.error.hint}` }],
		structuredContent: body,
		isError: true,
	};
}

function executionText({ status, resultJson, error, stdout, stderr, warnings }: ExecutionResult): string {
	const parts: string[] = [];
	if (status === "ok") parts.push(resultJson);
	else if (error) {
		const place =
			error.line === null
				? ""
				: ` (line ${error.line}${error.column === null ? "" : `, column ${error.column}`})`;
		parts.push(`${status}: ${error.type}: ${error.message}${place}`);
		if (error.traceback) parts.push(error.traceback);
		if (error.hint) parts.push(`hint: ${error.hint}`);
	} else parts.push(status);
	if (stdout) parts.push(`stdout:\n${stdout}`);
	if (stderr) parts.push(`stderr:\n${stderr}`);
	if (warnings.length) parts.push(`warnings:\n${warnings.join("\n")}`);
	return parts.join("\n\n");
}
