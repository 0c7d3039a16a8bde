/**
 * The objects that bodies and answers are made of.
 * @module
 */
import { ERRORS } from "../../errors.ts";
import { LIMITS } from "../../limits.ts";
import { STATUSES } from "../../result.ts";
import { integer, list, nullable, number, object, ref, type Schema, string, time } from "./parts.ts";

const fault = object({ path: { type: "string", description: "A JSON pointer." }, message: string });
const language: Schema = { type: "string", enum: ["python", "typescript"] };
const scopes = list({ type: "string", enum: ["run", "write", "admin"] });
const jsonSchema: Schema = { type: "object", description: "A JSON Schema." };

const key = {
	id: string,
	name: string,
	scopes,
	namespace: { ...nullable(string), description: "null reaches every namespace." },
	services: { ...nullable(list(string)), description: "null reaches every service." },
	created_at: time,
};
const registered = {
	namespace: string,
	service: string,
	name: string,
	version: integer,
	language,
	description: string,
	input_schema: jsonSchema,
	output_schema: nullable(jsonSchema),
	tags: list(string),
};
const execution = {
	id: string,
	kind: { type: "string", enum: ["execute", "call"] },
	function: nullable(string),
	version: nullable(integer),
	language,
	key_id: string,
	code_sha256: string,
	code_bytes: integer,
	status: { type: "string", enum: [...STATUSES, "running"] },
	error_type: nullable(string),
	started_at: time,
	usage: nullable(ref("Usage")),
};
const call = object({
	seq: integer,
	parent: nullable(integer),
	function: string,
	version: nullable(integer),
	depth: integer,
	count: { type: "integer", description: "Calls summed up in this row." },
	status: { type: "string", enum: ["ok", "error"] },
	error_type: nullable(string),
	wall_ms: number,
	bytes_in: integer,
	bytes_out: integer,
});

export const SCHEMAS: Record<string, Schema> = {
	Error: object({
		error: object(
			{
				code: { type: "string", enum: Object.keys(ERRORS) },
				message: { type: "string", description: "What happened, and where." },
				hint: { type: "string", description: "What to do." },
				docs: { type: "string", description: "The error's address on this server." },
				line: nullable(integer),
				column: nullable(integer),
				faults: list(fault),
			},
			["line", "column", "faults"],
		),
	}),
	Namespace: object({ name: string, created_at: time }),
	Key: object(key),
	NewKey: object({ ...key, key: { type: "string", description: "The key's text, shown only here." } }),
	Registration: object(
		{
			code: { type: "string", description: `At most ${LIMITS.source_bytes.maximum} bytes.` },
			language,
			description: string,
			input_schema: jsonSchema,
			output_schema: jsonSchema,
			tags: list(string),
		},
		["language", "description", "input_schema", "output_schema", "tags"],
	),
	Registered: object({ ...registered, warnings: list(string) }),
	ListedFunction: object({ kind: { type: "string", enum: ["hosted"] }, ...registered, summary: string }),
	Function: object(
		{
			kind: { type: "string", enum: ["hosted"] },
			...registered,
			warnings: list(string),
			created_at: time,
			code: { type: "string", description: "The source, for keys with the scope write." },
		},
		["code"],
	),
	Program: object(
		{
			code: string,
			language,
			timeout_ms: {
				type: "integer",
				minimum: 1,
				maximum: LIMITS.wall_ms.maximum,
				default: LIMITS.wall_ms.default,
			},
		},
		["language", "timeout_ms"],
	),
	ExecutionResult: object({
		id: string,
		status: { type: "string", enum: STATUSES },
		result: { description: "Any JSON value. Integers beyond 2^53 are exact." },
		stdout: string,
		stderr: string,
		error: nullable(
			object({
				type: string,
				message: string,
				line: nullable(integer),
				column: nullable(integer),
				traceback: nullable(string),
				hint: nullable(string),
			}),
		),
		warnings: list(string),
		usage: ref("Usage"),
	}),
	Usage: object({
		wall_ms: nullable(number),
		cpu_ms: nullable(number),
		peak_memory_mb: nullable(number),
		calls: integer,
		bytes_in_sandbox: integer,
		bytes_returned: integer,
		tokens_kept_out: integer,
	}),
	ListedExecution: object(execution),
	Execution: object(
		{
			...execution,
			call_tree: list(call),
			outputs: {
				...list(object({ function: string, stdout: string, stderr: string })),
				description: "What functions printed, for keys with the scope write.",
			},
		},
		["outputs"],
	),
	Limit: object({ about: string, unit: string, default: number, maximum: number }),
};
