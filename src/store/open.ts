/**
 * The database of one data folder: opened, checked, migrated.
 * @module
 */
import { Database } from "bun:sqlite";
import { chmodSync, existsSync } from "node:fs";
import { join } from "node:path";
import { BrigError, isDiskFull } from "../errors.ts";
import { migrate } from "./migrate.ts";

/** Two connections to one file: what users register is on disk when it is acknowledged, the ledger soon after. */
export interface Store {
	readonly db: Database;
	readonly ledger: Database;
	close(): void;
}

/** Opens DATA/brig.db, making and migrating it. Throws an Error with one sentence when it can't be used. */
export function openStore(folder: string): Store {
	const file = join(folder, "brig.db");
	const db = new Database(file, { create: true, strict: true });
	chmodSync(file, 0o600);
	configure(db, "FULL");
	migrate(db, { file });
	const ledger = new Database(file, { strict: true });
	configure(ledger, "NORMAL");
	for (const suffix of ["-wal", "-shm"]) if (existsSync(file + suffix)) chmodSync(file + suffix, 0o600);
	return {
		db,
		ledger,
		close() {
			ledger.close();
			try {
				db.run("PRAGMA wal_checkpoint(TRUNCATE)");
			} catch {
				// A full disk: what is in the write-ahead log is read from there at the next start.
			}
			db.close();
		},
	};
}

function configure(db: Database, synchronous: "FULL" | "NORMAL"): void {
	db.run("PRAGMA journal_mode = WAL");
	db.run(`PRAGMA synchronous = ${synchronous}`);
	db.run("PRAGMA foreign_keys = ON");
	db.run("PRAGMA trusted_schema = OFF");
	db.run("PRAGMA busy_timeout = 5000");
}

/** Turns SQLite's "disk full" into ours, whatever statement met it. */
export function guardDisk<T>(work: () => T): T {
	try {
		return work();
	} catch (error) {
		throw isDiskFull(error) ? new BrigError("disk_full") : error;
	}
}
