/**
 * What the proxy says when it does not connect: status line and body name the host and what to do. ASCII throughout.
 * @module
 */

import { EGRESS_FIELD } from "./http-response.ts";
import type { EgressLimits } from "./limits.ts";
import { USUAL_PORTS, type Way } from "./patterns.ts";

export interface Answer {
	status: number;
	/** `refused`: a rule says no. `failed`: the rules say yes, the network no. */
	kind: "refused" | "failed";
	text: string;
}

export function notListed(host: string, port: number, way: Way): Answer {
	const entry = port === USUAL_PORTS[way] ? host : `${host}:${port}`;
	return refused(403, `${host}:${port} is not allowed: add "${entry}" to the egress list of this function`);
}

export function privateAddress(host: string, what: string, operatorCanAllow: boolean): Answer {
	const remedy = operatorCanAllow ? `: the operator can allow it by egress_private = ["${host}"]` : "";
	return refused(403, `${host} is not allowed, for it has ${what}${remedy}`);
}

export function malformed(status: number, text: string): Answer {
	return refused(status, `the egress proxy refuses the request: ${text}`);
}

export function tooManyAtOnce(limits: EgressLimits): Answer {
	return refused(503, `this function has more than ${limits.connections} connections at once`);
}

export function tooManyInAll(limits: EgressLimits): Answer {
	return refused(503, `this function has made its ${limits.connections_in_all} connections`);
}

export function tooLate(): Answer {
	return refused(408, "the egress proxy got no whole request in time");
}

export function noAddress(host: string, why: string): Answer {
	return failed(502, `${host} has no address that could be found (${why})`);
}

export function unreachable(host: string, port: number, why: string): Answer {
	return failed(502, `${host}:${port} can't be reached (${why})`);
}

export function badAnswer(host: string, why: string): Answer {
	return failed(502, `${host} gave an answer that is not HTTP: ${why}`);
}

/** The whole answer, after which the connection ends. */
export function answerBytes({ status, kind, text }: Answer): Uint8Array {
	const line = text.replace(/[^\x20-\x7e]/g, "?");
	return Buffer.from(
		[
			`HTTP/1.1 ${status} ${line}`,
			`${EGRESS_FIELD}: ${kind}`,
			"Content-Type: text/plain",
			`Content-Length: ${line.length + 1}`,
			"Connection: close",
			"",
			`${line}\n`,
		].join("\r\n"),
	);
}

function refused(status: number, text: string): Answer {
	return { status, kind: "refused", text };
}

function failed(status: number, text: string): Answer {
	return { status, kind: "failed", text };
}
