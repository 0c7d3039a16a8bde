/**
 * Prepares a restore below the data folder, then takes it into use. The backup is a hostile file until it proves
 * otherwise.
 * @module
 */
import { Database } from "bun:sqlite";
import { closeSync, existsSync, openSync, rmSync, statfsSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { readSealingKey, sealerOf } from "../secrets/seal.ts";
import { NEWEST_SCHEMA } from "../store/migrate.ts";
import { commitReplacement, discardReplacement, stageReplacement } from "../store/replacement.ts";
import type { BackupFile } from "./container.ts";
import { copyBytes } from "./copy.ts";
import { type Disabled, distrust, type LostSecret, lostSecrets } from "./distrust.ts";
import { codeOf, isDamage, writeFailure } from "./failures.ts";
import { closeRebuilt, openRebuilt, Refused, rebuild } from "./rebuild.ts";
import { checkRows } from "./row-checks.ts";
import { findSigner, type Signer, type TrustOptions } from "./trust.ts";

const MARGIN_BYTES = 16 * 1024 * 1024;
const UNCHANGED = "Nothing was changed";

export type Contents = Record<"namespaces" | "functions" | "keys" | "secrets" | "executions", number>;

/** A restore that only needs to be decided. */
export interface PreparedRestore {
	signedBy: Signer | null;
	/** What is in it, as it comes in. */
	contents: Contents;
	/** Null for a backup that is signed. */
	disabled: Disabled | null;
	/** Secrets that the key does not open: they must be set again. */
	lostSecrets: LostSecret[];
	/** What the data folder has now; null when it has no database, or one that can't be read. */
	before: Contents | null;
	/** Takes it into use; the folder with what was there before, null when there was nothing. */
	commit(): string | null;
}

export type RestoreOptions = Pick<TrustOptions, "given" | "acceptUnsigned" | "ask">;

/**
 * Checks a backup and builds its database below a data folder that is claimed. Throws an Error with one sentence; then
 * nothing has changed. Whoever does not commit calls discardReplacement.
 */
export async function prepareRestore(
	data: string,
	backup: BackupFile,
	options: RestoreOptions,
): Promise<PreparedRestore> {
	const { name, manifest } = backup;
	if (manifest.schema > NEWEST_SCHEMA)
		throw new Error(
			`${name} was made by a newer Brig (${manifest.brig}, schema ${manifest.schema}, this one knows ${NEWEST_SCHEMA}): restore it with that one.`,
		);
	const database = join(data, "brig.db");
	const keyFile = join(data, "seal.key");
	const own = ownKey(keyFile);
	const unused = !existsSync(database) || isUnused(database);
	const { signedBy, key } = await findSigner(backup, { ...options, own, unused });
	checkRoom(data, manifest.database_bytes);
	try {
		const staging = stageReplacement(data);
		const rebuilt = join(staging, "brig.db");
		build(backup, join(staging, "backup.db"), rebuilt);
		const sealing = key ?? own;
		if (key && !(own && Buffer.from(key).equals(own)))
			writeFileSync(join(staging, "seal.key"), key, { mode: 0o600 });
		const db = openRebuilt(rebuilt);
		let disabled: Disabled | null = null;
		let lost: LostSecret[];
		try {
			if (signedBy !== "given" && signedBy !== "data") checkRows(db);
			if (signedBy === null) disabled = distrust(db);
			lost = lostSecrets(db, sealing && sealerOf(sealing, keyFile), signedBy === null);
		} finally {
			closeRebuilt(db, rebuilt);
		}
		const contents = contentsOf(rebuilt) as Contents;
		return {
			signedBy,
			contents,
			disabled,
			lostSecrets: lost,
			before: existsSync(database) ? contentsOf(database) : null,
			commit: () => commit(data),
		};
	} catch (error) {
		discardReplacement(data);
		if (error instanceof Refused) throw new Error(`${name} is refused: ${error.message}. ${UNCHANGED}.`);
		if (isDamage(error)) throw new Error(`${name} is damaged: ${(error as Error).message}. ${UNCHANGED}.`);
		throw writeFailure(error, data, UNCHANGED);
	}
}

function commit(data: string): string | null {
	try {
		return commitReplacement(data);
	} catch (error) {
		throw new Error(
			`The restore could not be ended: ${(error as Error).message}. What is in ${data} is whole: the next start of the server, or of a restore, ends it or leaves what was there.`,
		);
	}
}

/** The backup's bytes to a file of our own, which nobody changes meanwhile; from there the rows to the new database. */
function build(backup: BackupFile, copy: string, rebuilt: string): void {
	const { descriptor, manifest } = backup;
	const to = openSync(copy, "wx", 0o600);
	try {
		const hash = copyBytes(descriptor, manifest.database_bytes, to);
		if (hash !== manifest.database_sha256) throw new Refused("its database is damaged: the checksum differs");
	} finally {
		closeSync(to);
	}
	closeSync(openSync(rebuilt, "wx", 0o600));
	try {
		rebuild(copy, rebuilt, manifest.schema);
	} catch (error) {
		// Types, NOT NULL and UNIQUE hold in the new database.
		if (codeOf(error).startsWith("SQLITE_CONSTRAINT") || codeOf(error) === "SQLITE_MISMATCH")
			throw new Refused(`its database breaks the rules of its tables: ${(error as Error).message}`);
		throw error;
	}
	rmSync(copy);
}

/** A claim about size that the disk can't hold is refused before a byte is written. */
function checkRoom(data: string, bytes: number): void {
	const { bavail, bsize } = statfsSync(data);
	const needed = 2 * bytes + MARGIN_BYTES;
	if (needed > bavail * bsize)
		throw new Error(
			`The disk under ${data} has ${megabytes(bavail * bsize)} MB free, and restoring ${backupSize(bytes)} takes ${megabytes(needed)} MB. ${UNCHANGED}: make room, and try again.`,
		);
}

const megabytes = (bytes: number) => Math.ceil(bytes / 1_000_000);
const backupSize = (bytes: number) => `a database of ${megabytes(bytes)} MB`;

/** The data folder's key; null when it has none that can be used, which a restore may mend. */
function ownKey(file: string): Uint8Array | null {
	try {
		return readSealingKey(file);
	} catch {
		return null;
	}
}

/** True for a database in which nobody registered a function or set a secret. */
function isUnused(file: string): boolean {
	const sql = "SELECT NOT EXISTS (SELECT 1 FROM functions) AND NOT EXISTS (SELECT 1 FROM secrets) AS unused";
	return ask<{ unused: number }>(file, sql)?.unused === 1;
}

/** How many rows of each kind a database has; null when it can't be read. */
function contentsOf(file: string): Contents | null {
	return ask<Contents>(
		file,
		`SELECT (SELECT count(*) FROM namespaces) AS namespaces,
		(SELECT count(*) FROM functions WHERE active_version IS NOT NULL) AS functions,
		(SELECT count(*) FROM keys) AS keys, (SELECT count(*) FROM secrets) AS secrets,
		(SELECT count(*) FROM executions) AS executions`,
	);
}

/** The row that a question has; null where the database can't be read or is older than the question. */
function ask<Row>(file: string, sql: string): Row | null {
	try {
		const db = new Database(file, { readonly: true, strict: true });
		try {
			return db.query<Row, []>(sql).get();
		} finally {
			db.close();
		}
	} catch {
		return null;
	}
}
