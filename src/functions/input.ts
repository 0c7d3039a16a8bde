/**
 * Whether an input fits a function, before any sandbox is used.
 * @module
 */
import { BrigError } from "../errors.ts";
import { JSON_DEPTH } from "../limits.ts";
import { jsonDepth } from "./json-text.ts";
import { type HostedFunction, isObject } from "./types.ts";
import { compileSchema, type Validator, validate } from "./validate.ts";

/** One thing that does not fit; `path` is a JSON pointer. */
export interface Fault {
	path: string;
	message: string;
}

const validators = new WeakMap<HostedFunction, Validator>();

/**
 * The faults of an input, given as JSON text; empty when it fits.
 * Throws invalid_json, input_too_complex.
 */
export function inputFaults(fn: HostedFunction, text: string): Fault[] {
	if (jsonDepth(text, JSON_DEPTH) > JSON_DEPTH) {
		return [{ path: "", message: `nests deeper than ${JSON_DEPTH} levels` }];
	}
	let value: unknown;
	try {
		value = JSON.parse(text);
	} catch {
		throw new BrigError("invalid_json", "The input is not valid JSON.");
	}
	if (!isObject(value)) return [{ path: "", message: "must be an object" }];
	let validator = validators.get(fn);
	if (!validator) {
		({ validator } = compileSchema(fn.input_schema));
		validators.set(fn, validator);
	}
	return validate(validator, value).faults;
}
