/**
 * Makes a backup of a data folder, whether a server runs on it or not. Nothing in the folder changes.
 * @module
 */
import { Database } from "bun:sqlite";
import {
	closeSync,
	existsSync,
	fstatSync,
	fsyncSync,
	linkSync,
	lstatSync,
	openSync,
	readdirSync,
	realpathSync,
	renameSync,
	rmSync,
	writeSync,
} from "node:fs";
import { basename, dirname, join, resolve } from "node:path";
import { lockDescriptor } from "../sandbox/libc.ts";
import { readSealingKey } from "../secrets/seal.ts";
import { NEWEST_SCHEMA, schemaVersion } from "../store/migrate.ts";
import { isReplacementPending, syncPath } from "../store/replacement.ts";
import { VERSION } from "../version.ts";
import { type Manifest, makeTail } from "./container.ts";
import { copyBytes } from "./copy.ts";
import { codeOf, isDamage, writeFailure } from "./failures.ts";
import { damageOf, schemaFault } from "./schema.ts";
import { keyId, sign } from "./sealing-key.ts";

const BUSY_MS = 5_000;
/** What SQLite puts behind the name of a file that it has not finished. */
const JOURNAL = "-journal";

export interface BackupOptions {
	/** Include the sealing key: whoever has the file then has the secrets. */
	withKey: boolean;
	/** Take the place of a file that exists. */
	overwrite: boolean;
}

export interface MadeBackup {
	file: string;
	bytes: number;
	manifest: Manifest;
	/** True when a file was there before. */
	overwritten: boolean;
}

/** Writes a backup of the data folder to `target`. Throws an Error with one sentence; then nothing is written. */
export function makeBackup(folder: string, target: string, options: BackupOptions): MadeBackup {
	const data = resolve(folder);
	const file = resolve(target);
	const database = join(data, "brig.db");
	checkDatabase(database, data);
	const overwritten = checkTarget(file, data, options.overwrite);
	const unlock = lockBackups(data);
	try {
		if (isReplacementPending(data))
			throw new Error(`A restore of ${data} was cut off: start the server, which ends it, and try again.`);
		const key = readSealingKey(join(data, "seal.key"));
		const partial = partialName(file);
		try {
			closeSync(openSync(partial, "wx", 0o600));
			const schema = snapshot(database, partial);
			const { bytes, manifest } = complete(partial, { schema, key, withKey: options.withKey });
			publish(partial, file, options.overwrite);
			return { file, bytes, manifest, overwritten };
		} catch (error) {
			throw writeFailure(error, dirname(file), "Nothing was written");
		} finally {
			for (const suffix of ["", JOURNAL]) rmSync(partial + suffix, { force: true });
		}
	} finally {
		unlock();
	}
}

function checkDatabase(database: string, data: string): void {
	try {
		closeSync(openSync(database, "r"));
	} catch (error) {
		const code = codeOf(error);
		if (code === "ENOENT")
			throw new Error(`There is no database in ${data}: name the server's data folder with --data.`);
		if (code === "EACCES")
			throw new Error(`${database} may not be read by this user: run this as root, or as the server's user.`);
		throw new Error(`${database} can't be read: ${(error as Error).message}.`);
	}
}

/** True when there is a file that may be overwritten. */
function checkTarget(file: string, data: string, overwrite: boolean): boolean {
	const folder = dirname(file);
	let inside: boolean;
	try {
		inside = realpathSync(folder) === realpathSync(data);
	} catch (error) {
		if (codeOf(error) === "ENOENT") throw new Error(`There is no folder ${folder}.`);
		throw new Error(`${folder} can't be used: ${(error as Error).message}.`);
	}
	if (inside)
		throw new Error(
			`${file} is in the data folder itself: put the backup elsewhere, best on another machine.`,
		);
	const there = lstatSync(file, { throwIfNoEntry: false });
	if (!there) return false;
	if (there.isDirectory()) throw new Error(`${file} is a folder: name a file in it.`);
	if (!overwrite) throw new Error(`${file} exists already: name another file, or add --overwrite.`);
	if (!there.isFile()) throw new Error(`${file} exists and is not an ordinary file: name another.`);
	return true;
}

