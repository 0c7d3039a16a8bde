/**
 * The keys' table. A key's text is never stored, only its SHA-256.
 * @module
 */
import { randomBytes } from "node:crypto";
import { guardDisk, type Store } from "./open.ts";

export const SCOPES = ["run", "write", "admin"] as const;
export type Scope = (typeof SCOPES)[number];

/** A key without its text. `namespace` null reaches every namespace; `services` null every service. */
export interface Key {
	id: string;
	name: string;
	scopes: Scope[];
	namespace: string | null;
	services: string[] | null;
	created_at: string;
}

interface Row extends Omit<Key, "scopes" | "services"> {
	scopes: string;
	services: string | null;
}

const BASE62 = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
const KEY_LENGTH = 43;
const KEY_FORM = /^brig_[0-9A-Za-z]{43}$/;

/** `length` random characters of 0-9A-Za-z, each equally likely. */
export function randomBase62(length: number): string {
	let text = "";
	while (text.length < length) {
		// 248 is the largest multiple of 62 in a byte: larger ones would favour the first letters.
		for (const byte of randomBytes(length)) if (byte < 248 && text.length < length) text += BASE62[byte % 62];
	}
	return text;
}

function hashOf(key: string): Uint8Array {
	return new Bun.CryptoHasher("sha256").update(key).digest();
}

function parse(row: Row): Key {
	return {
		...row,
		scopes: JSON.parse(row.scopes),
		services: row.services === null ? null : JSON.parse(row.services),
	};
}

/** Statements about keys. */
export function keyTable({ db }: Store) {
	const columns = "keys.id, keys.name, scopes, namespaces.name AS namespace, services, keys.created_at";
	const from = "FROM keys LEFT JOIN namespaces ON namespaces.id = namespace_id";
	const insert = db.query<null, [string, string, Uint8Array, string, number | null, string | null, string]>(
		"INSERT INTO keys (id, name, hash, scopes, namespace_id, services, created_at) VALUES (?, ?, ?, ?, ?, ?, ?)",
	);
	const byHash = db.query<Row, [Uint8Array]>(`SELECT ${columns} ${from} WHERE hash = ?`);
	const all = db.query<Row, []>(`SELECT ${columns} ${from} ORDER BY keys.created_at, keys.rowid`);
	const byId = db.query<Row, [string]>(`SELECT ${columns} ${from} WHERE keys.id = ?`);
	const remove = db.query<null, [string]>("DELETE FROM keys WHERE id = ?");
	return {
		/** Makes a key and returns it with its text, which can't be had again. */
		create(one: {
			name: string;
			scopes: readonly Scope[];
			namespace: { id: number; name: string } | null;
			services: readonly string[] | null;
		}): Key & { key: string } {
			const key = `brig_${randomBase62(KEY_LENGTH)}`;
			const id = `key_${randomBase62(16)}`;
			const created_at = new Date().toISOString();
			const services = one.services && [...one.services];
			guardDisk(() =>
				insert.run(
					id,
					one.name,
					hashOf(key),
					JSON.stringify(one.scopes),
					one.namespace?.id ?? null,
					services && JSON.stringify(services),
					created_at,
				),
			);
			const namespace = one.namespace?.name ?? null;
			return { id, name: one.name, key, scopes: [...one.scopes], namespace, services, created_at };
		},
		/** The key of this text; null when it is malformed, unknown or revoked. */
		authenticate(text: string): Key | null {
			const row = KEY_FORM.test(text) ? byHash.get(hashOf(text)) : null;
			return row && parse(row);
		},
		find(id: string): Key | null {
			const row = byId.get(id);
			return row && parse(row);
		},
		list: (): Key[] => all.all().map(parse),
		/** False when there is none. */
		revoke: (id: string): boolean => guardDisk(() => remove.run(id)).changes > 0,
	};
}
export type KeyTable = ReturnType<typeof keyTable>;
