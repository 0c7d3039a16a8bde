/**
 * Registration: from a source, and what its author says of it, to a stored version.
 * @module
 */
import { BrigError } from "../errors.ts";
import type { Language } from "../result.ts";
import type { FunctionTable, ListedFunction } from "../store/functions.ts";
import { checkFunctionName, checkService } from "./names.ts";
import { isObject, type JsonSchema } from "./types.ts";
import { compileSchema } from "./validate.ts";

/** What reading a source in a jail found. */
export interface Inspection {
	description: string;
	input_schema: JsonSchema;
	output_schema: JsonSchema | null;
	parameters: string[];
	warnings: string[];
}
/** Reads a source without running it. Throws source_syntax, no_entry, source_too_complex, no_sandbox. */
export type Inspect = (language: Language, name: string, code: string) => Promise<Inspection>;

/** A registration as it arrives. Explicit fields win over what the source says. */
export interface Registration {
	service: string;
	name: string;
	language: Language;
	code: string;
	description?: string;
	input_schema?: unknown;
	output_schema?: unknown;
	tags?: string[];
}

/** The stored version; `created` is false when nothing has changed and no version was made. */
export interface Registered {
	fn: ListedFunction;
	created: boolean;
}

/** Checks, reads and stores. Throws BrigError. */
export async function register(
	table: FunctionTable,
	inspect: Inspect,
	namespaceId: number,
	registration: Registration,
	createdBy: string,
): Promise<Registered> {
	const { service, name, language, code } = registration;
	checkService(service);
	checkFunctionName(service, name);
	const text = normalizeSource(code);
	const found = await inspect(language, name, text);
	const input_schema = (registration.input_schema ?? found.input_schema) as JsonSchema;
	const output_schema = (registration.output_schema ?? found.output_schema) as JsonSchema | null;
	const warnings = [...found.warnings, ...schemaWarnings(input_schema, output_schema)];
	const draft = {
		service,
		name,
		language,
		code: text,
		description: registration.description ?? found.description,
		input_schema,
		output_schema,
		parameters: registration.input_schema === undefined ? found.parameters : parameterNames(input_schema),
		tags: registration.tags ?? table.find(namespaceId, service, name)?.tags ?? [],
		warnings,
	};
	const before = table.find(namespaceId, service, name);
	if (before && isSame(before, draft, table)) return { fn: before, created: false };
	table.add(namespaceId, draft, createdBy);
	return { fn: table.find(namespaceId, service, name) as ListedFunction, created: true };
}

/** The source without a byte order mark, with line feeds alone. Throws invalid_source. */
export function normalizeSource(code: string): string {
	if (code.includes("\0")) throw new BrigError("invalid_source", "The source contains a NUL character.");
	const text = code.replace(/^\uFEFF/, "").replace(/\r\n?/g, "\n");
	if (text.trim() === "") throw new BrigError("invalid_source", "The source is empty.");
	return text;
}

function schemaWarnings(input: JsonSchema, output: JsonSchema | null): string[] {
	if (!isObject(input) || (input.type !== undefined && input.type !== "object")) {
		throw new BrigError("invalid_schema", 'The input schema must be an object with "type":"object".');
	}
	const warnings = compileSchema(input).warnings.map((text) => `input schema: ${text}`);
	if (output !== null)
		warnings.push(...compileSchema(output).warnings.map((text) => `output schema: ${text}`));
	return warnings;
}

function parameterNames(schema: JsonSchema): string[] {
	return isObject(schema) && isObject(schema.properties) ? Object.keys(schema.properties) : [];
}

function isSame(
	before: ListedFunction,
	draft: Omit<ListedFunction, "namespace" | "version" | "source_hash" | "created_at" | "created_by"> & {
		code: string;
	},
	table: FunctionTable,
): boolean {
	const facts = (
		fn: Pick<ListedFunction, "language" | "description" | "input_schema" | "output_schema" | "tags">,
	) => JSON.stringify([fn.language, fn.description, fn.input_schema, fn.output_schema, fn.tags]);
	return table.source(before.source_hash) === draft.code && facts(before) === facts(draft);
}
