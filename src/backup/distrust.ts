/**
 * What an unsigned backup may not bring: keys, and functions that see secrets or reach hosts without an admin's word.
 * @module
 */
import type { Database } from "bun:sqlite";
import { SealError, type Sealer } from "../secrets/seal.ts";

/** How many of each are listed; a foreign file may have millions. */
const MOST_LISTED = 1_000;

export interface Disabled {
	/** Revoked: their holders need new ones. */
	keys: { id: string; name: string; scopes: string; namespace: string | null }[];
	/** Versions that were active and wait for approval now. */
	approvals: { namespace: string; function: string; version: number; env: string; egress: string }[];
	/** How many there are of each, also where not all are listed. */
	totals: { keys: number; approvals: number };
}

/** A secret that the sealing key does not open. */
export interface LostSecret {
	namespace: string;
	name: string;
}

const TRUSTED = `FROM versions JOIN functions ON functions.id = function_id AND active_version = versions.version
	JOIN namespaces ON namespaces.id = namespace_id WHERE env <> '[]' OR egress <> '[]'`;

/** Revokes every key and every approval. */
export function distrust(db: Database): Disabled {
	return db.transaction(() => {
		const count = (from: string) =>
			db.query<{ count: number }, []>(`SELECT count(*) AS count ${from}`).get()?.count ?? 0;
		const disabled: Disabled = {
			keys: db
				.query<Disabled["keys"][number], [number]>(
					`SELECT keys.id, keys.name, scopes, namespaces.name AS namespace FROM keys
					LEFT JOIN namespaces ON namespaces.id = namespace_id ORDER BY keys.created_at, keys.rowid LIMIT ?`,
				)
				.all(MOST_LISTED),
			approvals: db
				.query<Disabled["approvals"][number], [number]>(
					`SELECT namespaces.name AS namespace, service || '.' || functions.name AS function, version, env, egress
					${TRUSTED} ORDER BY 1, 2 LIMIT ?`,
				)
				.all(MOST_LISTED),
			totals: { keys: count("FROM keys"), approvals: count(TRUSTED) },
		};
		db.run("DELETE FROM keys");
		db.run(
			`UPDATE versions SET pending = 1 WHERE (function_id, version) IN (SELECT function_id, version ${TRUSTED})`,
		);
		db.run("UPDATE versions SET approved_by = NULL");
		db.run(`UPDATE functions SET active_version = NULL WHERE EXISTS (SELECT 1 FROM versions
			WHERE function_id = functions.id AND version = active_version AND pending = 1)`);
		return disabled;
	})();
}

/**
 * The secrets that do not open. With `sealing` null that is each of them.
 * @param remove takes them out of the database as well
 */
export function lostSecrets(db: Database, sealing: Sealer | null, remove: boolean): LostSecret[] {
	const lost: (LostSecret & { namespaceId: number })[] = [];
	const rows = db.query<{ namespaceId: number; namespace: string; name: string; sealed: Uint8Array }, []>(
		`SELECT namespace_id AS namespaceId, namespaces.name AS namespace, secrets.name AS name, sealed
		FROM secrets JOIN namespaces ON namespaces.id = namespace_id ORDER BY 2, 3`,
	);
	for (const { namespaceId, namespace, name, sealed } of rows.iterate()) {
		try {
			if (!sealing) throw new SealError("there is no sealing key");
			sealing.open({ namespaceId, namespace, name }, sealed);
		} catch (error) {
			if (!(error instanceof SealError)) throw error;
			lost.push({ namespaceId, namespace, name });
		}
	}
	if (remove) {
		const one = db.query<null, [number, string]>("DELETE FROM secrets WHERE namespace_id = ? AND name = ?");
		db.transaction(() => {
			for (const { namespaceId, name } of lost) one.run(namespaceId, name);
		})();
	}
	return lost.map(({ namespace, name }) => ({ namespace, name }));
}
