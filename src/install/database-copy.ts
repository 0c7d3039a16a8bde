/**
 * The database of a stopped service, kept as it is before a newer executable migrates it.
 * @module
 */
import { chownSync, copyFileSync, existsSync, mkdirSync, renameSync, rmSync, statSync } from "node:fs";
import { join } from "node:path";
import type { Changes } from "./changes.ts";
import { BEFORE_UPGRADE, DATA } from "./paths.ts";

/** The log beside the database may hold what is not yet in it. */
const FILES = ["brig.db", "brig.db-wal"];

/**
 * Copies the database aside, unless an interrupted upgrade (`again`) already did; undone, it is what it was.
 * Throws an Error when there is no room.
 */
export function keepDatabase(changes: Changes, again: boolean): void {
	if (!existsSync(join(DATA, "brig.db"))) return;
	if (again && existsSync(BEFORE_UPGRADE)) {
		changes.add("the database", putBack);
		return;
	}
	const fresh = `${BEFORE_UPGRADE}.new`;
	rmSync(fresh, { recursive: true, force: true });
	mkdirSync(fresh, { mode: 0o700 });
	try {
		for (const name of FILES) {
			if (existsSync(join(DATA, name))) copyFileSync(join(DATA, name), join(fresh, name));
		}
	} catch (error) {
		rmSync(fresh, { recursive: true, force: true });
		throw new Error(
			`The database could not be kept before the upgrade (${(error as Error).message}): make room in ${DATA}.`,
		);
	}
	rmSync(BEFORE_UPGRADE, { recursive: true, force: true });
	renameSync(fresh, BEFORE_UPGRADE);
	changes.add("the database", putBack);
}

function putBack(): void {
	const { uid, gid } = statSync(DATA);
	for (const name of [...FILES, "brig.db-shm"]) rmSync(join(DATA, name), { force: true });
	for (const name of FILES) {
		const kept = join(BEFORE_UPGRADE, name);
		if (!existsSync(kept)) continue;
		copyFileSync(kept, join(DATA, name));
		chownSync(join(DATA, name), uid, gid);
	}
	rmSync(BEFORE_UPGRADE, { recursive: true, force: true });
}
