/**
 * Whether a value, given as JSON text, fits a schema. Used on the server's thread for small values and in the
 * worker for large ones.
 * @module
 */
import { BrigError } from "../errors.ts";
import { JSON_DEPTH } from "../limits.ts";
import { exactText, jsonDepth, mayOverflow } from "./json-text.ts";
import { escapeKey } from "./run.ts";
import { isObject, type JsonSchema } from "./types.ts";
import { compileSchema, type Validator, validate } from "./validate.ts";

/** One thing that does not fit; `path` is a JSON pointer. */
export interface Fault {
	path: string;
	message: string;
}

/** Validators by schema object: a schema lives as long as its catalog. */
const validators = new WeakMap<object, Validator>();

function validatorOf(schema: JsonSchema): Validator {
	if (typeof schema === "boolean") return compileSchema(schema).validator;
	const known = validators.get(schema) ?? compileSchema(schema).validator;
	validators.set(schema, known);
	return known;
}

/**
 * The faults; empty when it fits. Throws invalid_json, input_too_complex.
 * @param inputs true for a function's input, which must be an object
 * @param patience how many times the budget of the server's thread may be used
 */
export function checkText(
	schema: JsonSchema,
	given: string | Uint8Array,
	inputs: boolean,
	patience = 1,
): Fault[] {
	const text = typeof given === "string" ? given : decode(given);
	if (jsonDepth(text, JSON_DEPTH) > JSON_DEPTH) {
		return [{ path: "", message: `nests deeper than ${JSON_DEPTH} levels` }];
	}
	let value: unknown;
	try {
		value = JSON.parse(text);
	} catch {
		throw new BrigError("invalid_json", "The value is not valid JSON.");
	}
	if (inputs && !isObject(value)) return [{ path: "", message: "must be an object" }];
	const overflow = mayOverflow(text) ? findOverflow(value, "") : null;
	if (overflow !== null) return [{ path: overflow, message: "is a number beyond 1.8e308" }];
	return validate(validatorOf(schema), value, patience).faults;
}

function decode(bytes: Uint8Array): string {
	try {
		return exactText(bytes);
	} catch {
		throw new BrigError("invalid_json", "The value is not UTF-8.");
	}
}

/** The path of a number that became infinite by being parsed. The value is not deep: that was checked. */
function findOverflow(value: unknown, path: string): string | null {
	if (value === Number.POSITIVE_INFINITY || value === Number.NEGATIVE_INFINITY) return path;
	if (typeof value !== "object" || value === null) return null;
	for (const [key, item] of Object.entries(value)) {
		const found = findOverflow(item, `${path}/${escapeKey(key)}`);
		if (found !== null) return found;
	}
	return null;
}
