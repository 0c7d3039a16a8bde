/**
 * A function's one parameter as the schema of its input.
 * @module
 */
import type { Node } from "@babel/types";
import type { FunctionNode } from "../entry.ts";
import type { Documentation } from "./comments.ts";
import { keyText, literalValue } from "./literals.ts";
import { objectSchema, type Schema } from "./schema.ts";
import { annotated, type TypeReader } from "./types.ts";

/** The schema of a function's input, with defaults and descriptions, and its property names in order. */
export function readInput(
	node: FunctionNode,
	reader: TypeReader,
	documentation: Documentation,
): { schema: Schema; parameters: string[] } {
	const [parameter] = node.params.filter((each) => !(each.type === "Identifier" && each.name === "this"));
	if (!parameter) return { schema: objectSchema({}, []), parameters: [] };
	const pattern: Node = parameter.type === "AssignmentPattern" ? parameter.left : parameter;
	const type = annotated(pattern);
	let schema = type ? reader.root(reader.read(type, "input")) : untyped(pattern, reader);
	if (schema.type !== "object") {
		if (Object.keys(schema).length > 0) reader.warn("input", "is not an object; a function takes one object");
		schema = { type: "object" };
	}
	if (pattern.type === "ObjectPattern") schema = withDefaults(schema, pattern, reader);
	for (const [path, text] of documentation.parameters) describe(schema, path.split("."), text);
	return { schema, parameters: Object.keys((schema.properties as object | undefined) ?? {}) };
}

/** What a parameter without a type shows: the names that it takes apart. */
function untyped(pattern: Node, reader: TypeReader): Schema {
	reader.warn("input", "has no type; anything is accepted where none can be told from a default");
	if (pattern.type !== "ObjectPattern") return { type: "object" };
	const properties: Record<string, Schema> = Object.create(null);
	for (const property of pattern.properties) {
		if (property.type === "RestElement") continue;
		const key = keyText(property.key);
		if (key === null) continue;
		const fallback =
			property.value.type === "AssignmentPattern" ? literalValue(property.value.right) : undefined;
		const type = Array.isArray(fallback) ? "array" : typeof fallback;
		properties[key] = fallback === undefined || fallback === null ? {} : { type };
	}
	return { type: "object", properties };
}

/** `{ status = "open" }` gives the property its default, and makes it optional. */
function withDefaults(
	schema: Schema,
	pattern: Extract<Node, { type: "ObjectPattern" }>,
	reader: TypeReader,
): Schema {
	const properties = { ...(schema.properties as Record<string, Schema> | undefined) };
	const optional = new Set<string>();
	for (const property of pattern.properties) {
		if (property.type === "RestElement" || property.value.type !== "AssignmentPattern") continue;
		const key = keyText(property.key);
		if (key === null || !Object.hasOwn(properties, key)) continue;
		optional.add(key);
		const value = literalValue(property.value.right);
		if (value !== undefined) properties[key] = { ...properties[key], default: value };
		else if (property.value.right.type !== "Identifier" || property.value.right.name !== "undefined") {
			reader.warn(`input.${key}`, "has a default that is computed, so the schema does not show it");
		}
	}
	const required = ((schema.required as string[] | undefined) ?? []).filter((key) => !optional.has(key));
	const { required: _, ...rest } = schema;
	return { ...rest, ...("properties" in schema && { properties }), ...(required.length > 0 && { required }) };
}

/** Puts a description on the property at a path; a member's own comment is kept. */
function describe(schema: Schema, path: string[], text: string): void {
	const [key, ...rest] = path as [string, ...string[]];
	const properties = schema.properties as Record<string, Schema> | undefined;
	const property = properties && Object.hasOwn(properties, key) ? properties[key] : undefined;
	if (!properties || !property) return;
	if (rest.length > 0) describe(property, rest, text);
	else if (!("description" in property)) properties[key] = { ...property, description: text };
}
