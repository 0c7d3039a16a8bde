/**
 * What to do about the errors that programs written for a sandbox meet most.
 * @module
 */
import { importHint, servicesHint } from "./imports.ts";

const NO_NETWORK =
	"The sandbox has no network. Call one of your functions, or register one with an egress list.";
const NO_NETWORK_CODES =
	/\b(?:ECONNREFUSED|ENOTFOUND|EAI_AGAIN|ENETUNREACH|EHOSTUNREACH|Unable to connect|ConnectionRefused|getaddrinfo)\b/;

/** One sentence about what to change, or null. */
export function hintFor(
	type: string,
	message: string,
	source: string,
	services: readonly string[],
): string | null {
	const imports = importHint(message);
	if (imports) return imports;
	// With an egress list the message says itself what to do: see egress-errors.ts and the proxy's refusals.
	if (NO_NETWORK_CODES.test(message)) return message.includes("egress list") ? null : NO_NETWORK;
	const unknown = /^(?:Can't find variable: (\w+)|(\w+) is not defined)/.exec(message);
	const name = unknown?.[1] ?? unknown?.[2];
	if (name === "functions") return 'Import it first: import * as functions from "functions";';
	if (name && services.includes(name)) return `Import it first: import { ${name} } from "functions";`;
	if (/\bEROFS\b|read-only file system/.test(message)) return "Only /work and /tmp can be written.";
	if (/\bEPERM\b/.test(message)) return "The sandbox does not allow this.";
	if (type === "TypeError") return typeErrorHint(message, source, services);
	return null;
}

/** A limit of the sandbox, for the server to say more of it. */
export type Limit = "memory" | "processes" | "scratch";

/** Which limit an error speaks of, or null. */
export function limitOf(type: string, message: string): Limit | null {
	if (type === "RangeError" && message === "Out of memory") return "memory";
	const code = /^(ENOMEM|EAGAIN|ENOSPC): /.exec(message)?.[1];
	if (code === "ENOMEM") return "memory";
	if (code === "EAGAIN") return "processes";
	return code === "ENOSPC" ? "scratch" : null;
}

function typeErrorHint(message: string, source: string, services: readonly string[]): string | null {
	const missing = /evaluating '(?:functions|F)\.(\w+)\./.exec(message)?.[1];
	if (missing && !services.includes(missing)) return servicesHint(services);
	const called = services.find((service) =>
		new RegExp(`(?<!await\\s+)\\b${service}\\s*\\.\\s*\\w+\\s*\\(`).test(source),
	);
	if (called && /is not (?:a function|iterable|an object)|undefined is not/.test(message)) {
		return `Calls of functions return promises: write await ${called}.name({ … }).`;
	}
	return null;
}
