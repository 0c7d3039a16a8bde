/**
 * JSON for people, without losing a digit.
 * @module
 */

interface RawJson {
	rawJSON(text: string): unknown;
	parse(
		text: string,
		reviver: (key: string, value: unknown, context: { source?: string }) => unknown,
	): unknown;
}

/** Parses JSON text; its numbers become values that JSON.stringify writes as they stood: 1.0, 12345678901234567890. */
export function exactJson(text: string): unknown {
	const json = JSON as unknown as RawJson;
	return json.parse(text, (_key, value, { source }) =>
		typeof value === "number" && source !== undefined ? json.rawJSON(source) : value,
	);
}

/** A member of the object in JSON text, indented. */
export function prettyMember(text: string, name: string): string {
	return JSON.stringify((exactJson(text) as Record<string, unknown>)[name] ?? null, null, 2);
}
