/**
 * One example call of a function, made from its schema: the required parameters, with plausible values.
 * @module
 */

import type { Language } from "../result.ts";
import { type Parameter, parametersOf } from "./parameters.ts";
import { oneLine } from "./text.ts";
import { fullName, type HostedFunction, isObject, type JsonSchema, own } from "./types.ts";
import { dereference, literal, propertyName } from "./types-text.ts";

const MOST_VALUE = 80;
const MOST_PARAMETERS = 8;

/** The call as an expression of the language, without `await`. */
export function exampleCall(fn: HostedFunction, language: Language): string {
	const { list } = parametersOf(fn);
	const needed = list.filter((parameter) => parameter.required);
	// A call without arguments shows little of a function whose parameters are all optional.
	const chosen = (needed.length > 0 ? needed : list.slice(0, 1)).slice(0, MOST_PARAMETERS);
	const call = fullName(fn);
	if (chosen.length === 0) return `${call}()`;
	const value = (parameter: Parameter) =>
		literal(exampleValue(fn.input_schema, parameter.schema, 3), language, MOST_VALUE) ??
		(language === "python" ? "..." : '"..."');
	if (language === "typescript")
		return `${call}({ ${chosen.map((parameter) => `${propertyName(parameter.name)}: ${value(parameter)}`).join(", ")} })`;
	const parts = chosen
		.filter((parameter) => parameter.isPythonName)
		.map((parameter) => `${parameter.name}=${value(parameter)}`);
	const foreign = chosen.filter((parameter) => !parameter.isPythonName);
	const entries = foreign.map(
		(parameter) => `${JSON.stringify(oneLine(parameter.name, 60))}: ${value(parameter)}`,
	);
	if (entries.length > 0) parts.push(`**{${entries.join(", ")}}`);
	return `${call}(${parts.join(", ")})`;
}

/** A value that the schema probably allows; `depth` bounds nesting. */
function exampleValue(root: JsonSchema, given: unknown, depth: number): unknown {
	const schema = dereference(root, given);
	if (!isObject(schema)) return "...";
	const examples = own(schema, "examples");
	const allowed = own(schema, "enum");
	const known = [
		Array.isArray(examples) ? examples[0] : undefined,
		own(schema, "default") ?? undefined,
		own(schema, "const"),
		Array.isArray(allowed) ? allowed[0] : undefined,
	].find((value) => value !== undefined);
	if (known !== undefined) return known;
	for (const keyword of ["anyOf", "oneOf", "allOf"]) {
		const parts = own(schema, keyword);
		if (Array.isArray(parts) && parts.length > 0 && depth > 0) return exampleValue(root, parts[0], depth - 1);
	}
	const type = own(schema, "type");
	return ofType(root, schema, String(Array.isArray(type) ? type[0] : type), depth);
}

function ofType(
	root: JsonSchema,
	schema: { readonly [key: string]: unknown },
	type: string,
	depth: number,
): unknown {
	const minimum = own(schema, "minimum");
	if (type === "integer" || type === "number") return typeof minimum === "number" ? minimum : 1;
	if (type === "boolean") return true;
	if (type === "null") return null;
	if (type === "array") {
		const items = own(schema, "items");
		return depth > 0 && isObject(items) ? [exampleValue(root, items, depth - 1)] : [];
	}
	const properties = own(schema, "properties");
	if (type !== "object" && !isObject(properties)) return "...";
	const required = own(schema, "required");
	const names = Array.isArray(required) && isObject(properties) && depth > 0 ? required.slice(0, 5) : [];
	return Object.fromEntries(
		names.map((name) => [
			name,
			exampleValue(root, own(properties as object as Record<string, unknown>, String(name)), depth - 1),
		]),
	);
}
