/**
 * The secrets' table: names, dates and sealed values. What opens them is not here.
 * @module
 */
import type { Namespace } from "./namespaces.ts";
import { guardDisk, type Store } from "./open.ts";

/** A secret without its value. */
export interface Secret {
	name: string;
	created_at: string;
	updated_at: string;
}

/** A sealed value with the name of the namespace that it is bound to. */
export interface SealedSecret {
	namespace: string;
	sealed: Uint8Array;
}

/** Statements about secrets. Names are checked and values sealed before they come here. */
export function secretTable({ db }: Store) {
	const columns = "name, created_at, updated_at";
	const upsert = db.query<Secret, [number, string, Uint8Array, string, string]>(
		`INSERT INTO secrets (namespace_id, name, sealed, created_at, updated_at) VALUES (?, ?, ?, ?, ?)
		ON CONFLICT DO UPDATE SET sealed = excluded.sealed, updated_at = excluded.updated_at RETURNING ${columns}`,
	);
	const one = db.query<Secret, [number, string]>(
		`SELECT ${columns} FROM secrets WHERE namespace_id = ? AND name = ?`,
	);
	const all = db.query<Secret, [number]>(
		`SELECT ${columns} FROM secrets WHERE namespace_id = ? ORDER BY name`,
	);
	const sealedOne = db.query<SealedSecret, [number, string]>(
		`SELECT namespaces.name AS namespace, sealed FROM secrets JOIN namespaces ON namespaces.id = namespace_id
		WHERE namespace_id = ? AND secrets.name = ?`,
	);
	const remove = db.query<null, [number, string]>("DELETE FROM secrets WHERE namespace_id = ? AND name = ?");
	return {
		/** Stores a value in place of an older one; `created` is false when there was one. */
		put(
			{ id }: Pick<Namespace, "id">,
			name: string,
			sealed: Uint8Array,
		): { secret: Secret; created: boolean } {
			const now = new Date().toISOString();
			return guardDisk(() =>
				db.transaction(() => {
					const created = one.get(id, name) === null;
					return { secret: upsert.get(id, name, sealed, now, now) as Secret, created };
				})(),
			);
		},
		find: (namespaceId: number, name: string): Secret | null => one.get(namespaceId, name),
		list: (namespaceId: number): Secret[] => all.all(namespaceId),
		sealed: (namespaceId: number, name: string): SealedSecret | null => sealedOne.get(namespaceId, name),
		/** False when there is none. */
		remove: (namespaceId: number, name: string): boolean =>
			guardDisk(() => remove.run(namespaceId, name)).changes > 0,
	};
}
export type SecretTable = ReturnType<typeof secretTable>;
