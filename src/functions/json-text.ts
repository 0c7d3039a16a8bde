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

/** The text of a value that may be spliced into an answer: valid UTF-8, valid JSON, not too deep. Null otherwise. */
export function checkedJson(body: Uint8Array): string | null {
	try {
		const text = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(body);
		if (jsonDepth(text) > JSON_DEPTH) return null;
		JSON.parse(text);
		return text;
	} catch {
		return null;
	}
}
