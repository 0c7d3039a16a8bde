/**
 * Keywords that look at a value and at no other schema. Each takes the keyword's argument and its path, throws
 * `invalid_schema` for an argument that makes no sense, and gives the check.
 * @module
 */

import { canonical } from "./canonical.ts";
import type { Compiler } from "./compiler.ts";
import type { Check, Run } from "./run.ts";
import { refuse } from "./schema-check.ts";
import { oneOfWords, show } from "./text.ts";
import { isObject } from "./types.ts";
import { Work } from "./work.ts";

type Assertion = (argument: unknown, at: string, compiler: Compiler) => Check | null;

const TYPES: Readonly<Record<string, (value: unknown) => boolean>> = {
	null: (value) => value === null,
	boolean: (value) => typeof value === "boolean",
	number: (value) => typeof value === "number",
	integer: (value) => Number.isInteger(value),
	string: (value) => typeof value === "string",
	array: Array.isArray,
	object: isObject,
};

export const assertions: ReadonlyMap<string, Assertion> = new Map<string, Assertion>([
	["type", typeCheck],
	["enum", enumCheck],
	["const", (argument) => oneOf([argument])],
	["minimum", number((value, bound) => value >= bound, "must be at least")],
	["maximum", number((value, bound) => value <= bound, "must be at most")],
	["exclusiveMinimum", number((value, bound) => value > bound, "must be above")],
	["exclusiveMaximum", number((value, bound) => value < bound, "must be below")],
	["multipleOf", number(isMultiple, "must be a multiple of", (bound) => bound > 0)],
	["minLength", length((length, bound) => length >= bound, "at least")],
	["maxLength", length((length, bound) => length <= bound, "at most")],
	["pattern", patternCheck],
	["minItems", size(itemCount, (count, bound) => count >= bound, "must have at least", "items")],
	["maxItems", size(itemCount, (count, bound) => count <= bound, "must have at most", "items")],
	["uniqueItems", (argument, at) => (flag(argument, at) ? unique : null)],
	["minProperties", size(keyCount, (count, bound) => count >= bound, "must have at least", "properties")],
	["maxProperties", size(keyCount, (count, bound) => count <= bound, "must have at most", "properties")],
	["required", requiredCheck],
	["dependentRequired", dependentRequired],
]);

/** A list of strings, or `invalid_schema`. */
export function strings(argument: unknown, at: string): readonly string[] {
	if (!Array.isArray(argument) || argument.some((item) => typeof item !== "string"))
		refuse(at, "must be a list of strings");
	return argument;
}

/** A whole number from 0, or `invalid_schema`. */
export function count(argument: unknown, at: string): number {
	if (!Number.isInteger(argument) || (argument as number) < 0) refuse(at, "must be a whole number from 0");
	return argument as number;
}

function flag(argument: unknown, at: string): boolean {
	if (typeof argument !== "boolean") refuse(at, "must be true or false");
	return argument;
}

function typeCheck(argument: unknown, at: string): Check {
	const names = typeof argument === "string" ? [argument] : strings(argument, at);
	const tests = [...new Set(names)].map((name) => {
		const test = Object.hasOwn(TYPES, name) ? TYPES[name] : undefined;
		return test ?? refuse(at, `has a type that does not exist; types are ${Object.keys(TYPES).join(", ")}`);
	});
	return (value, run) => {
		if (!tests.some((test) => test(value))) run.fault(wrongType(names, value), undefined, names);
	};
}

/** `must be integer or null, is "abc"` */
export function wrongType(types: readonly string[], value: unknown): string {
	return `must be ${oneOfWords(types)}, is ${show(value)}`;
}

function enumCheck(argument: unknown, at: string): Check {
	if (!Array.isArray(argument)) refuse(at, "must be a list");
	return oneOf(argument);
}

function oneOf(allowed: readonly unknown[]): Check {
	// The schema's own size bounds this work, so it gets a budget of its own.
	const texts = new Set(allowed.map((value) => canonical(value, new Work()) ?? ""));
	let longest = 0;
	for (const text of texts) longest = Math.max(longest, text.length);
	const shown = allowed.slice(0, 10).map(show);
	if (allowed.length > shown.length) shown.push(`${allowed.length - shown.length} others`);
	return (value, run) => {
		const text = canonical(value, run.work, longest);
		if (text === null || !texts.has(text)) run.fault(`must be ${oneOfWords(shown)}, is ${show(value)}`);
	};
}

