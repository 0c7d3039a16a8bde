/**
 * Names of hosts as DNS knows them, in the one spelling that the proxy works with.
 * @module
 */

const MOST_CHARACTERS = 253;
const LABEL = /^[a-z0-9_]([a-z0-9_-]{0,61}[a-z0-9_])?$/;
/** A last label that makes the WHOLE name an address to inet_aton and browsers: `127.1`, `0x7f000001`, `017700000001`. */
const NUMBER = /^(\d+|0x[0-9a-f]*)$/;

export type HostName = { ok: true; host: string } | { ok: false; fault: string };

/** A name in lower case, or what is wrong with it: half a sentence that begins with a verb. */
export function readHostName(text: string): HostName {
	const host = text.toLowerCase();
	if (host === "") return { ok: false, fault: "is empty" };
	if (!/^[\x21-\x7e]*$/.test(text)) {
		return { ok: false, fault: "has characters beyond ASCII or controls; write it as xn--…" };
	}
	if (host.length > MOST_CHARACTERS)
		return { ok: false, fault: `is longer than ${MOST_CHARACTERS} characters` };
	if (/[[\]:]/.test(host)) return { ok: false, fault: "is an address, or has a port where none may be" };
	if (/[@/?#\\%]/.test(host)) return { ok: false, fault: "has a character that no name has" };
	const labels = host.split(".");
	if (labels.includes("")) return { ok: false, fault: "has an empty label" };
	if (NUMBER.test(labels.at(-1) ?? ""))
		return { ok: false, fault: "is an address; only names can be allowed" };
	const wrong = labels.find((label) => !LABEL.test(label));
	if (wrong !== undefined) return { ok: false, fault: `has the label ${JSON.stringify(wrong.slice(0, 70))}` };
	return { ok: true, host };
}

/** A port in plain decimal, or null. */
export function readPort(text: string): number | null {
	if (!/^[1-9]\d{0,4}$/.test(text)) return null;
	const port = Number(text);
	return port <= 65_535 ? port : null;
}
