/**
 * Putting JSON Schemas together.
 * @module
 */

/** A JSON Schema; `{}` accepts anything. */
export type Schema = Record<string, unknown>;

/** A schema of an object whose properties are known. */
export interface ObjectSchema extends Schema {
	type: "object";
	properties: Record<string, Schema>;
	required?: string[];
	additionalProperties: boolean | Schema;
}

/** Whether a schema lists an object's properties. */
export function isObjectSchema(schema: Schema): schema is ObjectSchema {
	return schema.type === "object" && "properties" in schema;
}

/** An object's schema; `extra` is what other properties may be, false for none. */
export function objectSchema(
	properties: Record<string, Schema>,
	required: string[],
	extra: boolean | Schema = false,
): ObjectSchema {
	const schema: ObjectSchema = { type: "object", properties, additionalProperties: extra };
	return required.length > 0 ? { ...schema, required } : schema;
}

/** The schema of several values: `enum`, with the type that they share. */
export function enumSchema(values: readonly unknown[]): Schema {
	const distinct = [...new Set(values)];
	const types = [...new Set(distinct.map((value) => (value === null ? "null" : typeof value)))];
	if (types.length === 1 && types[0] === "boolean" && distinct.length === 2) return { type: "boolean" };
	if (distinct.length === 1) return { const: distinct[0] };
	return { ...(types.length === 1 && { type: types[0] }), enum: distinct };
}

/** The schema of one of several: literals as `enum`, plain types as a list, anything else as `anyOf`. */
export function unionSchema(members: Schema[]): Schema {
	if (members.some((member) => Object.keys(member).length === 0)) return {};
	const literals = members.flatMap((member) => literalsOf(member) ?? []);
	const others = members.filter((member) => literalsOf(member) === null);
	const plain = others.filter(
		(member) => Object.keys(member).length === 1 && typeof member.type === "string",
	);
	const rest = others.filter((member) => !plain.includes(member));
	if (literals.length > 0 && plain.length === 1 && plain[0]?.type === "null" && rest.length === 0) {
		return enumSchema([...literals, null]);
	}
	const types = [...new Set(plain.map((member) => member.type as string))];
	if (literals.length === 0 && rest.length === 1 && types.length === 1 && types[0] === "null") {
		const [only] = rest as [Schema];
		if (typeof only.type === "string" && only.type !== "null" && !("enum" in only) && !("const" in only)) {
			return { ...only, type: [only.type, "null"] };
		}
	}
	const choices: Schema[] = [...rest];
	if (literals.length > 0) choices.push(enumSchema(literals));
	if (types.length > 0) choices.push({ type: types.length === 1 ? types[0] : types });
	return choices.length === 1 ? (choices[0] as Schema) : { anyOf: choices };
}

function literalsOf(schema: Schema): unknown[] | null {
	if ("const" in schema) return [schema.const];
	return Array.isArray(schema.enum) ? schema.enum : null;
}

/** One object that is all of several; a property in two of them is the later one's. */
export function mergeObjects(parts: ObjectSchema[]): ObjectSchema {
	const properties: Record<string, Schema> = Object.create(null);
	const required = new Set<string>();
	let extra: boolean | Schema = false;
	for (const part of parts) {
		for (const [key, schema] of Object.entries(part.properties)) properties[key] = schema;
		for (const key of part.required ?? []) required.add(key);
		if (part.additionalProperties !== false) extra = part.additionalProperties;
	}
	return objectSchema(properties, [...required], extra);
}

/** An object with some of its properties: those for which `keep` is true. */
export function pickProperties(schema: ObjectSchema, keep: (key: string) => boolean): ObjectSchema {
	const entries = Object.entries(schema.properties).filter(([key]) => keep(key));
	const properties: Record<string, Schema> = Object.create(null);
	for (const [key, value] of entries) properties[key] = value;
	return objectSchema(properties, (schema.required ?? []).filter(keep), schema.additionalProperties);
}
