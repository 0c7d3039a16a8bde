/**
 * A short description of a value that is too large to send.
 * @module
 */
const LIMIT = 200;
const KEYS_SHOWN = 8;
const KEY_KEPT = 40;
const ITEMS_SEEN = 1000;

/** Such as `array of 50,000 objects with keys id, total, status`; at most 200 characters. */
export function shape(value: unknown): string {
	const text = describe(value, 2);
	return text.length <= LIMIT ? text : `${text.slice(0, LIMIT - 1)}…`;
}

function describe(value: unknown, depth: number): string {
	if (typeof value === "string") return `string of ${count(value.length)} characters`;
	if (Array.isArray(value)) return describeArray(value, depth);
	if (value === null || typeof value !== "object") return value === null ? "null" : typeof value;
	return describeObject(value instanceof Map ? [...value] : Object.entries(value), depth);
}

function describeArray(items: unknown[], depth: number): string {
	if (items.length === 0) return "empty array";
	const text = `array of ${count(items.length)}`;
	const kinds = new Set(items.slice(0, ITEMS_SEEN).map(kindOf));
	const [kind] = kinds;
	if (kinds.size > 1 || kind === undefined) return `${text} items of mixed types`;
	const named = `${text} ${items.length === 1 ? kind : `${kind}s`}`;
	if (depth === 0) return named;
	if (kind === "object") {
		const keys = describe(items[0], 0).replace(/^(?:empty )?object ?/, "");
		return keys ? `${named} ${keys}` : named;
	}
	return kind === "array" ? `${named}, the first an ${describe(items[0], depth - 1)}` : named;
}

function describeObject(entries: [unknown, unknown][], depth: number): string {
	if (entries.length === 0) return "empty object";
	const shown = entries.slice(0, KEYS_SHOWN).map(([key]) => String(key).slice(0, KEY_KEPT));
	const more = entries.length > shown.length ? ` and ${count(entries.length - shown.length)} more` : "";
	const text = `object with ${entries.length === 1 ? "key" : "keys"} ${shown.join(", ")}${more}`;
	const largest = entries.reduce((best, entry) => (sizeOf(entry[1]) > sizeOf(best[1]) ? entry : best));
	if (depth === 0 || sizeOf(largest[1]) <= KEYS_SHOWN) return text;
	return `${text}; ${String(largest[0]).slice(0, KEY_KEPT)} is ${article(describe(largest[1], depth - 1))}`;
}

function sizeOf(value: unknown): number {
	if (typeof value === "string" || Array.isArray(value)) return value.length;
	return typeof value === "object" && value !== null ? Object.keys(value).length : 0;
}

function article(text: string): string {
	return /^[aeio]/.test(text) ? `an ${text}` : `a ${text}`;
}

function kindOf(item: unknown): string {
	if (item === null) return "null";
	return Array.isArray(item) ? "array" : typeof item;
}

function count(n: number): string {
	return n.toLocaleString("en-US");
}
