/**
 * What a function may reach: `api.example.com`, `*.example.org:8443`.
 * @module
 */
import { BrigError } from "../errors.ts";
import { readHostName, readPort } from "./host-names.ts";

export const MOST_PATTERNS = 32;

/** The two ways through the proxy, and the port of each where a pattern names none. */
export const USUAL_PORTS = { http: 80, connect: 443 } as const;
export type Way = keyof typeof USUAL_PORTS;

export interface HostPattern {
	/** As it is stored and shown: lower case. */
	readonly text: string;
	/** The exact name, or what a name must end in after a dot. */
	readonly host: string;
	/** Every name below `host`, at any depth, but not `host` itself. */
	readonly below: boolean;
	/** Null: 443 for HTTPS and 80 for HTTP. */
	readonly port: number | null;
}

/** Reads one pattern. Throws BrigError invalid_field that names `path`. */
export function parsePattern(text: unknown, path: string): HostPattern {
	if (typeof text !== "string") throw refuse(path, 'must be a string such as "api.example.com"', typeof text);
	const [, star = "", name = "", port] = /^(\*\.)?([^*]*?)(?::([^:]*))?$/s.exec(text) ?? [];
	if (text.includes("*") && (star === "" || name.includes("*"))) {
		throw refuse(path, "has a * that does not stand alone before a dot, as in *.example.com", text);
	}
	const read = readHostName(name);
	if (!read.ok) throw refuse(path, read.fault, text);
	if (star && !read.host.includes(".")) {
		throw refuse(
			path,
			`would reach every host below .${read.host}: name at least *.example.${read.host}`,
			text,
		);
	}
	const number = port === undefined ? null : readPort(port);
	if (port !== undefined && number === null) throw refuse(path, "has a port that is not 1 to 65535", text);
	const shown = star + read.host + (number === null ? "" : `:${number}`);
	return { text: shown, host: read.host, below: star !== "", port: number };
}

/** Reads a function's list; double entries are one. Throws BrigError invalid_field with the path of what is wrong. */
export function parsePatterns(list: unknown, path = "/egress"): HostPattern[] {
	if (!Array.isArray(list)) throw refuse(path, 'must be a list of hosts such as ["api.example.com"]');
	if (list.length > MOST_PATTERNS) throw refuse(path, `has more than ${MOST_PATTERNS} hosts`);
	const found = new Map<string, HostPattern>();
	for (const [index, text] of list.entries()) {
		const pattern = parsePattern(text, `${path}/${index}`);
		found.set(pattern.text, pattern);
	}
	return [...found.values()];
}

/** The first pattern that allows a host on a port, or null. `host` is in the spelling of readHostName. */
export function matchPattern(
	patterns: readonly HostPattern[],
	host: string,
	port: number,
	way: Way,
): HostPattern | null {
	return (
		patterns.find((pattern) => namesHost(pattern, host) && port === (pattern.port ?? USUAL_PORTS[way])) ??
		null
	);
}

/** True when the operator's list names a host; there, a pattern without a port means every port. */
export function namesPort(patterns: readonly HostPattern[], host: string, port: number): boolean {
	return patterns.some((pattern) => namesHost(pattern, host) && port === (pattern.port ?? port));
}

function namesHost(pattern: HostPattern, host: string): boolean {
	return pattern.below ? host.endsWith(`.${pattern.host}`) : host === pattern.host;
}

function refuse(path: string, fault: string, text?: string): BrigError {
	const shown = text === undefined ? "" : ` ${JSON.stringify(text.slice(0, 100))}`;
	return new BrigError("invalid_field", `${path}:${shown} ${fault}.`, {
		faults: [{ path, message: fault }],
		hint: 'A host is a name such as "api.example.com" or "*.example.com", with a port where it is not 443 or 80: "api.example.com:8443".',
	});
}
