/**
 * JSON values whose integers keep every digit when they are written again.
 * @module
 */

/** What no double holds exactly has at least this many digits. */
const LONG_INTEGER = /\d{16}/;

interface RawJson {
	rawJSON(text: string): unknown;
	parse(
		text: string,
		reviver: (key: string, value: unknown, context: { source?: string }) => unknown,
	): unknown;
}

/** Parses JSON text; integers beyond 2^53 become values that JSON.stringify writes as they stood. */
export function exactJson(text: string): unknown {
	if (!LONG_INTEGER.test(text)) return JSON.parse(text);
	const json = JSON as unknown as RawJson;
	return json.parse(text, (_key, value, { source }) => {
		if (typeof value !== "number" || Number.isSafeInteger(value) || !source || !/^-?\d+$/.test(source))
			return value;
		return json.rawJSON(source);
	});
}
