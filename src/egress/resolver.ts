/**
 * Names to addresses: asked once for each connection, and dialled as answered.
 * @module
 */
import { lookup, Resolver } from "node:dns/promises";
import { ownAddresses, refuseAddress } from "./address-rules.ts";
import { type HostPattern, namesPort } from "./patterns.ts";

/** A name to every address that it has; an error, or none, when it has none. */
export type Lookup = (host: string) => Promise<string[]>;

export type Resolved =
	| { kind: "addresses"; addresses: string[] }
	/** One of the answers is nobody's to dial. `address` is for the audit, not for the function. */
	| { kind: "refused"; address: string; what: string; operatorCanAllow: boolean }
	| { kind: "unknown"; why: string };

const QUERY_MS = 3_000;
const QUERY_TRIES = 2;
/** More answers than this are not tried. */
const MOST_ADDRESSES = 4;

/** Looks names up as the host does, or with DNS servers of the operator's: `["10.0.0.2", "127.0.0.1:5353"]`. */
export function makeLookup(servers: readonly string[] = []): Lookup {
	if (servers.length === 0) {
		return async (host) => (await lookup(host, { all: true })).map(({ address }) => address);
	}
	const resolver = new Resolver({ timeout: QUERY_MS, tries: QUERY_TRIES });
	resolver.setServers([...servers]);
	return async (host) => {
		const answers = await Promise.allSettled([resolver.resolve4(host), resolver.resolve6(host)]);
		const found = answers.flatMap((answer) => (answer.status === "fulfilled" ? answer.value : []));
		const failed = answers.find((answer) => answer.status === "rejected");
		if (found.length === 0 && failed) throw failed.reason;
		return found;
	};
}

/** Asks once. One answer that may not be dialled refuses them all: a name that mixes is up to something. */
export async function resolve(
	look: Lookup,
	host: string,
	port: number,
	privateHosts: readonly HostPattern[],
	timeoutMs: number,
): Promise<Resolved> {
	const late = Promise.withResolvers<never>();
	const timer = setTimeout(() => late.reject({ code: "ETIMEOUT" }), timeoutMs).unref();
	let addresses: string[];
	try {
		addresses = [...new Set(await Promise.race([look(host), late.promise]))];
	} catch (error) {
		return { kind: "unknown", why: (error as { code?: string }).code ?? "the look-up failed" };
	} finally {
		clearTimeout(timer);
	}
	if (addresses.length === 0) return { kind: "unknown", why: "it has no address" };
	const own = ownAddresses();
	const named = namesPort(privateHosts, host, port);
	for (const address of addresses) {
		const refusal = refuseAddress(address, own);
		if (!refusal || (named && refusal.kind === "private")) continue;
		return {
			kind: "refused",
			address,
			what: refusal.what,
			operatorCanAllow: refusal.kind === "private",
		};
	}
	return { kind: "addresses", addresses: addresses.slice(0, MOST_ADDRESSES) };
}
