/**
 * From a request to a connection: policy, then one look-up, then the address that it gave.
 * @module
 */
import type { RequestHead } from "./http-head.ts";
import type { EgressLimits } from "./limits.ts";
import { type HostPattern, matchPattern } from "./patterns.ts";
import * as refusals from "./refusals.ts";
import { type Lookup, resolve } from "./resolver.ts";
import { Upstream, type UpstreamEvents } from "./upstream.ts";

/** What decides where a function may go. */
export interface Rules {
	readonly patterns: readonly HostPattern[];
	readonly privateHosts: readonly HostPattern[];
	readonly look: Lookup;
	readonly limits: EgressLimits;
}

export type Reached =
	| { kind: "upstream"; upstream: Upstream }
	/** `allowed` when the rules say yes and the network no. `reason` is for the audit. */
	| { kind: "answer"; answer: refusals.Answer; reason: string; allowed: boolean };

/** Connects, or says why not. Null when `wanted` became false meanwhile. */
export async function reach(
	{ host, port, way }: RequestHead,
	{ patterns, privateHosts, look, limits }: Rules,
	events: UpstreamEvents,
	wanted: () => boolean,
): Promise<Reached | null> {
	if (!matchPattern(patterns, host, port, way)) return no(refusals.notListed(host, port, way), false);
	const resolved = await resolve(look, host, port, privateHosts, limits.connect_ms);
	if (resolved.kind === "unknown") return no(refusals.noAddress(host, resolved.why), true);
	if (resolved.kind === "refused") {
		const { what, address, operatorCanAllow } = resolved;
		const answer = refusals.privateAddress(host, what, operatorCanAllow);
		return no(answer, false, `${host} has the address ${address}, ${what}`);
	}
	let failure = "";
	for (const address of resolved.addresses) {
		if (!wanted()) return null;
		try {
			const upstream = await Upstream.dial(address, port, limits.connect_ms, events);
			if (wanted() && !upstream.ended) return { kind: "upstream", upstream };
			upstream.destroy();
			failure = "it closes at once";
		} catch (error) {
			failure = (error as { code?: string }).code ?? "it does not answer";
		}
	}
	return wanted() ? no(refusals.unreachable(host, port, failure), true) : null;
}

function no(answer: refusals.Answer, allowed: boolean, reason = answer.text): Reached {
	return { kind: "answer", answer, reason, allowed };
}
