/**
 * A function as data: what the rest of Brig needs to name it, check its input and tell models about it.
 * @module
 */

import type { HostedFunction } from "../hosted-function.ts";

export type { HostedFunction, JsonSchema } from "../hosted-function.ts";

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