/** One backup or restore of a folder at a time. The lock ends with the process. */
export function lockBackups(data: string): () => void {
	const descriptor = openSync(data, "r");
	if (lockDescriptor(descriptor)) return () => closeSync(descriptor);
	closeSync(descriptor);
	throw new Error(`Another backup or restore of ${data} is running: try again when it has ended.`);
}

/** Where the backup grows, beside its place. What processes that are gone left there is removed. */
function partialName(file: string): string {
	const start = `.${basename(file)}.partial-`;
	const folder = dirname(file);
	for (const name of readdirSync(folder)) {
		const pid = name.startsWith(start) ? name.slice(start.length).replace(JOURNAL, "") : "";
		if (/^\d+$/.test(pid) && (Number(pid) === process.pid || !existsSync(`/proc/${pid}`)))
			rmSync(join(folder, name), { force: true });
	}
	return join(folder, start + process.pid);
}

/** Copies the database as it is at one moment to the empty file `to`; its schema's version. */
function snapshot(database: string, to: string): number {
	const db = new Database(database, { readonly: true, strict: true });
	try {
		db.run(`PRAGMA busy_timeout = ${BUSY_MS}`);
		db.run("PRAGMA trusted_schema = OFF");
		const version = schemaVersion(db);
		if (version > NEWEST_SCHEMA)
			throw new Error(
				`${database} was written by a newer Brig (schema ${version}, this one knows ${NEWEST_SCHEMA}): use that one. Nothing was written.`,
			);
		const fault = version < 1 ? "it is not a database of Brig" : schemaFault(db, version);
		if (fault)
			throw new Error(
				`A backup of ${database} could not be restored: ${fault}. Mend that first. Nothing was written.`,
			);
		const damage = damageOf(db);
		if (damage) throw damaged(database, damage);
		db.query("VACUUM INTO ?").run(to);
		return version;
	} catch (error) {
		throw isDamage(error) ? damaged(database, (error as Error).message) : error;
	} finally {
		db.close();
	}
}

function damaged(database: string, finding: string): Error {
	return new Error(
		`${database} is damaged (${finding}). Nothing was written: restore an earlier backup, or keep a copy of the data folder and ask for help.`,
	);
}

/** Puts the tail behind the database and all of it on disk. */
function complete(
	partial: string,
	{ schema, key, withKey }: { schema: number; key: Uint8Array; withKey: boolean },
): { bytes: number; manifest: Manifest } {
	const descriptor = openSync(partial, "r+");
	try {
		const { size } = fstatSync(descriptor);
		const manifest: Manifest = {
			format: 1,
			brig: VERSION,
			schema,
			created_at: new Date().toISOString(),
			database_bytes: size,
			database_sha256: copyBytes(descriptor, size, null),
			key_id: keyId(key),
			sealing_key: withKey ? Buffer.from(key).toString("base64") : null,
		};
		const tail = makeTail(manifest, (signed) => sign(key, signed));
		for (let have = 0; have < tail.length; )
			have += writeSync(descriptor, tail, have, tail.length - have, size + have);
		fsyncSync(descriptor);
		return { bytes: size + tail.length, manifest };
	} finally {
		closeSync(descriptor);
	}
}

/** Gives the file its name. A link, unlike a rename, never takes the place of another file. */
function publish(partial: string, file: string, overwrite: boolean): void {
	if (overwrite) renameSync(partial, file);
	else {
		try {
			linkSync(partial, file);
		} catch (error) {
			if (codeOf(error) === "EEXIST")
				throw new Error(`${file} has appeared meanwhile: name another file. Nothing was written.`);
			if (lstatSync(file, { throwIfNoEntry: false })) throw error;
			// A disk without hard links.
			renameSync(partial, file);
		}
	}
	try {
		syncPath(dirname(file));
	} catch {
		// Some network disks can't: the file itself is on disk.
	}
}
