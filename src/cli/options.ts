/**
 * The options that client commands share, and their positional arguments.
 * @module
 */
import { Misuse } from "./errors.ts";

/** For parseArgs: which server, and in which form its answer is printed. */
export const SERVER_OPTIONS = {
	url: { type: "string" },
	key: { type: "string" },
	data: { type: "string" },
	json: { type: "boolean" },
} as const;

/** For parseArgs: what works inside a namespace. */
export const CLIENT_OPTIONS = { ...SERVER_OPTIONS, namespace: { type: "string" } } as const;

export const SERVER_HELP = `  --json               print the server's answer as JSON
  --url URL            the server (BRIG_URL); without one, this machine's, through its socket
  --key KEY            its key; other users of this machine can see it here: better set BRIG_KEY
  --data DIR           the data folder whose socket is used (BRIG_DATA)`;

export const CLIENT_HELP = `  --namespace NS       the namespace (BRIG_NAMESPACE, default "default")
${SERVER_HELP}`;

/** The namespace that flags and environment name. */
export function namespaceOf(flag: string | undefined, env = process.env): string {
	return flag ?? (env.BRIG_NAMESPACE || "default");
}

/** The address of something in a namespace; each part is a name, not a path. */
export function inNamespace(flag: string | undefined, ...parts: string[]): string {
	return apiPath("namespaces", namespaceOf(flag), ...parts);
}

/** `/v1/…` with each part encoded. Throws Misuse for parts that an address can't carry. */
export function apiPath(...parts: string[]): string {
	for (const part of parts) {
		if (part === "" || part === "." || part === "..")
			throw new Misuse(`${JSON.stringify(part)} is not a name.`);
	}
	return `/v1/${parts.map(encodeURIComponent).join("/")}`;
}

/** The one positional argument, called `name` in messages. Throws Misuse when there are none or more. */
export function one(positionals: string[], name: string): string {
	const [first, second] = positionals;
	if (first === undefined) throw new Misuse(`${name} is missing.`);
	if (second !== undefined)
		throw new Misuse(`This takes one ${name}; ${JSON.stringify(second)} is too much.`);
	return first;
}

/** A whole number above 0, or undefined when absent. Throws Misuse. */
export function count(text: string | undefined, flag: string): number | undefined {
	if (text === undefined) return undefined;
	if (!/^[1-9]\d{0,8}$/.test(text)) throw new Misuse(`${flag} takes a whole number above 0.`);
	return Number(text);
}

/** One of these words, or undefined when absent. Throws Misuse. */
export function choice<T extends string>(
	text: string | undefined,
	words: readonly T[],
	flag: string,
): T | undefined {
	if (text !== undefined && !words.includes(text as T))
		throw new Misuse(`${flag} takes ${words.join(" or ")}.`);
	return text as T | undefined;
}
