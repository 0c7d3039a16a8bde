/**
 * What the policies in seccomp/ say, read from their text, and a copy of them whose refusals can be told from the kernel's.
 * @module
 */
import { readFileSync } from "node:fs";
import type { Language } from "../../../src/result.ts";
import type { Machine } from "./system-calls.ts";

/** No call of the kernel fails with it. */
export const REFUSED = 250;
const EPERM = 1;

export interface Policy {
	/** Allowed whatever the arguments. */
	allowed: string[];
	/** Allowed with some arguments. */
	filtered: string[];
	/** Refused with an errno of their own. */
	errors: Map<string, number>;
	/** The errno of all else. */
	otherwise: number;
}

/** The whole policy of a language: the files joined as scripts/embed.ts joins them. */
export function policyText(language: Language, machine: Machine): string {
	const names = ["base", machine, language];
	return names.map((name) => readFileSync(`seccomp/${name}.kafel`, "utf8")).join("\n");
}

/** The same policy, but every refusal answers with errno REFUSED. */
export function withMarkedRefusals(text: string): string {
	return text.replace(/ERRNO\(\d+\)/g, `ERRNO(${REFUSED})`);
}

/** The calls that a policy names. Throws when one is named twice, or when an action is not ALLOW or ERRNO. */
export function readPolicy(text: string): Policy {
	const code = text.replace(/\/\/.*/g, "");
	const policy: Policy = { allowed: [], filtered: [], errors: new Map(), otherwise: EPERM };
	const seen = new Set<string>();
	for (const [, action = "", errno, block = ""] of code.matchAll(
		/\b([A-Z_]+)(?:\((\d+)\))?\s*\{((?:[^{}]|\{[^{}]*\})*)\}/g,
	)) {
		for (const [, name = "", filter] of block.matchAll(/([a-z]\w*)\s*(\{[^}]*\})?\s*(?:,|$)/g)) {
			if (seen.has(name)) throw new Error(`${name} is named twice`);
			seen.add(name);
			if (action === "ERRNO") policy.errors.set(name, Number(errno));
			else if (action !== "ALLOW") throw new Error(`${action} is not an action that this can read`);
			else if (filter) policy.filtered.push(name);
			else policy.allowed.push(name);
		}
	}
	policy.otherwise = Number(/DEFAULT ERRNO\((\d+)\)/.exec(code)?.[1]);
	return policy;
}
