/**
 * JSON as text: what can be told about it without parsing it.
 * @module
 */
import { JSON_DEPTH } from "../limits.ts";

/** How deep brackets nest in a JSON text; strings are passed over. Linear, and stops at `most` + 1. */
export function jsonDepth(text: string, most = JSON_DEPTH): number {
	let depth = 0;
	let deepest = 0;
	let inString = false;
	for (let index = 0; index < text.length; index++) {
		const code = text.charCodeAt(index);
		if (inString) {
			if (code === 0x5c) index++;
			else if (code === 0x22) inString = false;
		} else if (code === 0x22) inString = true;
		else if (code === 0x5b || code === 0x7b) {
			deepest = Math.max(deepest, ++depth);
			if (deepest > most) return deepest;
		} else if (code === 0x5d || code === 0x7d) depth--;
	}
	return deepest;
}

/** Whether a JSON text may hold a number beyond every float: one with an exponent of three digits, or 300 digits. Linear. */
export function mayOverflow(text: string): boolean {
	let digits = 0;
	let exponent = false;
	for (let index = 0; index < text.length; index++) {
		const code = text.charCodeAt(index);
		if (code >= 0x30 && code <= 0x39) {
			digits++;
			if (digits >= 300 || (exponent && digits >= 3)) return true;
		} else if (code === 0x65 || code === 0x45) {
			exponent = digits > 0;
			digits = 0;
		} else {
			if (code !== 0x2b) exponent = false;
			digits = 0;
		}
	}
	return false;
}

/** UTF-8 to text, to the letter. Throws a TypeError for what is not UTF-8. */
export function exactText(bytes: Uint8Array): string {
	return new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes);
}

/** The text of a value that may be spliced into an answer: valid UTF-8, valid JSON, not too deep. Null otherwise. */
export function checkedJson(body: Uint8Array): string | null {
	try {
		const text = exactText(body);
		if (jsonDepth(text) > JSON_DEPTH) return null;
		JSON.parse(text);
		return text;
	} catch {
		return null;
	}
}

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
