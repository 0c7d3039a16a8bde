/**
 * The namespaces' table.
 * @module
 */
import { BrigError } from "../errors.ts";
import { guardDisk, type Store } from "./open.ts";

export interface Namespace {
	id: number;
	name: string;
	created_at: string;
}

/** Statements about namespaces. Names are checked before they come here. */
export function namespaceTable({ db }: Store) {
	const insert = db.query<Namespace, [string, string]>(
		"INSERT INTO namespaces (name, created_at) VALUES (?, ?) ON CONFLICT DO NOTHING RETURNING *",
	);
	const byName = db.query<Namespace, [string]>("SELECT * FROM namespaces WHERE name = ?");
	const all = db.query<Namespace, []>("SELECT * FROM namespaces ORDER BY name");
	const some = db.query<{ count: number }, []>(
		"SELECT count(*) AS count FROM (SELECT 1 FROM namespaces LIMIT 2)",
	);
	const remove = db.query<null, [number]>("DELETE FROM namespaces WHERE id = ?");
	return {
		/** Throws already_exists. */
		create(name: string): Namespace {
			const row = guardDisk(() => insert.get(name, new Date().toISOString()));
			if (!row) throw new BrigError("already_exists", `The namespace ${name} exists already.`);
			return row;
		},
		find: (name: string): Namespace | null => byName.get(name),
		list: (): Namespace[] => all.all(),
		/** True when there is more than one. */
		several: (): boolean => some.get()?.count === 2,
		/** Its functions, keys and ledger go with it. */
		remove: (id: number): void => void guardDisk(() => remove.run(id)),
	};
}
export type NamespaceTable = ReturnType<typeof namespaceTable>;
