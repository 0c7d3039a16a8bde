/**
 * Checks a value against a JSON Schema by interpreting it. No code is made from the schema, and every step counts
 * against a budget: both the schema and the value may be hostile.
 * @module
 */

import { applicators } from "./applicators.ts";
import { assertions } from "./assertions.ts";
import type { Compiler } from "./compiler.ts";
import { compilePattern, type Pattern } from "./pattern.ts";
import { type Check, escapeKey, type Fault, type Node, Run } from "./run.ts";
import { checkShape, refuse, refuseCycles } from "./schema-check.ts";
import { oneLine, quote } from "./text.ts";
import type { JsonObject, JsonSchema } from "./types.ts";

/** A compiled schema, for `validate`. */
export interface Validator {
	readonly root: Node;
}

const ANNOTATIONS = new Set(
	`$schema $id $comment $defs definitions $anchor $vocabulary title description default examples example format
	deprecated readOnly writeOnly contentEncoding contentMediaType contentSchema`.split(/\s+/),
);
/** Keywords that another keyword reads. */
const HELPERS = new Set("then else additionalItems minContains maxContains".split(" "));

const MOST_NODES = 20_000;
const MOST_PATTERN_CHARACTERS = 3_000;
const MOST_PATTERN_INSTRUCTIONS = 10_000;
const MOST_WARNINGS = 20;

const ALWAYS: Node = { checks: [] };
const NEVER: Node = { checks: [(_value, run) => run.fault("is not allowed")] };

/**
 * Compiles a schema. Throws `invalid_schema`, with the path, for one that can't be used. A keyword that is unknown and
 * a pattern that RE2 can't express have no effect and give a warning.
 */
export function compileSchema(schema: unknown): { validator: Validator; warnings: string[] } {
	checkShape(schema);
	const compiler = new SchemaCompiler(schema);
	return { validator: { root: compiler.run() }, warnings: compiler.warnings };
}

/** Checks a parsed JSON value: at most 20 faults, none when it fits. Throws `input_too_complex` after about 50 ms, or `patience` times that. */
export function validate(
	validator: Validator,
	value: unknown,
	patience = 1,
): { faults: { path: string; message: string }[] } {
	const run = new Run(patience);
	run.apply(validator.root, value);
	return { faults: run.faults.map(({ path, message }: Fault) => ({ path, message })) };
}

/** Turns a schema into nodes, one for each subschema that is reached; the queue keeps the stack flat. */
class SchemaCompiler implements Compiler {
	readonly warnings: string[] = [];
	readonly #nodes = new Map<object, Node>();
	readonly #edges = new Map<Node, { to: Node; path: string }[]>();
	readonly #queue: { schema: JsonObject; node: Node; path: string }[] = [];
	readonly #patterns = new Map<string, Pattern | string>();
	#patternCharacters = 0;
	#patternInstructions = 0;

	constructor(readonly root: JsonSchema) {}

	run(): Node {
		const root = this.node(this.root, "");
		for (let entry = this.#queue.pop(); entry; entry = this.#queue.pop()) this.#fill(entry);
		refuseCycles(this.#edges);
		return root;
	}

	node(schema: unknown, path: string): Node {
		if (schema === true) return ALWAYS;
		if (schema === false) return NEVER;
		if (typeof schema !== "object" || schema === null || Array.isArray(schema))
			refuse(path, "must be a schema: an object or a boolean");
		const known = this.#nodes.get(schema);
		if (known) return known;
		if (this.#nodes.size >= MOST_NODES) refuse(path, `is one of more than ${MOST_NODES} subschemas`);
		const node: Node = { checks: [] };
		this.#nodes.set(schema, node);
		this.#queue.push({ schema: schema as JsonObject, node, path });
		return node;
	}

	sameValue(parent: Node, schema: unknown, path: string): Node {
		const node = this.node(schema, path);
		const edges = this.#edges.get(parent);
		if (edges) edges.push({ to: node, path });
		else this.#edges.set(parent, [{ to: node, path }]);
		return node;
	}

	pattern(source: string, path: string): Pattern | null {
		let pattern = this.#patterns.get(source);
		if (pattern === undefined) {
			pattern = this.#compilePattern(source);
			this.#patterns.set(source, pattern);
		}
		if (typeof pattern !== "string") return pattern;
		this.warn(path, `the pattern ${quote(source, 60)} ${pattern}; it is not checked`);
		return null;
	}

	#compilePattern(source: string): Pattern | string {
		this.#patternCharacters += source.length;
		const isFull =
			this.#patternCharacters > MOST_PATTERN_CHARACTERS ||
			this.#patternInstructions > MOST_PATTERN_INSTRUCTIONS;
		if (isFull) return "comes after too many other patterns";
		const pattern = compilePattern(source);
		// One that is refused for its size was compiled all the same.
		this.#patternInstructions += typeof pattern === "string" ? 500 : pattern.size;
		return pattern;
	}

	warn(path: string, message: string): void {
		if (this.warnings.length < MOST_WARNINGS)
			this.warnings.push(`${oneLine(path, 200) || "(root)"}: ${message}`);
		else if (this.warnings.length === MOST_WARNINGS) this.warnings.push("There are more warnings.");
	}

	#fill({ schema, node, path }: { schema: JsonObject; node: Node; path: string }): void {
		for (const keyword of Object.keys(schema)) {
			const at = `${path}/${escapeKey(keyword)}`;
			const check = this.#check(keyword, schema, node, at);
			if (check) node.checks.push(check);
		}
	}

	#check(keyword: string, schema: JsonObject, node: Node, at: string): Check | null {
		const argument = schema[keyword];
		const assertion = assertions.get(keyword);
		if (assertion) return assertion(argument, at, this);
		const applicator = applicators.get(keyword);
		if (applicator) return applicator({ argument, at, schema, node, compiler: this });
		if (!ANNOTATIONS.has(keyword) && !HELPERS.has(keyword) && !keyword.startsWith("x-"))
			this.warn(at, `the keyword ${quote(keyword, 40)} is not known; it is not checked`);
		return null;
	}
}
