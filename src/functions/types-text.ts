/**
 * JSON Schemas as type expressions of Python and TypeScript, for reading only, within a number of characters.
 * @module
 */

import type { Language } from "../result.ts";
import { oneLine } from "./text.ts";
import { isObject, type JsonObject, type JsonSchema, own } from "./types.ts";

const IDENTIFIER = /^[A-Za-z_$][A-Za-z0-9_$]{0,59}$/;
const DEEPEST = 5;
/** Most pieces that one rendering makes, whatever the schema. */
const MOST_PIECES = 400;

const NAMES = {
	python: {
		string: "str",
		integer: "int",
		number: "float",
		boolean: "bool",
		null: "None",
		any: "Any",
		list: "list",
		object: "dict",
	},
	typescript: {
		string: "string",
		integer: "number",
		number: "number",
		boolean: "boolean",
		null: "null",
		any: "unknown",
		list: "unknown[]",
		object: "object",
	},
} as const;

/** The type that a schema describes, on one line of at most `most` characters: less detail, and "…", where it is large. */
export function typeText(root: JsonSchema, schema: unknown, language: Language, most: number): string {
	for (let depth = DEEPEST; depth > 0; depth--) {
		const text = new Renderer(root, language, most).type(schema, depth);
		if (text.length <= most) return text;
	}
	return new Renderer(root, language, most).type(schema, 0).slice(0, Math.max(most, 8));
}

/** A JSON value as a literal of the language, on one line; null when that needs more than `most` characters. */
export function literal(value: unknown, language: Language, most: number): string | null {
	if (typeof value === "string") {
		if (value.length > most) return null;
		// What can't be seen is written as an escape, and */ can't end a comment.
		const text = JSON.stringify(value)
			.replace(/[\p{Cc}\p{Cf}\p{Co}\p{Cs}\p{Zl}\p{Zp}]/gu, escapeUnit)
			.replaceAll("*/", "*\\/");
		return text.length <= most ? text : null;
	}
	if (Array.isArray(value))
		return joined(
			value.slice(0, 50).map((item) => literal(item, language, most)),
			value.length,
			"[]",
			most,
		);
	if (isObject(value)) {
		const keys = Object.keys(value).slice(0, 50);
		const parts = keys.map((key) => {
			const item = literal(value[key], language, most);
			const name = literal(key, language, most);
			return item === null || name === null ? null : `${name}: ${item}`;
		});
		return joined(parts, keys.length, "{}", most);
	}
	if (language === "python" && typeof value === "boolean") return value ? "True" : "False";
	if (language === "python" && value === null) return "None";
	return String(value);
}

function escapeUnit(char: string): string {
	const units = Array.from({ length: char.length }, (_, i) =>
		char.charCodeAt(i).toString(16).padStart(4, "0"),
	);
	return units.map((unit) => `\\u${unit}`).join("");
}

function joined(parts: (string | null)[], wanted: number, brackets: string, most: number): string | null {
	if (parts.length < wanted || parts.includes(null)) return null;
	const text = `${brackets[0]}${parts.join(", ")}${brackets[1]}`;
	return text.length <= most ? text : null;
}

/** A property name as it stands in a type: bare when it is an identifier. */
export function propertyName(name: string): string {
	return IDENTIFIER.test(name) ? name : JSON.stringify(oneLine(name, 60)).replaceAll("*/", "*\\/");
}

/** A schema without its local references, as far as they lead somewhere; `true` for a chain without end. */
export function dereference(root: JsonSchema, schema: unknown): unknown {
	let current = schema;
	for (let hops = 0; hops < 8; hops++) {
		if (!isObject(current)) return current;
		const ref = own(current, "$ref");
		if (typeof ref !== "string" || !ref.startsWith("#")) return current;
		current = follow(root, ref);
	}
	return true;
}

function follow(root: JsonSchema, ref: string): unknown {
	let target: unknown = root;
	for (const part of ref.split("/", 20).slice(1)) {
		if (!isObject(target)) return true;
		target = own(target, part.replaceAll("~1", "/").replaceAll("~0", "~"));
	}
	return target ?? true;
}

