/**
 * The parameters of a function, read from its input schema in the order of its signature.
 * @module
 */

import { isPythonKeyword } from "./names.ts";
import { oneLine } from "./text.ts";
import { type HostedFunction, isObject, own } from "./types.ts";
import { dereference } from "./types-text.ts";

const PYTHON_NAME = /^[A-Za-z_][A-Za-z0-9_]{0,79}$/;

/** One parameter. `fallback` is the default, undefined when none is known. */
export interface Parameter {
	readonly name: string;
	readonly schema: unknown;
	readonly required: boolean;
	readonly fallback: unknown;
	/** Its description on one line, at most 300 characters. */
	readonly about: string;
	/** Whether Python can write it as a keyword argument. */
	readonly isPythonName: boolean;
}

/** The names of the parameters, in the order of the schema. */
export function parameterNames(fn: HostedFunction): string[] {
	const schema = dereference(fn.input_schema, fn.input_schema);
	const properties = isObject(schema) ? own(schema, "properties") : null;
	return isObject(properties) ? Object.keys(properties) : [];
}

/** The parameters; `open` tells whether the function takes names beyond those. */
export function parametersOf(fn: HostedFunction): { list: Parameter[]; open: boolean } {
	const schema = dereference(fn.input_schema, fn.input_schema);
	if (!isObject(schema)) return { list: [], open: schema !== false };
	const given = own(schema, "properties");
	const properties = isObject(given) ? given : {};
	const needed = own(schema, "required");
	const required = new Set(Array.isArray(needed) ? needed : []);
	const inOrder = new Set(fn.parameters.filter((name) => Object.hasOwn(properties, name)));
	for (const name of Object.keys(properties)) inOrder.add(name);
	const list = [...inOrder].map((name): Parameter => {
		const property = properties[name];
		const target = dereference(fn.input_schema, property);
		// A description beside a $ref is closer to the parameter than that of its target.
		const facts = [property, target].filter(isObject);
		const about = facts.map((fact) => own(fact, "description")).find((text) => typeof text === "string");
		return {
			name,
			schema: property,
			required: required.has(name),
			fallback: facts.map((fact) => own(fact, "default")).find((value) => value !== undefined),
			about: oneLine(typeof about === "string" ? about : "", 300),
			isPythonName: PYTHON_NAME.test(name) && !isPythonKeyword(name),
		};
	});
	return { list, open: own(schema, "additionalProperties") !== false };
}
