/** Looking at files that may not be there, or not for this user. @module */
import { accessSync, constants, lstatSync, type Stats } from "node:fs";
import { type Finding, warn } from "./finding.ts";

/** The file itself, not what it points at; null where it is not there or can't be seen. */
export function look(path: string): Stats | null {
	try {
		return lstatSync(path);
	} catch {
		return null;
	}
}

/** `0640` */
export const octal = (mode: number) => (mode & 0o7777).toString(8).padStart(4, "0");

/** What only another user may look at is not known: that is neither well nor a failure. */
export function notForThisUser(path: string): Finding {
	return warn(
		`not checked: this user may not open ${path}`,
		"Run `brig doctor` as root or as the user of the server.",
	);
}

/** What keeps this user from reading a file, as that finding; null when nothing does. */
export function unreadable(path: string): Finding | null {
	try {
		accessSync(path, constants.R_OK);
		return null;
	} catch (error) {
		if (isRefusal(error)) return notForThisUser(path);
		throw error;
	}
}

/** True for an error that says that this user may not. */
export function isRefusal(error: unknown): boolean {
	const { code } = error as { code?: unknown };
	return code === "EACCES" || code === "EPERM";
}