class Renderer {
	#pieces = MOST_PIECES;
	/** The schemas being rendered, outermost first: one inside itself is not rendered again. */
	readonly #open = new Set<unknown>();
	readonly #names: (typeof NAMES)[Language];

	constructor(
		readonly root: JsonSchema,
		readonly language: Language,
		readonly most: number,
	) {
		this.#names = NAMES[language];
	}

	type(given: unknown, depth: number): string {
		if (--this.#pieces < 0) return "…";
		const schema = dereference(this.root, given);
		if (!isObject(schema)) return this.#names.any;
		if (this.#open.has(schema)) return this.#names.object;
		this.#open.add(schema);
		const text = this.#schema(schema, depth);
		this.#open.delete(schema);
		return text;
	}

	#schema(schema: JsonObject, depth: number): string {
		const constant = own(schema, "const");
		if (constant !== undefined) return this.#literals([constant]);
		const allowed = own(schema, "enum");
		if (Array.isArray(allowed)) return this.#literals(allowed);
		for (const keyword of ["anyOf", "oneOf", "allOf"]) {
			const parts = own(schema, keyword);
			if (Array.isArray(parts) && parts.length > 0)
				return this.#join(parts, keyword === "allOf" ? " & " : " | ", depth);
		}
		const type = own(schema, "type");
		if (Array.isArray(type))
			return this.#union(type.slice(0, 7).map((name) => this.#ofType(String(name), schema, depth)));
		if (typeof type === "string") return this.#ofType(type, schema, depth);
		return isObject(own(schema, "properties")) ? this.#object(schema, depth) : this.#names.any;
	}

	#ofType(type: string, schema: JsonObject, depth: number): string {
		if (type === "array") return this.#array(schema, depth);
		if (type === "object") return this.#object(schema, depth);
		const names: Readonly<Record<string, string>> = this.#names;
		return Object.hasOwn(names, type) ? (names[type] as string) : this.#names.any;
	}

	#array(schema: JsonObject, depth: number): string {
		const items = own(schema, "items");
		if (depth === 0 || items === undefined || Array.isArray(items)) return this.#names.list;
		const item = this.type(items, depth - 1);
		if (this.language === "python") return `list[${item}]`;
		return / [|&] /.test(item) ? `(${item})[]` : `${item}[]`;
	}

	#object(schema: JsonObject, depth: number): string {
		const properties = own(schema, "properties");
		if (depth === 0) return this.#names.object;
		if (!isObject(properties) || Object.keys(properties).length === 0) {
			const values = own(schema, "additionalProperties");
			const value = isObject(values) ? this.type(values, depth - 1) : this.#names.any;
			return this.language === "python" ? `dict[str, ${value}]` : `Record<string, ${value}>`;
		}
		const required = own(schema, "required");
		const needed = new Set(Array.isArray(required) ? required : []);
		const parts: string[] = [];
		let room = this.most - 8;
		for (const [key, property] of Object.entries(properties)) {
			const part = `${propertyName(key)}${needed.has(key) ? "" : "?"}: ${this.type(property, depth - 1)}`;
			room -= part.length + 2;
			// At the last level of detail the first properties are better than none.
			if (room < 0 && depth === 1) {
				parts.push("…");
				break;
			}
			parts.push(part);
			if (this.#pieces < 0) break;
		}
		return this.language === "python" ? `{${parts.join(", ")}}` : `{ ${parts.join(", ")} }`;
	}

	#literals(values: readonly unknown[]): string {
		const shown = values.slice(0, 8).map((value) => literal(value, this.language, 40) ?? "…");
		if (values.length > shown.length) shown.push("…");
		return this.#union(shown, this.language === "python" ? (text) => `Literal[${text}]` : null);
	}

	#join(parts: readonly unknown[], separator: string, depth: number): string {
		const shown = parts.slice(0, 6).map((part) => this.type(part, depth - (depth > 0 ? 1 : 0)));
		if (parts.length > shown.length) shown.push("…");
		return [...new Set(shown)].join(separator);
	}

	#union(texts: readonly string[], wrap: ((text: string) => string) | null = null): string {
		const distinct = [...new Set(texts)];
		return wrap ? wrap(distinct.join(", ")) : distinct.join(" | ");
	}
}
