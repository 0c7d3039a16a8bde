/**
 * The log's line of an execution that has ended: who ran what, how it ended and what it took. No code, input, result
 * or output enters it; of an error only its type, which is the code's own word.
 * @module
 */
import { type LogFields, wordOf } from "../log.ts";
import type { ExecutionResult } from "../result.ts";
import { type ExecutionRequest, named } from "./request.ts";

/** The fields of its line. */
export function executed(
	request: ExecutionRequest,
	{ id, status, error, usage }: Pick<ExecutionResult, "id" | "status" | "error" | "usage">,
): LogFields {
	const { kind, function: called, version, language } = named(request);
	return {
		execution: id,
		namespace: request.namespace.name,
		key: request.keyId,
		kind,
		...(called === null ? {} : { function: called, version }),
		language,
		status,
		wall_ms: usage.wall_ms,
		calls: usage.calls,
		...(error ? { error: wordOf(error.type) } : {}),
	};
}
