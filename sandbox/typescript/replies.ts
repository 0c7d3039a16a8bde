/**
 * JSON text to JavaScript values, without losing digits.
 * @module
 */
import { pathText } from "./value-errors.ts";

const { parse } = JSON;
const LONG_DIGITS = /\d{16}/;
const INTEGER = /^-?\d+$/;
const PATHS_KEPT = 1000;

/** A parsed value, and the paths of integers beyond 2^53, which became strings of their digits. */
export interface Reply {
	value: unknown;
	largeIntegers: string[];
}

/** Parses JSON text. Only a text with sixteen digits in a row pays for a second look. */
export function parseReply(text: string): Reply {
	if (text === "") return { value: null, largeIntegers: [] };
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
