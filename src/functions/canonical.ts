/**
 * One text for each JSON value, equal for equal values: keys sorted, 1 and 1.0 the same.
 * @module
 */

import { tooComplex, type Work } from "./work.ts";

const DEEPEST = 500;

/** The canonical text, on the budget of `work`; null as soon as it is known to be longer than `most` characters. */
export function canonical(value: unknown, work: Work, most = Number.POSITIVE_INFINITY): string | null {
	if (typeof value !== "object" || value === null) return scalar(value, work, most);
	const parts: string[] = [];
	let length = 0;
	const write = (text: string) => {
		parts.push(text);
		length += text.length;
		work.spend(1 + (text.length >> 5));
		return length <= most;
	};
	const visit = (item: unknown, depth: number): boolean => {
		if (depth > DEEPEST) throw tooComplex();
		if (typeof item !== "object" || item === null) {
			const text = scalar(item, work, most);
			return text !== null && write(text);
		}
		if (Array.isArray(item)) {
			if (!write("[")) return false;
			for (const element of item) if (!visit(element, depth + 1) || !write(",")) return false;
			return write("]");
		}
		const keys = Object.keys(item);
		// Sorting costs n log n; no key is looked at twice beyond that.
		work.spend(keys.length * 8);
		if (!write("{")) return false;
		for (const key of keys.sort()) {
			if (!write(JSON.stringify(key)) || !write(":")) return false;
			if (!visit((item as Record<string, unknown>)[key], depth + 1) || !write(",")) return false;
		}
		return write("}");
	};
	return visit(value, 0) ? parts.join("") : null;
}

function scalar(value: unknown, work: Work, most: number): string | null {
	if (typeof value !== "string") {
		work.spend(4);
		return value === 0 ? "0" : String(value);
	}
	if (value.length > most) return null;
	work.spend(4 + (value.length >> 5));
	return JSON.stringify(value);
}
