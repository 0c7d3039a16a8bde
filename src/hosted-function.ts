/**
 * A function as data: what every part of Brig means by one.
 * @module
 */
import type { Language } from "./result.ts";

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
