/**
 * The database opened so that nothing of it changes, whether a server has it open or not.
 * @module
 */
import { Database } from "bun:sqlite";
import { existsSync, statSync } from "node:fs";

// sqlite.org/c3ref/c_open_autoproxy.html
const READONLY = 0x1;
const URI = 0x40;

/** The last writer was killed, and its index is gone: only a writer could read the log. */
export class LogWithoutIndex extends Error {
	override readonly name = "LogWithoutIndex";
}

/**
 * Opens a file in WAL mode. With an index beside it, which a running server shares, that is read and not written;
 * without one the file is all there is, and the usual way of reading would make one (sqlite.org/wal.html#readonly).
 * Throws LogWithoutIndex, and what SQLite throws.
 */
export function openUntouched(file: string): Database {
	const path = encodeURI(file).replaceAll("?", "%3f").replaceAll("#", "%23");
	if (existsSync(`${file}-shm`)) return new Database(`file:${path}?mode=ro&readonly_shm=1`, READONLY | URI);
	if (existsSync(`${file}-wal`) && statSync(`${file}-wal`).size > 0) throw new LogWithoutIndex();
	return new Database(`file:${path}?immutable=1`, READONLY | URI);
}
