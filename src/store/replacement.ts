/**
 * Puts a restored database in the place of the one that a data folder has, so that whatever happens in between, a power
 * cut included, the folder ends with the old state whole or the new one.
 *
 * The new files are made in DATA/restoring. Renaming that folder to DATA/restored is the decision; what remains are
 * renames that can be done again by whoever opens the folder next. All of it happens under the folder's lock.
 * @module
 */
import {
	chmodSync,
	closeSync,
	copyFileSync,
	existsSync,
	fsyncSync,
	mkdirSync,
	openSync,
	readdirSync,
	renameSync,
	rmdirSync,
	rmSync,
} from "node:fs";
import { join } from "node:path";

const STAGING = "restoring";
const DECIDED = "restored";
const ASIDE = "replaced-";
/** The database first: nobody opens what is left beside a database that is gone. */
const DATABASE_FILES = ["brig.db", "brig.db-wal", "brig.db-shm", "brig.db-journal"];
const KEY = "seal.key";

/** An empty folder for the new `brig.db` and, where it changes, `seal.key`. One that was left behind goes. */
export function stageReplacement(data: string): string {
	const staging = join(data, STAGING);
	rmSync(staging, { recursive: true, force: true });
	mkdirSync(staging, { mode: 0o700 });
	return staging;
}

export function discardReplacement(data: string): void {
	rmSync(join(data, STAGING), { recursive: true, force: true });
}

/** True when a restore was cut off after its decision. */
export function isReplacementPending(data: string): boolean {
	return existsSync(join(data, DECIDED));
}

/** Takes the staged files into use; the folder with what they replace, null when there was nothing. */
export function commitReplacement(data: string): string | null {
	const staging = join(data, STAGING);
	const aside = join(staging, freeName(data));
	mkdirSync(aside, { mode: 0o700 });
	// The old state keeps its key, also where the new one uses the same.
	if (existsSync(join(data, KEY)) && (existsSync(join(data, "brig.db")) || existsSync(join(staging, KEY)))) {
		copyFileSync(join(data, KEY), join(aside, KEY));
		chmodSync(join(aside, KEY), 0o600);
	}
	for (const folder of [aside, staging]) {
		for (const name of readdirSync(folder)) syncPath(join(folder, name));
		syncPath(folder);
	}
	renameSync(staging, join(data, DECIDED));
	syncPath(data);
	return finishReplacement(data);
}

/** Ends what a commit began, if anything, as commitReplacement; what was never decided goes. Each step may be done again. */
export function finishReplacement(data: string): string | null {
	discardReplacement(data);
	const from = join(data, DECIDED);
	if (!existsSync(from)) return null;
	const name = readdirSync(from).find((one) => one.startsWith(ASIDE));
	let replaced: string | null = null;
	if (name !== undefined) {
		const aside = join(from, name);
		// As long as the new database is not in its place, the one that is there is the old one.
		if (existsSync(join(from, "brig.db"))) {
			for (const file of DATABASE_FILES) moveIfThere(join(data, file), join(aside, file));
			syncPath(aside);
			renameSync(join(from, "brig.db"), join(data, "brig.db"));
		}
		moveIfThere(join(from, KEY), join(data, KEY));
		syncPath(data);
		if (readdirSync(aside).length === 0) rmdirSync(aside);
		else {
			replaced = join(data, name);
			renameSync(aside, replaced);
		}
	}
	rmdirSync(from);
	syncPath(data);
	return replaced;
}

/** `replaced-2026-01-31T09-30-00Z`, with a number behind it where that is taken. */
function freeName(data: string): string {
	const name = `${ASIDE}${new Date().toISOString().slice(0, 19).replaceAll(":", "-")}Z`;
	for (let number = 1; ; number++) {
		const free = number === 1 ? name : `${name}-${number}`;
		if (!existsSync(join(data, free))) return free;
	}
}

function moveIfThere(from: string, to: string): void {
	if (existsSync(from)) renameSync(from, to);
}

/** What a file or folder holds is on disk when this returns. */
export function syncPath(path: string): void {
	const descriptor = openSync(path, "r");
	try {
		fsyncSync(descriptor);
	} finally {
		closeSync(descriptor);
	}
}
