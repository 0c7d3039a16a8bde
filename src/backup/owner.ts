/**
 * Work on a data folder as the user that it belongs to.
 * @module
 */
import { existsSync, statSync } from "node:fs";

/**
 * Where root works on the data folder of another user, this process becomes that user for good: what it makes there
 * belongs to the server's user, and links that a server in foreign hands left there lead nowhere new. Throws an Error
 * with one sentence.
 */
export function becomeOwner(data: string): void {
	if (process.geteuid?.() !== 0 || !existsSync(data)) return;
	const { uid, gid } = statSync(data);
	if (uid === 0) return;
	try {
		process.setgroups?.([]);
		process.setgid?.(gid);
		process.setuid?.(uid);
	} catch (error) {
		throw new Error(
			`${data} belongs to the user ${uid}, and this process can't become that user: ${(error as Error).message}. Run this as that user.`,
		);
	}
}
