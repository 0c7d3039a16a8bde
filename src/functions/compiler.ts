/**
 * What a keyword may ask for while its schema is compiled.
 * @module
 */
import type { Pattern } from "./pattern.ts";
import type { Node } from "./run.ts";
import type { JsonSchema } from "./types.ts";

export interface Compiler {
	/** The whole schema, for references. */
	readonly root: JsonSchema;
	/** The node of a subschema that applies to a part of the value. */
	node(schema: unknown, path: string): Node;
	/** The node of a subschema that applies to the same value as its parent. */
	sameValue(parent: Node, schema: unknown, path: string): Node;
	/** A compiled pattern, or null with a warning. */
	pattern(source: string, path: string): Pattern | null;
	warn(path: string, message: string): void;
}
