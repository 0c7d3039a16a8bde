/**
 * What a function's sandbox is trusted with: its secrets, and its way out to the hosts it declared.
 * @module
 */
import type { Decision } from "../egress/connection.ts";
import { EGRESS_PORT, Gateway } from "../egress/gateway.ts";
import type { Lookup } from "../egress/resolver.ts";
import { fullName } from "../functions/types.ts";
import type { Log } from "../log.ts";
import type { Jail } from "../sandbox/jail.ts";
import type { Redactor } from "../secrets/redact.ts";
import { Redactors } from "../secrets/redactors.ts";
import { SealError } from "../secrets/seal.ts";
import { SecretsTooLarge, type Vault } from "../secrets/vault.ts";
import type { ListedFunction } from "../store/versions.ts";
import { CallRefused } from "./call-refused.ts";

/** What one sandbox gets with its source. */
export interface Entrusted {
	/** Fields of the `load` frame. */
	readonly load: { env?: Record<string, string>; egress?: { port: number } };
	/** Takes the values out of what leaves the sandbox; null where it has none. */
	readonly redactor: Redactor | null;
	/** Opens the way out, if there is one; the result closes it. */
	connect(jail: Jail): Promise<() => void>;
}

const NOTHING: Entrusted = { load: {}, redactor: null, connect: async () => () => {} };

export class Trust {
	readonly #redactors = new Redactors();

	constructor(
		private readonly vault: Vault,
		private privateHosts: readonly string[],
		private look: Lookup,
		private readonly log: Log,
	) {}

	/** From now on these hosts may be private, and names are looked up so. */
	change(privateHosts: readonly string[], look: Lookup): void {
		this.privateHosts = privateHosts;
		this.look = look;
	}

	/**
	 * Opens what a function declared, as it is now. Throws CallRefused for a secret that is missing.
	 * @param audit told of each decision about a host
	 */
	entrust(namespaceId: number, fn: ListedFunction, audit: (decision: Decision) => void): Entrusted {
		if (fn.env.length === 0 && fn.egress.length === 0) return NOTHING;
		const values = fn.env.length === 0 ? {} : this.#open(namespaceId, fn);
		return {
			load: {
				...(fn.env.length ? { env: values } : {}),
				...(fn.egress.length ? { egress: { port: EGRESS_PORT } } : {}),
			},
			redactor: fn.env.length ? this.#redactors.for(values) : null,
			connect: async (jail) => {
				if (fn.egress.length === 0) return () => {};
				const { privateHosts, look } = this;
				const gateway = new Gateway({ egress: fn.egress, privateHosts, look, audit });
				await gateway.attach((events) => jail.openEgress(events));
				return () => gateway.close();
			},
		};
	}

	#open(namespaceId: number, fn: ListedFunction): Record<string, string> {
		try {
			const { values, missing } = this.vault.open(namespaceId, fn.env);
			if (missing.length === 0) return values;
			const set = missing.map((name) => `brig secret set ${name}`).join("; ");
			throw new CallRefused(
				"MissingSecret",
				`${fullName(fn)} needs ${missing.join(", ")}, which is not set: ${set}`,
			);
		} catch (error) {
			if (error instanceof SecretsTooLarge) throw new CallRefused("MissingSecret", error.message);
			if (error instanceof SealError) {
				this.log("secret_unreadable", { function: fullName(fn), reason: error.message });
				const why = "a secret that it needs does not open; the server's log says why";
				throw new CallRefused("SecretUnreadable", `${fullName(fn)} can't run: ${why}`);
			}
			throw error;
		}
	}
}
