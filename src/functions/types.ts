/**
 * A function as data: what the rest of Brig needs to name it, check its input and tell models about it.
 * @module
 */

import type { Language } from "../execution/result.ts";

/** A JSON Schema as it was registered; only `compileSchema` says whether it can be used. */
export type JsonSchema = boolean | { readonly [keyword: string]: unknown };

/** One active version of a function. */
export interface HostedFunction {
	readonly namespace: string;
	readonly service: string;
	readonly name: string;
	readonly version: number;
	readonly language: Language;
	readonly description: string;
	readonly input_schema: JsonSchema;
	/** null when nothing is known of the result. */
	readonly output_schema: JsonSchema | null;
	/** Names of the parameters in the order of the signature. */
	readonly parameters: readonly string[];
	readonly tags: readonly string[];
}

/** A JSON object, as opposed to a list, null or a scalar. */
export type JsonObject = { readonly [key: string]: unknown };

/** Tells whether a parsed JSON value is an object. */
export function isObject(value: unknown): value is JsonObject {
	return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** Reads an own property, so that `__proto__` and `constructor` are names like any other; undefined when absent. */
export function own(object: JsonObject, key: string): unknown {
	return Object.hasOwn(object, key) ? object[key] : undefined;
}

/** The full name, `service.name`. */
export function fullName(fn: Pick<HostedFunction, "service" | "name">): string {
	return `${fn.service}.${fn.name}`;
}
