/**
 * Which server a client command talks to.
 * @module
 */
import { join, resolve } from "node:path";
import { dataFolder } from "../config.ts";
import { Misuse } from "./errors.ts";

/** A server's address with a key, or the socket of a data folder on this machine. */
export type Target = { url: string; key: string | null } | { socket: string; data: string };

export interface TargetFlags {
	url?: string | undefined;
	key?: string | undefined;
	data?: string | undefined;
}

const KEY = /^[\x21-\x7e]+$/;

/** Flags come before the environment; an address before the socket. Throws Misuse. */
export function findTarget(
	flags: TargetFlags,
	env: Record<string, string | undefined> = process.env,
): Target {
	const fromEnv = flags.data === undefined ? env.BRIG_URL : undefined;
	const text = (flags.url ?? fromEnv)?.trim();
	if (!text) {
		if (flags.key !== undefined)
			throw new Misuse("--key needs --url or BRIG_URL: the local socket takes no key.");
		const data = resolve(flags.data ?? dataFolder(env));
		return { socket: join(data, "brig.sock"), data };
	}
	if (flags.data !== undefined) throw new Misuse("--url and --data name two servers: give one of them.");
	const key = (flags.key ?? env.BRIG_KEY)?.trim() || null;
	if (key !== null && !KEY.test(key))
		throw new Misuse("The key has characters that no key has: is it cut or quoted?");
	return { url: checkedUrl(text), key };
}

/** The address without a slash at its end. */
function checkedUrl(text: string): string {
	const url = URL.canParse(text) ? new URL(text) : null;
	if (!url || !/^https?:$/.test(url.protocol)) {
		throw new Misuse(
			`The server's address ${JSON.stringify(text)} is not one.`,
			"Write it with http:// or https://, such as http://127.0.0.1:8484.",
		);
	}
	if (url.username || url.password || url.search || url.hash) {
		throw new Misuse("The server's address holds more than an address.", "Give the key by BRIG_KEY.");
	}
	return url.href.replace(/\/+$/, "");
}
