/** Data folders with something of everything in them, and backups that someone has changed. */
import { Database } from "bun:sqlite";
import { randomBytes } from "node:crypto";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type Manifest, makeTail, openBackup } from "../../src/backup/container.ts";
import { makeBackup } from "../../src/backup/make.ts";
import { sign } from "../../src/backup/sealing-key.ts";
import { vault } from "../../src/secrets/vault.ts";
import { executionTable } from "../../src/store/executions.ts";
import { functionTable } from "../../src/store/functions.ts";
import { keyTable } from "../../src/store/keys.ts";
import { namespaceTable } from "../../src/store/namespaces.ts";
import { openStore } from "../../src/store/open.ts";
import { draft, started, usage } from "../store/make.ts";

interface Test {
	teardown(action: () => unknown): unknown;
}

export const SECRET = "the-value-of-the-secret";

export function makeFolder(t: Test): string {
	const folder = mkdtempSync(join(tmpdir(), "brig-backup-"));
	t.teardown(() => rmSync(folder, { recursive: true, force: true }));
	return folder;
}

export interface MadeData {
	data: string;
	sealingKey: Uint8Array;
	/** A backup without its key, and one with it. */
	backup: string;
	withKey: string;
}

/** A data folder that no server runs on, with a row in every table, and two backups of it. */
export function makeData(t: Test): MadeData {
	const folder = makeFolder(t);
	const data = join(folder, "data");
	mkdirSync(data, { mode: 0o711 });
	const sealingKey = randomBytes(32);
	writeFileSync(join(data, "seal.key"), sealingKey, { mode: 0o600 });
	fill(data);
	const backup = join(folder, "plain.backup");
	const withKey = join(folder, "with-key.backup");
	makeBackup(data, backup, { withKey: false, overwrite: false });
	makeBackup(data, withKey, { withKey: true, overwrite: false });
	return { data, sealingKey, backup, withKey };
}

function fill(data: string): void {
	const store = openStore(data);
	const namespace = namespaceTable(store).create("default");
	keyTable(store).create({ name: "laptop", scopes: ["admin"], namespace: null, services: null });
	keyTable(store).create({ name: "agent", scopes: ["run"], namespace, services: ["orders"] });
	vault(store, join(data, "seal.key")).put(namespace, "API_TOKEN", SECRET);
	const functions = functionTable(store);
	const admin = { createdBy: "key_a", pending: false };
	functions.add(namespace.id, draft("orders.plain"), admin);
	functions.add(namespace.id, draft("orders.seeing", { env: ["API_TOKEN"] }), admin);
	functions.add(namespace.id, draft("orders.reaching", { egress: ["api.example.com"] }), admin);
	const waiting = { code: "def plain():\n    return 2\n", env: ["API_TOKEN"] };
	functions.add(namespace.id, draft("orders.plain", waiting), { createdBy: "key_b", pending: true });
	const executions = executionTable(store);
	executions.start(started("exe_1", namespace.id));
	const call = { seq: 1, parent: null, function: "orders.plain", version: 1, depth: 1, count: 1 };
	const cost = { status: "ok" as const, error_type: null, wall_ms: 1.5, bytes_in: 2, bytes_out: 3 };
	const decision = { function: "orders.reaching", at: new Date().toISOString(), host: "api.example.com" };
	executions.end(
		"exe_1",
		"ok",
		null,
		usage,
		[{ ...call, ...cost }],
		[{ function: "orders.plain", stdout: "printed\n", stderr: "" }],
		[{ ...decision, port: 443, allowed: true, reason: "declared" }],
	);
	store.close();
}

export interface Forgery {
	/** Changes the database inside. */
	edit?: (db: Database) => void;
	/** Changes the database's bytes, after `edit`. */
	bytes?: (database: Buffer) => Buffer;
	/** Changes what the file says of itself, after its sizes and sums fit again. */
	manifest?: Record<string, unknown>;
	/** The key that signs it; another random one for a forger who has none. */
	key: Uint8Array;
}

/** A copy of a backup with changes, whose checksum fits again, signed by a key. The new file's path. */
export function forge(t: Test, backup: string, { edit, bytes, manifest, key }: Forgery): string {
	const folder = makeFolder(t);
	const inside = join(folder, "inside.db");
	const opened = openBackup(backup);
	opened.close();
	writeFileSync(inside, readFileSync(backup).subarray(0, opened.manifest.database_bytes));
	if (edit) {
		const db = new Database(inside);
		edit(db);
		db.close();
	}
	const database = bytes ? bytes(readFileSync(inside)) : readFileSync(inside);
	const about = {
		...opened.manifest,
		database_bytes: database.length,
		database_sha256: new Bun.CryptoHasher("sha256").update(database).digest("hex"),
		...manifest,
	} as Manifest;
	const file = join(folder, "forged.backup");
	writeFileSync(file, Buffer.concat([database, makeTail(about, (signed) => sign(key, signed))]));
	return file;
}

/** Rows of a database in a folder. */
export function rows(data: string, sql: string): unknown[] {
	const db = new Database(join(data, "brig.db"), { readonly: true });
	try {
		return db.query(sql).all();
	} finally {
		db.close();
	}
}
