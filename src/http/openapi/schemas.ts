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
	env: { ...list(string), description: "Names of secrets." },
	egress: { ...list(string), description: "Hosts, each with an optional port." },
	limits: { type: "object", additionalProperties: number },
};
const listedVersion = {
	version: integer,
	active: { type: "boolean" },
	pending: { type: "boolean", description: "It waits for an admin." },
	language,
	description: string,
	tags: list(string),
	env: list(string),
	egress: list(string),
	limits: { type: "object", additionalProperties: number },
	content_hash: string,
	created_at: time,
	created_by: string,
	approved_by: nullable(string),
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
	Secret: object({ name: string, created_at: time, updated_at: time }),
	Registration: object(
		{
			code: { type: "string", description: `At most ${LIMITS.source_bytes.maximum} bytes.` },
			language,
			description: string,
			input_schema: jsonSchema,
			output_schema: jsonSchema,
			tags: list(string),
			env: list(string),
			egress: list(string),
			limits: { type: "object", additionalProperties: number },
		},
		["language", "description", "input_schema", "output_schema", "tags", "env", "egress", "limits"],
	),
	Registered: object({ ...registered, warnings: list(string) }),
	Pending: object({
		...registered,
		warnings: list(string),
		pending: { type: "boolean" },
		approve: { type: "string", description: "The command that makes it active." },
	}),
	ListedVersion: object(listedVersion),
	Version: object({ ...registered, warnings: list(string), ...listedVersion, code: string }),
	ListedFunction: object({ kind: { type: "string", enum: ["hosted"] }, ...registered, summary: string }),
	Function: object(
		{
			kind: { type: "string", enum: ["hosted"] },
			...registered,
			warnings: list(string),
			created_at: time,
			content_hash: string,
			created_by: { type: "string", description: "A key, for keys with the scope write." },
			code: { type: "string", description: "The source, for keys with the scope write." },
		},
		["created_by", "code"],
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
