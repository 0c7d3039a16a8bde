/**
 * JSON text to JavaScript values, without losing digits.
 * @module
 */
import { pathText } from "./value-errors.ts";

const { parse } = JSON;
const LONG_DIGITS = /\d{16}/;
const INTEGER = /^-?\d+$/;
const PATHS_KEPT = 1000;
/** How deep a value nests at most, in either direction. */
const MOST_DEPTH = 200;
const QUOTE = 0x22;
const BACKSLASH = 0x5c;

/** A parsed value, and the paths of integers beyond 2^53, which became strings of their digits. */
export interface Reply {
	value: unknown;
	largeIntegers: string[];
}

/** Whether brackets nest deeper in a JSON text than they may; strings are passed over. */
function nestsDeeper(text: string, most: number): boolean {
	if (text.length <= 2 * most) return false;
	let depth = 0;
	for (let index = 0; index < text.length; index++) {
		const code = text.charCodeAt(index);
		if (code === QUOTE) {
			do index = text.indexOf('"', index + 1);
			while (index > 0 && escaped(text, index));
			if (index < 0) return false;
		} else if (code === 0x5b || code === 0x7b) {
			if (++depth > most) return true;
		} else if (code === 0x5d || code === 0x7d) depth--;
	}
	return false;
}

/** Whether an odd number of backslashes stands before this place. */
function escaped(text: string, index: number): boolean {
	let start = index;
	while (text.charCodeAt(start - 1) === BACKSLASH) start--;
	return (index - start) % 2 === 1;
}

/** Parses JSON text. Throws RangeError for what nests too deep: programs walk values by recursion. Only a text with sixteen digits in a row pays for a second look. */
export function parseReply(text: string): Reply {
	if (text === "") return { value: null, largeIntegers: [] };
	if (nestsDeeper(text, MOST_DEPTH)) throw new RangeError(`it nests deeper than ${MOST_DEPTH} levels`);
	if (!LONG_DIGITS.test(text)) return { value: parse(text), largeIntegers: [] };
	const marks = new Set<string>();
	const value = parse(text, ((_key: string, item: unknown, context: { source?: string }) => {
		if (typeof item !== "number" || Number.isSafeInteger(item)) return item;
		const { source } = context;
		if (source === undefined || !INTEGER.test(source)) return item;
		marks.add(source);
		return source;
	}) as (key: string, item: unknown) => unknown);
	const largeIntegers: string[] = [];
	if (marks.size > 0) findPaths(value, marks, [], largeIntegers);
	return { value, largeIntegers };
}

/** Where the marked strings stand; the same digits may also have come as text, which only a path is at stake for. */
function findPaths(value: unknown, marks: Set<string>, steps: (string | number)[], found: string[]): void {
	if (found.length >= PATHS_KEPT) return;
	if (typeof value === "string") {
		if (marks.has(value)) found.push(pathText("", steps));
	} else if (Array.isArray(value)) {
		for (const [index, item] of value.entries()) findPaths(item, marks, [...steps, index], found);
	} else if (typeof value === "object" && value !== null) {
		for (const [key, item] of Object.entries(value)) findPaths(item, marks, [...steps, key], found);
	}
}
