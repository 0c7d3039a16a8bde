/**
 * From the database in a backup to one that Brig made itself.
 *
 * The backup's file is never taken into use. It is opened read-only, its schema must be to the letter what the
 * migrations make, and its rows are copied by our own statements into a new database: nothing else of the file gets
 * there. The copy checks each value against its column's type.
 * @module
 */
import { constants, Database } from "bun:sqlite";
import { closeSync, fsyncSync, openSync } from "node:fs";
import { pathToFileURL } from "node:url";
import { migrate, schemaVersion } from "../store/migrate.ts";
import { readAt } from "./container.ts";
import { damageOf, schemaFault } from "./schema.ts";

const MAGIC = "SQLite format 3\0";
const HEADER_BYTES = 100;
/** Larger than anything that Brig stores in one column. */
const VALUE_BYTES = 16 * 1024 * 1024;

/** The database is not what a backup of Brig holds. The message is what follows "FILE: ". */
export class Refused extends Error {
	override readonly name = "Refused";
}

/** Immutable: SQLite makes no files beside it and plays no journal into it. */
const readOnly = (file: string) => `${pathToFileURL(file).href}?mode=ro&immutable=1`;
const quoted = (name: string) => `"${name.replaceAll('"', '""')}"`;

/**
 * Checks the database in `from` and copies its rows into a new one at `to`, with the newest schema. Throws Refused, and
 * SQLiteError for a full disk or a damaged file.
 * @param schema the `user_version` that it must have
 */
export function rebuild(from: string, to: string, schema: number): void {
	checkHeader(from);
	const source = new Database(readOnly(from), constants.SQLITE_OPEN_READONLY | constants.SQLITE_OPEN_URI);
	try {
		distrustful(source);
		if (schemaVersion(source) !== schema) throw new Refused("its database has another version than it says");
		const fault = schemaFault(source, schema);
		if (fault) throw new Refused(`its database is not as Brig makes it: ${fault}`);
		const damage = damageOf(source);
		if (damage) throw new Refused(`its database is damaged: ${damage}`);
	} finally {
		source.close();
	}
	const flags = constants.SQLITE_OPEN_READWRITE | constants.SQLITE_OPEN_CREATE | constants.SQLITE_OPEN_URI;
	const db = new Database(to, flags);
	try {
		distrustful(db);
		// It becomes the server's database when all of it is on disk; until then a crash only leaves what is removed.
		db.run("PRAGMA journal_mode = OFF");
		db.run("PRAGMA synchronous = OFF");
		migrate(db, { file: to, to: schema });
		db.query("ATTACH ? AS source").run(readOnly(from));
		db.transaction(() => copyRows(db)).immediate();
		db.run("DETACH source");
		migrate(db, { file: to });
		if (db.query("PRAGMA foreign_key_check").get())
			throw new Refused("its database has rows that refer to rows which are not there");
	} finally {
		db.close();
	}
	syncFile(to);
}

/** Opens the rebuilt database for changes. Close it with closeRebuilt. */
export function openRebuilt(file: string): Database {
	const db = new Database(file, { readwrite: true, strict: true });
	db.run("PRAGMA foreign_keys = ON");
	return db;
}

export function closeRebuilt(db: Database, file: string): void {
	db.close();
	syncFile(file);
}

function syncFile(file: string): void {
	const descriptor = openSync(file, "r+");
	try {
		fsyncSync(descriptor);
	} finally {
		closeSync(descriptor);
	}
}

/** The header that VACUUM writes, and as many pages as the file has. */
function checkHeader(file: string): void {
	const descriptor = openSync(file, "r");
	try {
		const header = readAt(descriptor, 0, HEADER_BYTES);
		const page = header.readUInt16BE(16) === 1 ? 65_536 : header.readUInt16BE(16);
		const pages = header.readUInt32BE(28);
		const whole = Bun.file(file).size === page * pages;
		// Bytes 18 and 19 tell how it is written: 1 is a file without a write-ahead log beside it.
		const plain = header[18] === 1 && header[19] === 1;
		if (header.toString("latin1", 0, 16) !== MAGIC || !plain || !whole)
			throw new Refused("it holds no database as Brig makes it");
	} finally {
		closeSync(descriptor);
	}
}

function distrustful(db: Database): void {
	db.run("PRAGMA trusted_schema = OFF");
	db.run("PRAGMA cell_size_check = ON");
	db.run("PRAGMA mmap_size = 0");
	db.run("PRAGMA foreign_keys = OFF");
}

/** Every table of the new database, from the attached `source`. Names come from our own migrations. */
function copyRows(db: Database): void {
	const tables = db
		.query<{ name: string }, []>(
			"SELECT name FROM main.sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite\\_%' ESCAPE '\\'",
		)
		.all();
	for (const { name: table } of tables) {
		const names = db
			.query<{ name: string }, [string]>("SELECT name FROM pragma_table_info(?, 'main')")
			.all(table)
			.map(({ name }) => quoted(name));
		const large = names.map((name) => `octet_length(${name}) > ${VALUE_BYTES}`).join(" OR ");
		if (db.query(`SELECT 1 FROM source.${quoted(table)} WHERE ${large} LIMIT 1`).get())
			throw new Refused(`its table ${table} has a value of more than ${VALUE_BYTES} bytes`);
		// Named columns: for `*` SQLite may copy records as they are, without a look at their types.
		const columns = names.join(", ");
		db.run(
			`INSERT INTO main.${quoted(table)} (${columns}) SELECT ${columns} FROM source.${quoted(table)} NOT INDEXED`,
		);
	}
}
