/**
 * Reading TypeScript source into a tree, and walking it.
 * @module
 */
import { parse as babelParse } from "@babel/parser";
import type { File, Node } from "@babel/types";

/** A node with its place: the parser always gives one, in UTF-16 units from 0. */
export type Placed<T extends Node = Node> = T & { start: number; end: number };

/** A source that does not parse: `line` from 1, `column` from 1. */
export class SourceSyntaxError extends Error {
	override name = "SyntaxError";
	constructor(
		message: string,
		readonly line: number | null,
		readonly column: number | null,
	) {
		super(message);
	}
}

/** Parses TypeScript, top-level `return` and `await` included; throws SourceSyntaxError. */
export function parseSource(source: string): File {
	try {
		return babelParse(source, {
			sourceType: "module",
			plugins: ["typescript", "decorators", "decoratorAutoAccessors"],
			allowReturnOutsideFunction: true,
			allowAwaitOutsideFunction: true,
			allowUndeclaredExports: true,
			errorRecovery: false,
			createParenthesizedExpressions: true,
		}) as File;
	} catch (error) {
		const { message, loc } = error as { message: string; loc?: { line: number; column: number } };
		if (!loc) throw new SourceSyntaxError("the source is nested too deeply to be read", null, null);
		throw new SourceSyntaxError(message.replace(/\s*\(\d+:\d+\)$/, ""), loc.line, loc.column + 1);
	}
}

const NOT_CHILDREN = new Set([
	"loc",
	"extra",
	"leadingComments",
	"trailingComments",
	"innerComments",
	"errors",
	"comments",
	"tokens",
]);

/** The nodes directly below `node`, in the order of the tree's fields. */
export function childrenOf(node: Node): Placed[] {
	const children: Placed[] = [];
	for (const [key, value] of Object.entries(node)) {
		if (NOT_CHILDREN.has(key) || value === null || typeof value !== "object") continue;
		if (Array.isArray(value)) {
			for (const item of value) if (typeof item?.type === "string") children.push(item);
		} else if (typeof value.type === "string") children.push(value);
	}
	return children;
}

/** The names that a pattern binds: `{ a, b: [c] }` gives a and c. */
export function boundNames(pattern: Node | null | undefined): string[] {
	switch (pattern?.type) {
		case "Identifier":
			return [pattern.name];
		case "ObjectPattern":
			return pattern.properties.flatMap((p) => boundNames(p.type === "RestElement" ? p : p.value));
		case "ArrayPattern":
			return pattern.elements.flatMap((element) => boundNames(element));
		case "AssignmentPattern":
			return boundNames(pattern.left);
		case "RestElement":
			return boundNames(pattern.argument);
		case "TSParameterProperty":
			return boundNames(pattern.parameter);
		default:
			return [];
	}
}

/** Whether a node is a function of any kind: its own scope, its own `return`. */
export function isFunction(node: Node): boolean {
	return (
		/Function|^ClassMethod$|^ClassPrivateMethod$|^ObjectMethod$/.test(node.type) &&
		node.type !== "TSFunctionType"
	);
}