function number(
	fits: (value: number, bound: number) => boolean,
	words: string,
	allowed: (bound: number) => boolean = () => true,
): Assertion {
	return (argument, at) => {
		if (typeof argument !== "number" || !allowed(argument)) refuse(at, "must be a number in its range");
		return (value, run) => {
			if (typeof value === "number" && !fits(value, argument)) run.fault(`${words} ${argument}, is ${value}`);
		};
	};
}

// 0.3 is a multiple of 0.1 to everyone but a binary fraction.
function isMultiple(value: number, bound: number): boolean {
	const quotient = value / bound;
	return Math.abs(quotient - Math.round(quotient)) <= 1e-9 * Math.max(1, Math.abs(quotient));
}

function length(fits: (length: number, bound: number) => boolean, words: string): Assertion {
	return (argument, at) => {
		const bound = count(argument, at);
		return (value, run) => {
			if (typeof value !== "string") return;
			const characters = codePoints(value, bound, run);
			if (!fits(characters, bound)) run.fault(`must have ${words} ${bound} characters, has ${characters}`);
		};
	};
}

/** Characters of a text; not counted one by one where UTF-16 units alone decide against `bound`. */
function codePoints(text: string, bound: number, run: Run): number {
	if (text.length < bound || text.length / 2 > bound) return text.length;
	run.work.spend(text.length >> 3);
	let characters = text.length;
	for (let i = 1; i < text.length; i++) {
		const isPair = (text.charCodeAt(i) & 0xfc00) === 0xdc00 && (text.charCodeAt(i - 1) & 0xfc00) === 0xd800;
		if (isPair) characters--;
	}
	return characters;
}

function patternCheck(argument: unknown, at: string, compiler: Compiler): Check | null {
	if (typeof argument !== "string") refuse(at, "must be a string");
	const pattern = compiler.pattern(argument, at);
	if (!pattern) return null;
	return (value, run) => {
		if (typeof value === "string" && !pattern.found(value, run.work))
			run.fault(`must match the pattern ${show(argument)}, is ${show(value)}`);
	};
}

function size(
	measure: (value: unknown, run: Run) => number | null,
	fits: (size: number, bound: number) => boolean,
	words: string,
	unit: string,
): Assertion {
	return (argument, at) => {
		const bound = count(argument, at);
		return (value, run) => {
			const size = measure(value, run);
			if (size !== null && !fits(size, bound)) run.fault(`${words} ${bound} ${unit}, has ${size}`);
		};
	};
}

function itemCount(value: unknown): number | null {
	return Array.isArray(value) ? value.length : null;
}

function keyCount(value: unknown, run: Run): number | null {
	return isObject(value) ? run.keys(value).length : null;
}

function unique(value: unknown, run: Run): void {
	if (!Array.isArray(value)) return;
	const seen = new Map<string | number, number>();
	for (const [index, item] of value.entries()) {
		const key = typeof item === "number" ? item : canonical(item, run.work);
		if (key === null) return;
		run.work.spend(4);
		const first = seen.get(key);
		if (first !== undefined) {
			run.fault(`must have no equal items; items ${first} and ${index} are equal`);
			return;
		}
		seen.set(key, index);
	}
}

function requiredCheck(argument: unknown, at: string): Check {
	const names = strings(argument, at);
	return (value, run) => {
		if (isObject(value)) missing(names, value, run, "is missing");
	};
}

function dependentRequired(argument: unknown, at: string): Check {
	if (!isObject(argument)) refuse(at, "must be an object");
	const rules = Object.entries(argument).map(([key, names]) => ({ key, names: strings(names, at) }));
	return (value, run) => {
		if (!isObject(value)) return;
		run.work.spend(rules.length);
		for (const { key, names } of rules) {
			if (Object.hasOwn(value, key)) missing(names, value, run, `is missing; ${show(key)} needs it`);
		}
	};
}

function missing(names: readonly string[], value: object, run: Run, message: string): void {
	run.work.spend(names.length);
	for (const name of names) if (!Object.hasOwn(value, name)) run.fault(message, name);
}
