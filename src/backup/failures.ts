/**
 * What the system and SQLite refuse, as sentences.
 * @module
 */
import { SQLiteError } from "bun:sqlite";

const NO_ROOM = new Set(["ENOSPC", "EDQUOT", "EFBIG", "SQLITE_FULL"]);
const NOT_ALLOWED = new Set(["EACCES", "EPERM", "SQLITE_PERM", "SQLITE_AUTH"]);

export function codeOf(error: unknown): string {
	const { code } = error as { code?: unknown };
	return typeof code === "string" ? code : "";
}

/** True when SQLite found the file to be none of its own, or damaged. */
export function isDamage(error: unknown): boolean {
	return error instanceof SQLiteError && /^SQLITE_(CORRUPT|NOTADB|FORMAT)/.test(codeOf(error));
}

/**
 * An Error with one sentence for what happened while something was written below `folder`.
 * @param outcome what that means, such as "Nothing was written"
 */
export function writeFailure(error: unknown, folder: string, outcome: string): Error {
	const code = codeOf(error);
	// SQLite reports a failed write without the reason.
	if (NO_ROOM.has(code) || code.startsWith("SQLITE_IOERR_WRITE"))
		return new Error(`The disk under ${folder} is full. ${outcome}: make room there, and try again.`);
	if (NOT_ALLOWED.has(code)) return new Error(`${folder} may not be written by this user. ${outcome}.`);
	if (code === "EROFS" || code.startsWith("SQLITE_READONLY"))
		return new Error(`${folder} is on a read-only disk. ${outcome}.`);
	if (code === "") return error as Error;
	return new Error(`Writing below ${folder} failed: ${(error as Error).message}. ${outcome}.`);
}
