/**
 * Routes of functions and executions.
 * @module
 */
import type { ErrorCode } from "../../errors.ts";
import { json, list, nullable, object, operation, type Paths, ref, string } from "./parts.ts";

const reached = ["forbidden", "namespace_not_found"] as const satisfies ErrorCode[];
const functionReached = [...reached, "function_not_found"] as const satisfies ErrorCode[];
const ran = ["busy", "no_sandbox", "invalid_json", "too_large"] as const satisfies ErrorCode[];

const source = { schema: { type: "string" } };

export const FUNCTION_PATHS: Paths = {
	"/v1/namespaces/{ns}/functions": {
		get: operation({
			summary: "List functions",
			parameters: ["ns", "tag", "q"],
			answers: {
				200: [
					"By name, or the best match first.",
					object({ functions: list(ref("ListedFunction")), next: nullable(string) }),
				],
			},
			errors: reached,
		}),
	},
	"/v1/namespaces/{ns}/functions/{name}": {
		get: operation({
			summary: "Show a function",
			parameters: ["ns", "name"],
			answers: { 200: ["The active version.", ref("Function")] },
			errors: functionReached,
		}),
		put: operation({
			summary: "Register a function, or its next version",
			description:
				"The raw source, or JSON. Without a content type the language is told from the source. What JSON gives explicitly comes before what the source says.",
			parameters: ["ns", "name"],
			body: {
				required: true,
				content: {
					"text/x-python": source,
					"text/x-typescript": source,
					"application/json": { schema: ref("Registration") },
				},
			},
			answers: {
				200: ["Unchanged.", ref("Registered")],
				201: ["A new version.", ref("Registered")],
				202: ["A new version that waits for an admin.", ref("Pending")],
			},
			errors: [
				...functionReached,
				...ran,
				"name_conflict",
				"language_conflict",
				"locked",
				"precondition_failed",
				"limit_exceeded",
				"invalid_name",
				"invalid_field",
				"invalid_schema",
				"invalid_source",
				"language_unknown",
				"source_syntax",
				"no_entry",
				"source_too_complex",
				"not_supported",
				"disk_full",
			],
		}),
		delete: operation({
			summary: "Delete a function; its history stays",
			parameters: ["ns", "name"],
			answers: { 204: ["It is gone."] },
			errors: [...functionReached, "disk_full"],
		}),
	},
	"/v1/namespaces/{ns}/functions/{name}/call": {
		post: operation({
			summary: "Call a function",
			parameters: ["ns", "name"],
			body: json({ type: "object", description: "The input, which must fit the function's schema." }),
			answers: { 200: ["It ran, however it ended.", ref("ExecutionResult")] },
			errors: [...functionReached, ...ran, "invalid_input", "input_too_complex"],
		}),
	},
	"/v1/namespaces/{ns}/execute": {
		post: operation({
			summary: "Run a program in code mode",
			parameters: ["ns"],
			body: json(ref("Program")),
			answers: { 200: ["It ran, however it ended.", ref("ExecutionResult")] },
			errors: [...reached, ...ran, "invalid_field", "limit_exceeded"],
		}),
	},
	"/v1/namespaces/{ns}/executions": {
		get: operation({
			summary: "List executions, newest first",
			parameters: ["ns", "status", "function", "limit", "before"],
			answers: {
				200: [
					"One page; `next` is the `before` of the page after it.",
					object({ executions: list(ref("ListedExecution")), next: nullable(string) }),
				],
			},
			errors: [...reached, "invalid_field"],
		}),
	},
	"/v1/namespaces/{ns}/executions/{id}": {
		get: operation({
			summary: "Show an execution with its calls",
			parameters: ["ns", "id"],
			answers: { 200: ["The row of the ledger.", ref("Execution")] },
			errors: [...reached, "execution_not_found"],
		}),
	},
};
