/**
 * The body of a hidden command: looks a database through and prints what it found as JSON. Changes nothing.
 * @module
 */

import { LogWithoutIndex, openUntouched } from "./database-file.ts";
import { reasonOf } from "./finding.ts";

/** The command's name. */
export const QUICK_CHECK = "__quick-check";

const MOST_FAULTS = 5;

/** Prints `{"version", "faults"}`, or `{"unread", "log"}` for a file that SQLite can't read; `log` is true when only its log is in the way. */
export function quickCheck(file: string): void {
	console.log(JSON.stringify(look(file)));
}

function look(file: string): object {
	try {
		const db = openUntouched(file);
		const { user_version: version } = db.query("PRAGMA user_version").get() as { user_version: number };
		const rows = db.query(`PRAGMA quick_check(${MOST_FAULTS})`).all() as { quick_check: string }[];
		db.close();
		return { version, faults: rows.map((row) => row.quick_check).filter((line) => line !== "ok") };
	} catch (error) {
		return { unread: reasonOf(error), log: error instanceof LogWithoutIndex };
	}
}
