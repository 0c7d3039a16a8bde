/**
 * Functions and their versions. A version never changes; which one is active does.
 * @module
 */
import { BrigError } from "../errors.ts";
import type { Language } from "../result.ts";
import type { HostedFunction, JsonSchema } from "../hosted-function.ts";
import { guardDisk, type Store } from "./open.ts";

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
	warnings: readonly string[];
}

/** One version, its source by hash. */
export interface ListedFunction extends HostedFunction {
	readonly source_hash: string;
	readonly warnings: readonly string[];
	readonly created_at: string;
	readonly created_by: string;
}

interface Row {
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
	warnings: string;
	created_at: string;
	created_by: string;
	source_hash: string;
}

function parse(row: Row): ListedFunction {
	return {
		...row,
		input_schema: JSON.parse(row.input_schema),
		output_schema: row.output_schema === null ? null : JSON.parse(row.output_schema),
		parameters: JSON.parse(row.parameters),
		tags: JSON.parse(row.tags),
		warnings: JSON.parse(row.warnings),
	};
}

const COLUMNS = `namespaces.name AS namespace, service, functions.name, versions.version, language, description, input_schema,
	output_schema, parameters, tags, warnings, versions.created_at, created_by, source_hash`;
const ACTIVE = `FROM functions JOIN namespaces ON namespaces.id = namespace_id
	JOIN versions ON function_id = functions.id AND versions.version = active_version`;

/** Statements about functions. */
export function functionTable({ db }: Store) {
	const active = db.query<Row, [number, string, string]>(
		`SELECT ${COLUMNS} ${ACTIVE} WHERE namespace_id = ? AND service = ? AND functions.name = ? COLLATE BINARY`,
	);
	const list = db.query<Row, [number]>(
		`SELECT ${COLUMNS} ${ACTIVE} WHERE namespace_id = ? ORDER BY service, functions.name COLLATE BINARY`,
	);
	const sourceOf = db.query<{ text: string }, [string]>("SELECT text FROM sources WHERE hash = ?");
	const anyCase = db.query<
		{ id: number; name: string; active_version: number | null; last_version: number },
		[number, string, string]
	>(
		"SELECT id, name, active_version, last_version FROM functions WHERE namespace_id = ? AND service = ? AND name = ?",
	);
	const languageOf = db.query<{ language: Language }, [number, number]>(
		"SELECT language FROM versions WHERE function_id = ? AND version = ?",
	);
	const addFunction = db.query<{ id: number }, [number, string, string]>(
		"INSERT INTO functions (namespace_id, service, name, last_version) VALUES (?, ?, ?, 0) RETURNING id",
	);
	const addSource = db.query<null, [string, string]>(
		"INSERT INTO sources VALUES (?, ?) ON CONFLICT DO NOTHING",
	);
	const addVersion = db.query<null, (string | number | null)[]>(
		"INSERT INTO versions VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
	);
	const activate = db.query<null, [string, number, number, number]>(
		"UPDATE functions SET name = ?, active_version = ?, last_version = ? WHERE id = ?",
	);
	const deactivate = db.query<null, [number, string, string]>(
		`UPDATE functions SET active_version = NULL
		WHERE namespace_id = ? AND service = ? AND name = ? COLLATE BINARY AND active_version IS NOT NULL`,
	);

	const add = db.transaction((namespaceId: number, draft: Draft, createdBy: string): number => {
		const known = anyCase.get(namespaceId, draft.service, draft.name);
		if (known?.active_version) {
			const full = `${draft.service}.${known.name}`;
			if (known.name !== draft.name) throw new BrigError("name_conflict", `${full} exists in that case.`);
			const language = languageOf.get(known.id, known.active_version)?.language;
			if (language !== draft.language) throw new BrigError("language_conflict", `${full} is ${language}.`);
		}
		const id = known?.id ?? (addFunction.get(namespaceId, draft.service, draft.name) as { id: number }).id;
		const version = (known?.last_version ?? 0) + 1;
		const hash = new Bun.CryptoHasher("sha256").update(draft.code).digest("hex");
		addSource.run(hash, draft.code);
		addVersion.run(
			id,
			version,
			draft.language,
			hash,
			draft.description,
			JSON.stringify(draft.input_schema),
			draft.output_schema === null ? null : JSON.stringify(draft.output_schema),
			JSON.stringify(draft.parameters),
			JSON.stringify(draft.tags),
			JSON.stringify(draft.warnings),
			new Date().toISOString(),
			createdBy,
		);
		activate.run(draft.name, version, version, id);
		return version;
	});

	return {
		/** The active version, or null. The case of the name counts. */
		find(namespaceId: number, service: string, name: string): ListedFunction | null {
			const row = active.get(namespaceId, service, name);
			return row && parse(row);
		},
		/** The text of a source that a version names. */
		source(hash: string): string {
			const row = sourceOf.get(hash);
			if (!row) throw new Error(`the source ${hash} is missing from the database`);
			return row.text;
		},
		/** Every active function, without source, in the order of their names. */
		list: (namespaceId: number): ListedFunction[] => list.all(namespaceId).map(parse),
		/** Stores a new version and makes it active; returns its number. Throws name_conflict, language_conflict. */
		add: (namespaceId: number, draft: Draft, createdBy: string): number =>
			guardDisk(() => add.immediate(namespaceId, draft, createdBy)),
		/** False when there is none. Its versions stay. */
		remove: (namespaceId: number, service: string, name: string): boolean =>
			guardDisk(() => deactivate.run(namespaceId, service, name)).changes > 0,
	};
}
export type FunctionTable = ReturnType<typeof functionTable>;
