/**
 * Regular expressions of schemas: linear-time matching, with bounds on what compiling and matching may cost.
 * @module
 */

import { RE2JS } from "re2js";
import type { Work } from "./work.ts";

const LONGEST = 500;
const LARGEST_PROGRAM = 1_000;
// Measured: a state explosion costs up to 80 ns for each character and instruction.
const WORST_NS = 80;

/** A compiled pattern. */
export interface Pattern {
	/** Instructions of its program. */
	readonly size: number;
	/** Whether it is found anywhere in the text, on the budget of `work`. */
	found(text: string, work: Work): boolean;
}

/** Compiles a pattern; a string says why it can't be used. */
export function compilePattern(source: string): Pattern | string {
	if (source.length > LONGEST) return `is longer than ${LONGEST} characters`;
	if (programEstimate(source) > LARGEST_PROGRAM * 2) return "repeats too much";
	let compiled: RE2JS;
	try {
		compiled = RE2JS.compile(RE2JS.translateRegExp(source));
	} catch {
		return "can't be expressed in RE2 (look-around, back-references and large counts are not supported)";
	}
	const size = compiled.programSize();
	if (size > LARGEST_PROGRAM) return "repeats too much";
	return {
		size,
		found(text, work) {
			work.reserve((text.length * size * WORST_NS) / 1e6);
			work.spend(20 + text.length + ((text.length * size) >> 4));
			return compiled.test(text);
		},
	};
}

/** About how many instructions a pattern compiles to, without compiling it: 500 characters can ask for 450,000. */
function programEstimate(source: string): number {
	const totals = [0];
	let last = 0;
	const add = (cost: number) => {
		last = cost;
		totals.push((totals.pop() ?? 0) + cost);
	};
	for (let i = 0; i < source.length; i++) {
		const char = source[i];
		if (char === "\\") {
			i++;
			add(1);
		} else if (char === "[") {
			i = endOfClass(source, i);
			add(1);
		} else if (char === "(") {
			totals.push(0);
		} else if (char === ")") {
			const group = totals.length > 1 ? (totals.pop() ?? 0) : 0;
			add(group + 2);
		} else if (char === "{") {
			const count = repeatCount(source, i);
			const once = last;
			add(once * Math.max(0, count - 1));
			last = once * count;
		} else {
			add(1);
		}
	}
	return totals.reduce((sum, total) => sum + total, 0);
}

function endOfClass(source: string, start: number): number {
	let i = start + 1;
	if (source[i] === "^") i++;
	if (source[i] === "]") i++;
	while (i < source.length && source[i] !== "]") i += source[i] === "\\" ? 2 : 1;
	return i;
}

/** The larger number of `{n}`, `{n,}` or `{n,m}` at this place; 1 when it is not a count. */
function repeatCount(source: string, at: number): number {
	const match = /^\{(\d{1,6})(?:,(\d{0,6}))?\}/.exec(source.slice(at, at + 16));
	return match ? Math.max(1, Number(match[1]), Number(match[2] || 0)) : 1;
}
