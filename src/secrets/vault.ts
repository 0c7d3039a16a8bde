/**
 * Secrets of all namespaces: kept sealed, opened for one jail at a time.
 * @module
 */
import type { Namespace } from "../store/namespaces.ts";
import type { Store } from "../store/open.ts";
import { type Secret, secretTable } from "../store/secrets.ts";
import { sealer } from "./seal.ts";

/** What a function's jail gets: the values that there are, and the declared names that have none. */
export interface Opened {
	values: Record<string, string>;
	missing: string[];
}

/** For the routes: everything but the values. */
export interface SecretShelf {
	/** Seals a value in place of an older one. The name is checked before; `created` is false when there was one. */
	put(
		namespace: Pick<Namespace, "id" | "name">,
		name: string,
		value: string,
	): { secret: Secret; created: boolean };
	find(namespaceId: number, name: string): Secret | null;
	list(namespaceId: number): Secret[];
	/** False when there is none. */
	remove(namespaceId: number, name: string): boolean;
}

export interface Vault extends SecretShelf {
	/**
	 * Opens these secrets as they are now: what is set later reaches jails that are leased later. Throws SealError when
	 * one does not open, SecretsTooLarge when they are too much for one jail.
	 */
	open(namespaceId: number, names: readonly string[]): Opened;
}

/** Most bytes of the values that one jail gets, as JSON: they share a frame's header, which has 1 MiB. */
export const JAIL_SECRETS_BYTES = 512 * 1024;

/** The declared secrets do not fit into one jail. The message is fit for the function's caller. */
export class SecretsTooLarge extends Error {
	override readonly name = "SecretsTooLarge";
}

/** Opens the vault of a store. Throws an Error with one sentence when the key file can't be used. */
export function vault(store: Store, keyFile: string): Vault {
	const table = secretTable(store);
	const { seal, open } = sealer(keyFile);
	return {
		put: (namespace, name, value) =>
			table.put(namespace, name, seal({ namespaceId: namespace.id, namespace: namespace.name, name }, value)),
		find: table.find,
		list: table.list,
		remove: table.remove,
		open(namespaceId, names) {
			const values: Record<string, string> = {};
			const missing: string[] = [];
			for (const name of new Set(names)) {
				const row = table.sealed(namespaceId, name);
				if (row) values[name] = open({ namespaceId, namespace: row.namespace, name }, row.sealed);
				else missing.push(name);
			}
			if (Buffer.byteLength(JSON.stringify(values)) > JAIL_SECRETS_BYTES) {
				throw new SecretsTooLarge(
					`The secrets of this function have more than ${JAIL_SECRETS_BYTES} bytes together: declare fewer, or shorter ones.`,
				);
			}
			return { values, missing };
		},
	};
}
