/**
 * TypeScript's types, read from the tree, as JSON Schema.
 * @module
 */
import type { Node, TSType } from "@babel/types";
import type { Placed } from "../syntax.ts";
import { commentAbove, descriptionIn } from "./comments.ts";
import type { Declarations } from "./declarations.ts";
import { keyText, literalValue } from "./literals.ts";
import { type Arguments, readReference } from "./references.ts";
import {
	enumSchema,
	isObjectSchema,
	mergeObjects,
	type ObjectSchema,
	objectSchema,
	type Schema,
	unionSchema,
} from "./schema.ts";

/** Most types that one signature may expand to, and how deep: aliases can double each other. */
const BUDGET = 3_000;
const DEEPEST = 25;
const TYPE_TEXT_KEPT = 80;
const SCALARS: Record<string, Schema> = {
	TSStringKeyword: { type: "string" },
	TSNumberKeyword: { type: "number" },
	TSBooleanKeyword: { type: "boolean" },
	TSBigIntKeyword: { type: "integer" },
	TSNullKeyword: { type: "null" },
	TSVoidKeyword: { type: "null" },
	TSUndefinedKeyword: { type: "null" },
	TSObjectKeyword: { type: "object" },
	TSAnyKeyword: {},
	TSUnknownKeyword: {},
	TSNeverKeyword: { not: {} },
};

/** Reads the types of one source. */
export class TypeReader {
	readonly warnings = new Set<string>();
	/** Types that contain themselves, by name. */
	readonly definitions: Record<string, Schema> = Object.create(null);
	readonly recursive = new Set<string>();
	readonly expanding: string[] = [];
	#budget = BUDGET;
	#depth = 0;
	#cut = false;

	constructor(
		readonly source: string,
		readonly declarations: Declarations,
		/** Whether the value is given to the function: then a Date arrives as text. */
		readonly received: boolean,
	) {}

	/** The schema of a type. `place` names it in warnings; `given` are the type arguments in force. */
	read(node: Node, place: string, given: Arguments = new Map()): Schema {
		if (this.#budget <= 0 || this.#depth >= DEEPEST) {
			if (!this.#cut)
				this.warn(place, "is too large or too deep to describe; anything is accepted from here on");
			this.#cut = true;
			return {};
		}
		this.#budget--;
		this.#depth++;
		try {
			return this.#read(node as TSType, place, given);
		} finally {
			this.#depth--;
		}
	}

	/** A whole schema, with the definitions that it refers to; unfolded when it is itself only a reference. */
	root(schema: Schema): Schema {
		const name = typeof schema.$ref === "string" ? schema.$ref.slice("#/$defs/".length) : "";
		const whole = name in this.definitions ? { ...this.definitions[name] } : schema;
		const text = JSON.stringify([whole, this.definitions]);
		const used = Object.entries(this.definitions).filter(([each]) => text.includes(`"#/$defs/${each}"`));
		return used.length > 0 ? { ...whole, $defs: Object.fromEntries(used) } : whole;
	}

	/** Says that a type can't be read, once. */
	unreadable(node: Node, place: string): Schema {
		const { start, end } = node as Placed;
		const text = this.source.slice(start, end).replace(/\s+/g, " ");
		const shown = text.length > TYPE_TEXT_KEPT ? `${text.slice(0, TYPE_TEXT_KEPT)}…` : text;
		this.warn(place, `has the type ${shown}, which can't be read as a JSON Schema; anything is accepted`);
		return {};
	}

	warn(place: string, message: string): void {
		this.warnings.add(`${place} ${message}`);
	}

	/** The schema of a type as an object with known properties, or null. */
	readObject(node: Node, place: string, given: Arguments): ObjectSchema | null {
		return this.asObject(this.read(node, place, given));
	}

	asObject(schema: Schema): ObjectSchema | null {
		const name = typeof schema.$ref === "string" ? schema.$ref.slice("#/$defs/".length) : null;
		const found = name === null ? schema : this.definitions[name];
		return found && isObjectSchema(found) ? found : null;
	}

	#read(node: TSType, place: string, given: Arguments): Schema {
		const scalar = SCALARS[node.type];
		if (scalar) return { ...scalar };
		switch (node.type) {
			case "TSParenthesizedType":
				return this.read(node.typeAnnotation, place, given);
			case "TSLiteralType": {
				if (node.literal.type === "BigIntLiteral") return { type: "integer" };
				const value = literalValue(node.literal);
				return value === undefined ? { type: "string" } : { const: value };
			}
			case "TSTemplateLiteralType":
				return { type: "string" };
			case "TSArrayType":
				return arrayOf(this.read(node.elementType, `${place}[]`, given));
			case "TSTupleType":
				return this.#tuple(node.elementTypes, place, given);
			case "TSUnionType": {
				const members = node.types.filter(
					(each) => each.type !== "TSUndefinedKeyword" && each.type !== "TSVoidKeyword",
				);
				return unionSchema(members.map((each) => this.read(each, place, given)));
			}
			case "TSIntersectionType": {
				const parts = node.types.map((each) => this.readObject(each, place, given));
				return parts.every((part) => part !== null) ? mergeObjects(parts) : this.unreadable(node, place);
			}
			case "TSTypeLiteral":
				return this.members(node.members, place, given);
			case "TSTypeOperator":
				return node.operator === "keyof"
					? this.#keyOf(node, place, given)
					: this.read(node.typeAnnotation, place, given);
			case "TSIndexedAccessType":
				return this.#indexed(node, place, given);
			case "TSTypeReference":
				return readReference(this, node, place, given);
			default:
				return this.unreadable(node, place);
		}
	}

