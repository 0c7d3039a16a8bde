/**
 * What the program threw, told in the program's own lines.
 * @module
 */
import type { Source } from "./evaluate.ts";
import { FunctionError } from "./function-error.ts";
import { hintFor, type Limit, limitOf } from "./hints.ts";
import { ImportError } from "./imports.ts";
import { type Frame, framesOf } from "./stack.ts";
import { SourceSyntaxError } from "./syntax.ts";

/** The `error` of a result frame: `line` and `column` from 1. */
export interface ErrorReport {
	type: string;
	message: string;
	line: number | null;
	column: number | null;
	traceback: string | null;
	hint: string | null;
	limit: Limit | null;
}

const MESSAGE_KEPT = 10_000;
const TRACEBACK_KEPT = 16_000;
const SOURCE_LINE_KEPT = 160;
const CAUSES_SHOWN = 5;
const REPEATED = "    … again and again";

/** Reports anything that can be thrown; never throws itself, whatever the value's own getters do. */
export function reportError(thrown: unknown, source: Source, services: readonly string[]): ErrorReport {
	try {
		return report(thrown, source, services);
	} catch {
		return {
			type: "Error",
			message: "the error can't be read",
			line: null,
			column: null,
			traceback: null,
			hint: null,
			limit: null,
		};
	}
}

function report(thrown: unknown, source: Source, services: readonly string[]): ErrorReport {
	const type = typeOf(thrown);
	const message = messageOf(thrown);
	const [first] = placesOf(thrown, source);
	return {
		type,
		message: cut(message, MESSAGE_KEPT),
		line: first?.line ?? null,
		column: first?.column ?? null,
		traceback: cut(tracebackOf(thrown, source, 0), TRACEBACK_KEPT),
		hint: hintOf(thrown) ?? hintFor(type, message, source.text, services),
		limit: limitOf(type, message),
	};
}

function typeOf(thrown: unknown): string {
	if (isResolveMessage(thrown)) return "ImportError";
	if (!(thrown instanceof Error)) return "Error";
	const name = String(thrown.name);
	const own = thrown.constructor?.name;
	return (name === "Error" && own ? own : name).slice(0, 100) || "Error";
}

function messageOf(thrown: unknown): string {
	if (thrown instanceof FunctionError) return `${thrown.function}: ${thrown.type}: ${thrown.message}`;
	if (thrown instanceof AggregateError) {
		const parts = thrown.errors.slice(0, CAUSES_SHOWN).map((each) => `${typeOf(each)}: ${messageOf(each)}`);
		const more =
			thrown.errors.length > parts.length ? [`and ${thrown.errors.length - parts.length} more`] : [];
		return [thrown.message, ...parts, ...more].filter(Boolean).join("; ");
	}
	if (thrown instanceof Error || isResolveMessage(thrown)) return String((thrown as Error).message);
	if (typeof thrown === "string") return thrown;
	return `the program threw ${Bun.inspect(thrown, { depth: 3 })}, which is not an Error`;
}

/** Where in the source it was thrown, innermost first. */
function placesOf(thrown: unknown, source: Source): Frame[] {
	if (thrown instanceof SourceSyntaxError || thrown instanceof ImportError) {
		return thrown.line === null ? [] : [{ name: "", line: thrown.line, column: thrown.column ?? 1 }];
	}
	const frames = thrown instanceof Error ? framesOf(thrown, source) : [];
	const missing =
		frames.length === 0 && /^Cannot find (?:package|module) '(.+?)'/.exec(messageOf(thrown))?.[1];
	const place = missing && importPlace(source.text, missing);
	return place ? [place] : frames;
}

/** Where a module's name first stands: the failure of an import while running has no stack. */
function importPlace(text: string, name: string): Frame | null {
	for (const [index, line] of text.split("\n").entries()) {
		const column = line.search(new RegExp(`["'\`]${RegExp.escape(name)}["'\`]`));
		if (column >= 0) return { name: "", line: index + 1, column: column + 1 };
	}
	return null;
}

/** `Type: message`, then each frame with its source line, then what caused it. */
function tracebackOf(thrown: unknown, source: Source, depth: number): string {
	const lines = source.text.split("\n");
	const parts = [`${typeOf(thrown)}: ${cut(messageOf(thrown), 2000)}`];
	let last = "";
	for (const { name, line, column } of placesOf(thrown, source)) {
		const place = `${source.name}:${line}:${column}`;
		if (place === last) {
			if (parts.at(-1) !== REPEATED) parts.push(REPEATED);
			continue;
		}
		last = place;
		parts.push(`    at ${name ? `${name} (${place})` : place}`);
		const text = lines[line - 1]?.trim();
		if (text) parts.push(`        ${cut(text, SOURCE_LINE_KEPT)}`);
	}
	const cause = thrown instanceof Error ? thrown.cause : undefined;
	if (cause !== undefined && depth < CAUSES_SHOWN)
		parts.push(`Caused by ${tracebackOf(cause, source, depth + 1)}`);
	return parts.join("\n");
}

function hintOf(thrown: unknown): string | null {
	return thrown instanceof ImportError ? thrown.hint : null;
}

/** Bun's own error of a failed import. */
function isResolveMessage(thrown: unknown): boolean {
	return /^(?:Resolve|Build)Message$/.test((thrown as { name?: string } | null)?.name ?? "");
}

function cut(text: string, kept: number): string {
	if (text.length <= kept) return text.toWellFormed();
	return `${text.slice(0, kept).toWellFormed()}… (${(text.length - kept).toLocaleString("en-US")} more characters)`;
}
