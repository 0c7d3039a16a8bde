/**
 * Functions and which version of each is active. Versions themselves are in versions.ts.
 * @module
 */
import { BrigError } from "../errors.ts";
import { guardDisk, type Store } from "./open.ts";
import {
	COLUMNS,
	type Draft,
	type ListedFunction,
	parseVersion,
	type VersionRow,
	versionStatements,
} from "./versions.ts";

/** What became of a change. `created` is false when the newest version says the same already. */
export interface Added {
	version: number;
	created: boolean;
	pending: boolean;
}

/** What a change may depend on: whether an admin must approve it, and what the writer believes is active. */
export interface AddOptions {
	createdBy: string;
	/** True when the version must wait for an admin. */
	pending: boolean;
	/** Called inside the transaction with the active version; throws to refuse the change. */
	precondition?: (active: ListedFunction | null) => void;
	/** Makes a version even where nothing differs. */
	always?: boolean;
}

interface FunctionRow {
	id: number;
	name: string;
	active_version: number | null;
	last_version: number;
	locked_by: string | null;
}

const ACTIVE = `FROM functions JOIN namespaces ON namespaces.id = namespace_id
	JOIN versions ON function_id = functions.id AND versions.version = active_version`;

/** Statements about functions. The case of a name counts in look-ups; two names that differ in it alone can't both exist. */
export function functionTable({ db }: Store) {
	const versions = versionStatements(db);
	const active = db.query<VersionRow, [number, string, string]>(
		`SELECT ${COLUMNS} ${ACTIVE} WHERE namespace_id = ? AND service = ? AND functions.name = ? COLLATE BINARY`,
	);
	const list = db.query<VersionRow, [number]>(
		`SELECT ${COLUMNS} ${ACTIVE} WHERE namespace_id = ? ORDER BY service, functions.name COLLATE BINARY`,
	);
	const anyCase = db.query<FunctionRow, [number, string, string]>(
		"SELECT id, name, active_version, last_version, locked_by FROM functions WHERE namespace_id = ? AND service = ? AND name = ?",
	);
	const addFunction = db.query<FunctionRow, [number, string, string]>(
		`INSERT INTO functions (namespace_id, service, name, last_version) VALUES (?, ?, ?, 0)
		RETURNING id, name, active_version, last_version, locked_by`,
	);
	const number = db.query<null, [string, number, number]>(
		"UPDATE functions SET name = ?, last_version = ? WHERE id = ?",
	);
	const activate = db.query<null, [number | null, number]>(
		"UPDATE functions SET active_version = ? WHERE id = ?",
	);
	const setLock = db.query<null, [string | null, number]>("UPDATE functions SET locked_by = ? WHERE id = ?");

	const find = (namespaceId: number, service: string, name: string): ListedFunction | null => {
		const row = active.get(namespaceId, service, name);
		return row && parseVersion(row);
	};
	const known = (namespaceId: number, service: string, name: string): FunctionRow | null => {
		const row = anyCase.get(namespaceId, service, name);
		return row && row.name === name ? row : null;
	};
	const unlocked = (row: FunctionRow | null, service: string) => {
		if (row?.locked_by) throw new BrigError("locked", `${service}.${row.name} is locked against change.`);
	};

	const add = db.transaction((namespaceId: number, draft: Draft, options: AddOptions): Added => {
		const { service, name } = draft;
		const before = anyCase.get(namespaceId, service, name);
		const current = before?.active_version ? find(namespaceId, service, before.name) : null;
		if (current && current.name !== name) {
			throw new BrigError("name_conflict", `${service}.${current.name} exists in that case.`);
		}
		options.precondition?.(current);
		unlocked(before, service);
		if (current && current.language !== draft.language) {
			throw new BrigError("language_conflict", `${service}.${name} is ${current.language}.`);
		}
		const newest = before && versions.find(before.id, before.last_version);
		const same =
			newest?.content_hash === versions.hash(draft) &&
			(newest.pending || newest.version === current?.version);
		if (same && before && newest.pending && !options.pending) {
			// An admin who says the same approves it.
			versions.approve(before.id, newest.version, options.createdBy);
			activate.run(newest.version, before.id);
			return { version: newest.version, created: true, pending: false };
		}
		if (same && !options.always) return { version: newest.version, created: false, pending: newest.pending };
		const row = before ?? (addFunction.get(namespaceId, service, name) as FunctionRow);
		const version = row.last_version + 1;
		versions.add(row.id, version, draft, options.createdBy, options.pending);
		number.run(name, version, row.id);
		if (!options.pending) activate.run(version, row.id);
		return { version, created: true, pending: options.pending };
	});

	const approve = db.transaction((row: FunctionRow, version: number, by: string) => {
		versions.approve(row.id, version, by);
		activate.run(version, row.id);
	});

	return {
		/** The active version, or null. */
		find,
		source: versions.source,
		/** Every active function, without source, in the order of their names. */
		list: (namespaceId: number): ListedFunction[] => list.all(namespaceId).map(parseVersion),
		/** Stores a new version; active at once unless it is pending. Throws name_conflict, language_conflict, locked. */
		add: (namespaceId: number, draft: Draft, options: AddOptions): Added =>
			guardDisk(() => add.immediate(namespaceId, draft, options)),
		/** Every version, newest first, also of a function that was deleted; empty when there never was one. */
		versions(namespaceId: number, service: string, name: string) {
			const row = known(namespaceId, service, name);
			if (!row) return [];
			return versions.list(row.id).map((one) => ({ ...one, active: one.version === row.active_version }));
		},
		/** Makes a pending version active. Null when that version does not wait; the newest one that waits without a number. */
		approve(
			namespaceId: number,
			service: string,
			name: string,
			version: number | null,
			by: string,
		): number | null {
			const row = known(namespaceId, service, name);
			if (!row) return null;
			unlocked(row, service);
			const waiting = versions
				.list(row.id)
				.find((one) => one.pending && (version === null || one.version === version));
			if (!waiting) return null;
			guardDisk(() => approve.immediate(row, waiting.version, by));
			return waiting.version;
		},
		/** False when there is no such function. @param by the key that locks it; null unlocks */
		lock(namespaceId: number, service: string, name: string, by: string | null): boolean {
			const row = known(namespaceId, service, name);
			if (!row?.active_version) return false;
			guardDisk(() => setLock.run(by, row.id));
			return true;
		},
		/** False when there is none. Its versions stay. Throws locked. */
		remove(namespaceId: number, service: string, name: string): boolean {
			const row = known(namespaceId, service, name);
			if (!row?.active_version) return false;
			unlocked(row, service);
			guardDisk(() => activate.run(null, row.id));
			return true;
		},
	};
}
export type FunctionTable = ReturnType<typeof functionTable>;