	/** The object that the members of a type literal or an interface describe. */
	members(members: readonly Node[], place: string, given: Arguments): ObjectSchema {
		const properties: Record<string, Schema> = Object.create(null);
		const required: string[] = [];
		let extra: boolean | Schema = false;
		for (const member of members) {
			const type = "typeAnnotation" in member ? annotated(member) : null;
			if (member.type === "TSIndexSignature") {
				extra = type ? this.read(type, `${place}.*`, given) : true;
				if (Object.keys(extra).length === 0) extra = true;
				continue;
			}
			const key = member.type === "TSPropertySignature" && !member.computed ? keyText(member.key) : null;
			if (member.type !== "TSPropertySignature" || key === null) {
				this.unreadable(member, place);
				extra = true;
				continue;
			}
			const schema = type ? this.read(type, `${place}.${key}`, given) : {};
			const description = descriptionIn(commentAbove(member));
			properties[key] = description === null ? schema : { ...schema, description };
			if (!member.optional && !(type && allowsUndefined(type))) required.push(key);
		}
		return objectSchema(properties, required, extra);
	}

	#tuple(elements: readonly Node[], place: string, given: Arguments): Schema {
		const prefixItems: Schema[] = [];
		let minItems = 0;
		let items: boolean | Schema = false;
		for (const [index, element] of elements.entries()) {
			const named = element.type === "TSNamedTupleMember";
			const inner = named ? element.elementType : element;
			if (inner.type === "TSRestType") {
				const type: Node = inner.typeAnnotation;
				const array = type.type === "TSNamedTupleMember" ? type.elementType : type;
				const rest = this.read(array, `${place}[${index}]`, given);
				items = (rest.items as Schema | undefined) ?? true;
				continue;
			}
			const optional = inner.type === "TSOptionalType" || (named && element.optional);
			const type = inner.type === "TSOptionalType" ? inner.typeAnnotation : inner;
			prefixItems.push(this.read(type, `${place}[${index}]`, given));
			if (!optional) minItems = index + 1;
		}
		return { type: "array", ...(prefixItems.length > 0 && { prefixItems }), minItems, items };
	}

	#keyOf(node: Extract<Node, { type: "TSTypeOperator" }>, place: string, given: Arguments): Schema {
		const object = this.readObject(node.typeAnnotation, place, given);
		return object ? enumSchema(Object.keys(object.properties)) : this.unreadable(node, place);
	}

	/** `Order["status"]`, and `(typeof STATES)[number]` of a constant of the source. */
	#indexed(node: Extract<Node, { type: "TSIndexedAccessType" }>, place: string, given: Arguments): Schema {
		let object: Node = node.objectType;
		while (object.type === "TSParenthesizedType") object = object.typeAnnotation;
		if (object.type === "TSTypeQuery" && object.exprName.type === "Identifier") {
			const values = this.declarations.constants.get(object.exprName.name);
			return Array.isArray(values) ? enumSchema(values) : this.unreadable(node, place);
		}
		const whole = this.read(object, place, given);
		if (node.indexType.type === "TSNumberKeyword" && typeof whole.items === "object")
			return whole.items as Schema;
		const key = node.indexType.type === "TSLiteralType" ? literalValue(node.indexType.literal) : undefined;
		return this.asObject(whole)?.properties[String(key)] ?? this.unreadable(node, place);
	}
}

/** The schema of an array of items; of any items where nothing is known of them. */
export function arrayOf(items: Schema): Schema {
	return { type: "array", ...(Object.keys(items).length > 0 && { items }) };
}

/** The type in an annotation `: T`, or null. */
export function annotated(node: Node): Node | null {
	const annotation = (node as { typeAnnotation?: Node | null }).typeAnnotation;
	return annotation?.type === "TSTypeAnnotation" ? annotation.typeAnnotation : null;
}

function allowsUndefined(type: Node): boolean {
	if (type.type === "TSUndefinedKeyword") return true;
	return type.type === "TSUnionType" && type.types.some((each) => each.type === "TSUndefinedKeyword");
}
