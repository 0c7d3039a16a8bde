/**
 * The database of a stopped service, kept as it is before a newer executable migrates it. All of it happens with the
 * rights of the folder's owner: the service could have put links in there for root to follow.
 * @module
 */
import { existsSync, lstatSync, statSync } from "node:fs";
import { join } from "node:path";
import type { Changes } from "./changes.ts";
import { BEFORE_UPGRADE, DATA, FAILED_UPGRADE } from "./paths.ts";
import { run } from "./programs.ts";

/** The log beside the database may hold what is not yet in it. */
const FILES = ["brig.db", "brig.db-wal"];
const COPY_MS = 600_000;

/** Copies the database aside; undone, it is what it was. Throws an Error when there is no room. */
export async function keepDatabase(changes: Changes): Promise<void> {
	const files = present(DATA, FILES);
	if (files.length === 0) return;
	const fresh = `${BEFORE_UPGRADE}.new`;
	await asOwner(["rm", "-rf", fresh]);
	await asOwner(["mkdir", "-m", "700", fresh]);
	try {
		await asOwner(["cp", "--no-dereference", "--preserve=mode,timestamps", ...files, fresh]);
	} catch (error) {
		await asOwner(["rm", "-rf", fresh]);
		throw new Error(
			`The database could not be kept before the upgrade (${(error as Error).message}): make room in ${DATA}.`,
		);
	}
	await asOwner(["rm", "-rf", BEFORE_UPGRADE]);
	await asOwner(["mv", "-T", fresh, BEFORE_UPGRADE]);
	changes.add("the database", async () => {
		await putBack();
		await asOwner(["rm", "-rf", FAILED_UPGRADE]);
	});
}

/**
 * Undone, the database is the one that an upgrade kept which was cut off. What the newer version may have written
 * since then is moved to FAILED_UPGRADE, and stays.
 */
export function returnToKept(changes: Changes): void {
	if (existsSync(BEFORE_UPGRADE)) changes.add("the database", putBack);
}

/** Moves alone, which need no room. */
async function putBack(): Promise<void> {
	await asOwner(["rm", "-rf", FAILED_UPGRADE]);
	await asOwner(["mkdir", "-m", "700", FAILED_UPGRADE]);
	const newer = present(DATA, [...FILES, "brig.db-shm"]);
	if (newer.length > 0) await asOwner(["mv", "-t", FAILED_UPGRADE, ...newer]);
	await asOwner(["mv", "-t", DATA, ...present(BEFORE_UPGRADE, FILES)]);
	await asOwner(["rmdir", BEFORE_UPGRADE]);
}

/** Those that are there, with their whole paths. */
function present(folder: string, names: readonly string[]): string[] {
	return names
		.map((name) => join(folder, name))
		.filter((path) => lstatSync(path, { throwIfNoEntry: false }) !== undefined);
}

async function asOwner(command: readonly string[]): Promise<void> {
	const { uid, gid } = statSync(DATA);
	await run(["setpriv", `--reuid=${uid}`, `--regid=${gid}`, "--clear-groups", "--", ...command], COPY_MS);
}
