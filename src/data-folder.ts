/**
 * The data folder: made, checked, locked. Jails run under other user ids and must walk to DATA/bin, nowhere else.
 * @module
 */
import { Database } from "bun:sqlite";
import { randomBytes } from "node:crypto";
import {
	accessSync,
	chmodSync,
	constants,
	copyFileSync,
	existsSync,
	mkdirSync,
	readdirSync,
	readFileSync,
	realpathSync,
	renameSync,
	rmSync,
	statSync,
	writeFileSync,
} from "node:fs";
import { dirname, join, resolve } from "node:path";
import { canMapIds } from "./sandbox/outer-ids.ts";
import { finishReplacement } from "./store/replacement.ts";

export interface DataFolder {
	/** True when it was empty: the first keys are still to be made. */
	fresh: boolean;
	bin: string;
	/** Files of the running server, emptied at start. */
	run: string;
	/** The brig executable at a path that jails can walk. */
	executable: string;
	/** Where a restore that was cut off, and is ended now, put what it replaced. */
	replaced: string | null;
	unlock(): void;
}

/** A data folder that no server runs on. */
export interface ClaimedFolder {
	data: string;
	replaced: string | null;
	unlock(): void;
}

const WALK = 0o001;

/** Opens DATA for one server. Throws an Error with one sentence. */
export function openDataFolder(path: string, executable = process.execPath): DataFolder {
	const data = resolve(path);
	try {
		mkdirSync(data, { recursive: true, mode: 0o711 });
		chmodSync(data, 0o711);
	} catch (error) {
		throw new Error(
			`The data folder ${data} can't be used: ${(error as Error).message}. Choose another with --data.`,
		);
	}
	const others = canMapIds();
	const blocked = others ? unwalkable(data) : null;
	if (blocked) {
		throw new Error(
			`The folder ${blocked} above the data folder can't be walked by other users, and sandboxes run as other users: run chmod o+x ${blocked}, or choose another data folder with --data.`,
		);
	}
	const { replaced, unlock } = claim(data);
	const bin = join(data, "bin");
	mkdirSync(bin, { recursive: true });
	chmodSync(bin, 0o711);
	makeSealingKey(join(data, "seal.key"));
	return {
		fresh: !existsSync(join(data, "brig.db")),
		bin,
		run: join(data, "run"),
		executable:
			others && unwalkable(dirname(realpathSync(executable)))
				? copyExecutable(executable, bin)
				: realpathSync(executable),
		replaced,
		unlock,
	};
}

/** Keeps servers away from DATA, which is made when it is missing. Throws an Error with one sentence. */
export function claimDataFolder(path: string): ClaimedFolder {
	const data = resolve(path);
	try {
		if (!existsSync(data)) mkdirSync(data, { recursive: true, mode: 0o711 });
		// A slash behind what is no folder is an error.
		accessSync(`${data}/`, constants.W_OK | constants.X_OK);
	} catch (error) {
		throw new Error(`The data folder ${data} can't be used: ${(error as Error).message}.`);
	}
	return claim(data);
}

/** Locks the folder and ends a restore that was cut off. */
function claim(data: string): ClaimedFolder {
	const unlock = lock(data);
	try {
		return { data, replaced: finishReplacement(data), unlock };
	} catch (error) {
		unlock();
		throw new Error(
			`A restore of ${data} was cut off and can't be ended: ${(error as Error).message}. Mend that, and start again.`,
		);
	}
}

/** The first folder on the way that others can't walk, or null. */
export function unwalkable(path: string): string | null {
	const above: string[] = [];
	for (let folder = path; folder !== dirname(folder); folder = dirname(folder)) above.unshift(folder);
	return above.find((folder) => (statSync(folder).mode & WALK) === 0) ?? null;
}

/** A database that nobody refers to is closed by the garbage collector, and its lock with it. */
const held = new Set<Database>();

/** An exclusive transaction on a database of its own: the kernel ends it with the process, however that ends. */
function lock(data: string): () => void {
	const file = join(data, "lock.db");
	const pidFile = join(data, "brig.pid");
	const db = new Database(file, { create: true });
	chmodSync(file, 0o600);
	try {
		db.run("PRAGMA journal_mode = MEMORY");
		db.run("BEGIN EXCLUSIVE");
	} catch (error) {
		db.close();
		if ((error as { code?: string }).code !== "SQLITE_BUSY") throw error;
		const pid = existsSync(pidFile) ? readFileSync(pidFile, "utf8").trim() : "unknown";
		throw new Error(
			`The data folder ${data} is already in use by process ${pid}. Stop that server, or choose another folder with --data.`,
		);
	}
	writeFileSync(pidFile, `${process.pid}\n`, { mode: 0o600 });
	held.add(db);
	return () => {
		rmSync(pidFile, { force: true });
		held.delete(db);
		db.close();
	};
}

/** 32 random bytes, made once: what is secret at rest is sealed under it. */
function makeSealingKey(file: string): void {
	if (existsSync(file)) return;
	const fresh = `${file}.new`;
	writeFileSync(fresh, randomBytes(32), { mode: 0o600, flush: true });
	renameSync(fresh, file);
}

/** A copy that others can walk to; older copies go. */
function copyExecutable(executable: string, bin: string): string {
	const { size, mtimeMs } = statSync(executable);
	const name = `brig-${size}-${Math.trunc(mtimeMs)}`;
	const copy = join(bin, name);
	for (const old of readdirSync(bin))
		if (old.startsWith("brig-") && old !== name) rmSync(join(bin, old), { recursive: true });
	if (!existsSync(copy)) {
		try {
			copyFileSync(executable, `${copy}.new`);
		} catch (error) {
			rmSync(`${copy}.new`, { force: true });
			throw error;
		}
		chmodSync(`${copy}.new`, 0o755);
		renameSync(`${copy}.new`, copy);
	}
	return copy;
}
