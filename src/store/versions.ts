/**
 * Versions of functions: each is written once and never changes, but for its approval.
 * @module
 */
import type { Database } from "bun:sqlite";
import type { HostedFunction, JsonSchema } from "../hosted-function.ts";
import type { Language } from "../result.ts";

/** Limits that a function sets for itself; what is absent has its default. Units as in limits.ts. */
export interface OwnLimits {
	wall_ms?: number;
	cpu?: number;
	memory_mb?: number;
	processes?: number;
	scratch_mb?: number;
	output_bytes?: number;
}

/** What a registration says of a function. */
export interface Draft {
	service: string;
	name: string;
	language: Language;
	code: string;
	description: string;
	input_schema: JsonSchema;
	output_schema: JsonSchema | null;
	parameters: readonly string[];
	tags: readonly string[];
	/** Names of the secrets that it sees. */
	env: readonly string[];
	/** Patterns of the hosts that it reaches. */
	egress: readonly string[];
	limits: OwnLimits;
	warnings: readonly string[];
}

/** One version, its source by hash. */
export interface ListedFunction
	extends HostedFunction,
		Pick<Draft, "env" | "egress" | "limits" | "warnings"> {
	readonly source_hash: string;
	readonly content_hash: string;
	readonly created_at: string;
	/** A key's id. */
	readonly created_by: string;
	/** True while it waits for an admin. */
	readonly pending: boolean;
	readonly approved_by: string | null;
}

/** A row as SQLite gives it: lists and objects as JSON text. */
export interface VersionRow {
	namespace: string;
	service: string;
	name: string;
	version: number;
	language: Language;
	description: string;
	input_schema: string;
	output_schema: string | null;
	parameters: string;
	tags: string;
	env: string;
	egress: string;
	limits: string;
	warnings: string;
	created_at: string;
	created_by: string;
	source_hash: string;
	content_hash: string;
	pending: number;
	approved_by: string | null;
}

export const COLUMNS = `namespaces.name AS namespace, service, functions.name, versions.version, language, description, input_schema,
	output_schema, parameters, tags, env, egress, limits, warnings, versions.created_at, created_by, source_hash, content_hash,
	pending, approved_by`;

export function parseVersion(row: VersionRow): ListedFunction {
	return {
		...row,
		input_schema: JSON.parse(row.input_schema),
		output_schema: row.output_schema === null ? null : JSON.parse(row.output_schema),
		parameters: JSON.parse(row.parameters),
		tags: JSON.parse(row.tags),
		env: JSON.parse(row.env),
		egress: JSON.parse(row.egress),
		limits: JSON.parse(row.limits),
		warnings: JSON.parse(row.warnings),
		pending: row.pending === 1,
	};
}

const sha256 = (text: string) => new Bun.CryptoHasher("sha256").update(text).digest("hex");

/** Statements about versions, for functionTable. */
export function versionStatements(db: Database) {
	const sourceOf = db.query<{ text: string }, [string]>("SELECT text FROM sources WHERE hash = ?");
	const addSource = db.query<null, [string, string]>(
		"INSERT INTO sources VALUES (?, ?) ON CONFLICT DO NOTHING",
	);
	const insert = db.query<null, (string | number | null)[]>(
		`INSERT INTO versions (function_id, version, language, source_hash, description, input_schema, output_schema, parameters, tags,
		warnings, created_at, created_by, env, egress, limits, content_hash, pending) VALUES (${Array(17).fill("?").join(", ")})`,
	);
	const select = `SELECT ${COLUMNS} FROM versions JOIN functions ON functions.id = function_id
		JOIN namespaces ON namespaces.id = namespace_id WHERE function_id = ?`;
	const one = db.query<VersionRow, [number, number]>(`${select} AND versions.version = ?`);
	const all = db.query<VersionRow, [number]>(`${select} ORDER BY versions.version DESC`);
	const approve = db.query<null, [string, number, number]>(
		"UPDATE versions SET pending = 0, approved_by = ? WHERE function_id = ? AND version = ?",
	);

	/** SHA-256 over everything that makes a version. */
	const hash = (draft: Draft): string =>
		sha256(
			JSON.stringify([
				draft.language,
				sha256(draft.code),
				draft.description,
				draft.input_schema,
				draft.output_schema,
				draft.parameters,
				draft.tags,
				draft.env,
				draft.egress,
				draft.limits,
			]),
		);

	return {
		hash,
		/** The text of a source that a version names. */
		source(sourceHash: string): string {
			const row = sourceOf.get(sourceHash);
			if (!row) throw new Error(`the source ${sourceHash} is missing from the database`);
			return row.text;
		},
		find(functionId: number, version: number): ListedFunction | null {
			const row = one.get(functionId, version);
			return row && parseVersion(row);
		},
		list: (functionId: number): ListedFunction[] => all.all(functionId).map(parseVersion),
		add(functionId: number, version: number, draft: Draft, createdBy: string, pending: boolean): void {
			const sourceHash = sha256(draft.code);
			addSource.run(sourceHash, draft.code);
			insert.run(
				functionId,
				version,
				draft.language,
				sourceHash,
				draft.description,
				JSON.stringify(draft.input_schema),
				draft.output_schema === null ? null : JSON.stringify(draft.output_schema),
				JSON.stringify(draft.parameters),
				JSON.stringify(draft.tags),
				JSON.stringify(draft.warnings),
				new Date().toISOString(),
				createdBy,
				JSON.stringify(draft.env),
				JSON.stringify(draft.egress),
				JSON.stringify(draft.limits),
				hash(draft),
				pending ? 1 : 0,
			);
		},
		approve: (functionId: number, version: number, by: string): void =>
			void approve.run(by, functionId, version),
	};
}
