/**
 * Whether a database has the tables, indexes, views and triggers that the migrations make, to the letter, and is whole.
 * @module
 */
import { Database } from "bun:sqlite";
import { oneLine, quote } from "../functions/text.ts";
import { migrate } from "../store/migrate.ts";

/** A row of sqlite_schema; a foreign file may have anything in it. */
interface Entry {
	type: unknown;
	name: unknown;
	tbl_name: unknown;
	sql: unknown;
}

const ENTRIES = "SELECT type, name, tbl_name, sql FROM sqlite_schema ORDER BY type, name";
const called = ({ type, name }: Entry) => JSON.stringify([type, name]);
const shown = ({ type, name }: Entry) =>
	`${/^(table|index|view|trigger)$/.test(String(type)) ? type : "object"} ${quote(String(name))}`;

/** A new database in memory with the schema of a version. */
export function emptyDatabase(version: number): Database {
	const db = new Database(":memory:", { strict: true });
	migrate(db, { file: "the new database", to: version });
	return db;
}

/** What SQLite finds damaged in a database, on one line; null when nothing is. Reads all of it. */
export function damageOf(db: Database): string | null {
	const [found] = db.query<{ integrity_check: string }, []>("PRAGMA integrity_check(1)").all();
	const text = found?.integrity_check ?? "no answer";
	return text === "ok" ? null : oneLine(text.replace(/^\*\*\* in database \w+ \*\*\*/, ""), 200);
}

/** What is other than in a new database of this version, such as `it has the trigger "x"`; null when nothing is. */
export function schemaFault(db: Database, version: number): string | null {
	const own = emptyDatabase(version);
	try {
		const missing = new Map(
			own
				.query<Entry, []>(ENTRIES)
				.all()
				.map((entry) => [called(entry), entry]),
		);
		// Row by row, to the first fault: a foreign file may have millions.
		for (const entry of db.query<Entry, []>(ENTRIES).iterate()) {
			const expected = missing.get(called(entry));
			if (!expected) return `it has the ${shown(entry)}, which Brig does not make`;
			if (expected.sql !== entry.sql || expected.tbl_name !== entry.tbl_name)
				return `its ${shown(entry)} is not what Brig makes`;
			missing.delete(called(entry));
		}
		const [first] = missing.values();
		return first ? `it lacks the ${shown(first)}` : null;
	} finally {
		own.close();
	}
}
