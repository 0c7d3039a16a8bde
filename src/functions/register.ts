/**
 * Registration: from a source, and what its author says of it, to a stored version.
 * @module
 */
import { BrigError } from "../errors.ts";
import type { Language } from "../result.ts";
import type { Added, FunctionTable } from "../store/functions.ts";
import type { Draft, ListedFunction } from "../store/versions.ts";
import { checkEnv, checkLimits } from "./declared.ts";
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
export type Inspect = (
	namespaceId: number,
	language: Language,
	name: string,
	code: string,
) => Promise<Inspection>;

/** A registration as it arrives. Explicit fields win over what the source says; absent ones stay as they were. */
export interface Registration {
	service: string;
	name: string;
	language: Language;
	code: string;
	description?: string;
	input_schema?: unknown;
	output_schema?: unknown;
	tags?: string[];
	env?: unknown;
	egress?: unknown;
	limits?: unknown;
}

/** Who registers, and what of the rest of the server a registration is checked with. */
export interface RegisterContext {
	table: FunctionTable;
	inspect: Inspect;
	namespaceId: number;
	createdBy: string;
	/** May give secrets and hosts to code. */
	admin: boolean;
	checkSecretName: (name: string) => void;
	checkEgress: (patterns: unknown) => string[];
	/** Names of the namespace's secrets that there are. */
	secretNames: () => string[];
	credentialWarnings: (source: string) => string[];
	/** Throws when the active version is not the one that the writer means. */
	precondition?: (active: ListedFunction | null) => void;
}

/** Checks, reads and stores. Throws BrigError. */
export async function register(context: RegisterContext, registration: Registration): Promise<Added> {
	const { table, namespaceId } = context;
	const { service, name, language } = registration;
	checkService(service);
	checkFunctionName(service, name);
	const code = normalizeSource(registration.code);
	const before = table.find(namespaceId, service, name);
	const limits =
		registration.limits === undefined ? (before?.limits ?? {}) : checkLimits(registration.limits);
	const env =
		registration.env === undefined
			? (before?.env ?? [])
			: checkEnv(registration.env, context.checkSecretName);
	const egress =
		registration.egress === undefined ? (before?.egress ?? []) : context.checkEgress(registration.egress);
	const found = await context.inspect(namespaceId, language, name, code);
	const input_schema = (registration.input_schema ?? found.input_schema) as JsonSchema;
	const output_schema = (registration.output_schema ?? found.output_schema) as JsonSchema | null;
	const draft: Draft = {
		service,
		name,
		language,
		code,
		description: registration.description ?? found.description,
		input_schema,
		output_schema,
		parameters: registration.input_schema === undefined ? found.parameters : parameterNames(input_schema),
		tags: registration.tags ?? before?.tags ?? [],
		env,
		egress,
		limits,
		warnings: [
			...found.warnings,
			...schemaWarnings(input_schema, output_schema),
			...missingSecrets(env, context.secretNames),
			...context.credentialWarnings(code),
		],
	};
	return table.add(namespaceId, draft, {
		createdBy: context.createdBy,
		pending: needsApproval(context.admin, draft),
		...(context.precondition ? { precondition: context.precondition } : {}),
	});
}

/** Copies a version to a new one, with the rights of whoever asks for it. Null when there is no such version. */
export function rollback(
	context: Pick<RegisterContext, "table" | "namespaceId" | "createdBy" | "admin">,
	{ service, name, version }: { service: string; name: string; version: number },
): Added | null {
	const { table, namespaceId, createdBy, admin } = context;
	const old = table.versions(namespaceId, service, name).find((one) => one.version === version);
	if (!old) return null;
	const draft: Draft = { ...old, code: table.source(old.source_hash) };
	return table.add(namespaceId, draft, { createdBy, pending: needsApproval(admin, draft), always: true });
}

/** Only an admin may give secrets or hosts to code, also where only the code changed. */
function needsApproval(admin: boolean, draft: Pick<Draft, "env" | "egress">): boolean {
	return !admin && (draft.env.length > 0 || draft.egress.length > 0);
}

function missingSecrets(env: readonly string[], names: () => string[]): string[] {
	if (env.length === 0) return [];
	const known = new Set(names());
	return env
		.filter((name) => !known.has(name))
		.map((name) => `the secret ${name} does not exist yet: brig secret set ${name}`);
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
