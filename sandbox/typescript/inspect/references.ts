/**
 * Types referred to by name: those of the language, and those that the source declares.
 * @module
 */
import type { Node } from "@babel/types";
import { type Declaration, enumValues } from "./declarations.ts";
import {
	enumSchema,
	mergeObjects,
	type ObjectSchema,
	objectSchema,
	pickProperties,
	type Schema,
} from "./schema.ts";
import { arrayOf, type TypeReader } from "./types.ts";

/** The type arguments in force, each with those that are in force in it. */
export type Arguments = Map<string, { node: Node; given: Arguments }>;

type Reference = Extract<Node, { type: "TSTypeReference" }> | Extract<Node, { type: "TSInterfaceHeritage" }>;

const TRANSPARENT = new Set(["Promise", "PromiseLike", "Awaited", "Readonly", "NonNullable"]);
const ARRAYS = new Set(["Array", "ReadonlyArray"]);
const MAPS = new Set(["Record", "Map", "ReadonlyMap"]);
const BOXES: Record<string, Schema> = {
	String: { type: "string" },
	Number: { type: "number" },
	Boolean: { type: "boolean" },
	Object: { type: "object" },
	Function: {},
};

/** The schema of `Name` or `Name<A, B>`. */
export function readReference(reader: TypeReader, node: Reference, place: string, given: Arguments): Schema {
	const named = "typeName" in node ? node.typeName : node.expression;
	const args = (node as { typeArguments?: { params: Node[] } | null }).typeArguments?.params ?? [];
	if (named.type !== "Identifier") return reader.unreadable(node, place);
	const { name } = named;
	const bound = given.get(name);
	if (bound) return reader.read(bound.node, place, bound.given);
	const declared = reader.declarations.types.get(name);
	if (declared) return readDeclared(reader, name, declared, args, node, place, given);
	return readBuiltin(reader, name, args, node, place, given);
}

function readBuiltin(
	reader: TypeReader,
	name: string,
	args: Node[],
	node: Reference,
	place: string,
	given: Arguments,
): Schema {
	const [first, second] = args;
	if (ARRAYS.has(name)) return first ? arrayOf(reader.read(first, `${place}[]`, given)) : { type: "array" };
	if (MAPS.has(name)) return readRecord(reader, name, first, second, place, given);
	if (TRANSPARENT.has(name) && first) return reader.read(first, place, given);
	if (name === "Date") {
		if (reader.received) reader.warn(place, "is a Date, which arrives as text: use new Date(…)");
		return { type: "string", format: "date-time" };
	}
	const box = Object.hasOwn(BOXES, name) ? BOXES[name] : undefined;
	if (box) return { ...box };
	const object =
		first && /^(?:Partial|Required|Pick|Omit)$/.test(name) ? reader.readObject(first, place, given) : null;
	if (!object) return reader.unreadable(node, place);
	const names = second ? keysIn(reader.read(second, place, given)) : [];
	switch (name) {
		case "Partial":
			return objectSchema(object.properties, [], object.additionalProperties);
		case "Required":
			return objectSchema(object.properties, Object.keys(object.properties), object.additionalProperties);
		case "Pick":
			return pickProperties(object, (key) => names.includes(key));
		default:
			return pickProperties(object, (key) => !names.includes(key));
	}
}

/** `Record<"a" | "b", T>` has just those properties, any other record or Map has values of one type. */
function readRecord(
	reader: TypeReader,
	name: string,
	keys: Node | undefined,
	values: Node | undefined,
	place: string,
	given: Arguments,
): Schema {
	if (!keys || !values) return { type: "object" };
	if (name !== "Record" && reader.received) reader.warn(place, "is a Map, which arrives as an object");
	const value = reader.read(values, `${place}.*`, given);
	const names = name === "Record" ? keysIn(reader.read(keys, place, given)) : [];
	if (names.length > 0) {
		const properties: Record<string, Schema> = Object.create(null);
		for (const key of names) properties[key] = value;
		return objectSchema(properties, names);
	}
	return { type: "object", ...(Object.keys(value).length > 0 && { additionalProperties: value }) };
}

function keysIn(schema: Schema): string[] {
	if ("const" in schema) return [String(schema.const)];
	return Array.isArray(schema.enum) ? schema.enum.map(String) : [];
}

function readDeclared(
	reader: TypeReader,
	name: string,
	declared: Declaration,
	args: Node[],
	node: Reference,
	place: string,
	given: Arguments,
): Schema {
	if (declared.kind === "enum") {
		const values = enumValues(declared.node);
		return values ? enumSchema(values) : reader.unreadable(node, place);
	}
	const reference = { $ref: `#/$defs/${name}` };
	if (args.length === 0 && name in reader.definitions) return reference;
	if (reader.expanding.includes(name)) {
		if (args.length > 0) return reader.unreadable(node, place);
		reader.recursive.add(name);
		return reference;
	}
	reader.expanding.push(name);
	const schema = expand(reader, declared, args, place, given);
	reader.expanding.pop();
	if (!reader.recursive.has(name)) return schema;
	if (schema.$ref === reference.$ref) return reader.unreadable(node, place);
	reader.definitions[name] = schema;
	return reference;
}

function expand(
	reader: TypeReader,
	declared: Exclude<Declaration, { kind: "enum" }>,
	args: Node[],
	place: string,
	given: Arguments,
): Schema {
	const bind = (
		parameters: { params: { name: unknown; default?: Node | null }[] } | null | undefined,
	): Arguments => {
		const bound: Arguments = new Map();
		for (const [index, parameter] of (parameters?.params ?? []).entries()) {
			const argument = args[index] ?? parameter.default;
			const id = parameter.name as string | { name: string };
			const inForce = args[index] ? given : bound;
			if (argument) bound.set(typeof id === "string" ? id : id.name, { node: argument, given: inForce });
		}
		return bound;
	};
	if (declared.kind === "alias") {
		const { node } = declared;
		return reader.read(node.typeAnnotation, place, bind(node.typeParameters as Parameters<typeof bind>[0]));
	}
	const parts: ObjectSchema[] = [];
	for (const part of declared.parts) {
		const bound = bind(part.typeParameters as Parameters<typeof bind>[0]);
		for (const heritage of part.extends ?? []) {
			const base = reader.asObject(readReference(reader, heritage as Reference, place, bound));
			if (base) parts.push(base);
			else reader.unreadable(heritage, place);
		}
		parts.push(reader.members(part.body.body, place, bound));
	}
	return parts.length === 1 ? (parts[0] as ObjectSchema) : mergeObjects(parts);
}
