/**
 * The migrations of the database, in their order.
 * @module
 */
import type { Database } from "bun:sqlite";
import start from "./migrations/001-start.sql" with { type: "text" };
import trust from "./migrations/002-trust.sql" with { type: "text" };

/** The index and one is the `user_version` that each leaves. */
const MIGRATIONS: readonly string[] = [start, trust];

/** The `user_version` of a database that this Brig works with. */
export const NEWEST_SCHEMA = MIGRATIONS.length;

export function schemaVersion(db: Database): number {
	return (db.query("PRAGMA user_version").get() as { user_version: number }).user_version;
}

/**
 * Runs the migrations that a database lacks, up to the schema `to`, each in a transaction of its own. Throws an Error
 * with one sentence that names `file` when a newer Brig wrote it.
 */
export function migrate(db: Database, { file, to = NEWEST_SCHEMA }: { file: string; to?: number }): void {
	const version = schemaVersion(db);
	if (version > NEWEST_SCHEMA) {
		throw new Error(
			`${file} was written by a newer Brig (schema ${version}, this one knows ${NEWEST_SCHEMA}): use that one`,
		);
	}
	for (const [index, sql] of MIGRATIONS.slice(0, to).entries()) {
		if (index < version) continue;
		db.transaction(() => {
			db.run(sql);
			db.run(`PRAGMA user_version = ${index + 1}`);
		}).immediate();
	}
}
