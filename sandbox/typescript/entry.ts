/**
 * Which function of a source is the hosted one.
 * @module
 */
import type { Node, Program } from "@babel/types";

/** A function's node, whichever way it is written. */
export type FunctionNode = Extract<
	Node,
	{ type: "FunctionDeclaration" | "FunctionExpression" | "ArrowFunctionExpression" | "TSDeclareFunction" }
>;

/** The entry of a hosted function. */
export interface Entry {
	/** What it is called by: the hosted function's own name, `default`, `main` or `handler`. */
	entry: string;
	/** Its name at the top level of the source; null for an unnamed default export. */
	local: string | null;
	/** Its function, where the source shows one. */
	node: FunctionNode | null;
	/** The statement that it stands in, whose comment documents it. */
	statement: Node;
}

interface Declared {
	node: FunctionNode | null;
	statement: Node;
}

/** The function named `name`, else the default export, else `main`, else `handler`; null when there is none. */
export function findEntry(program: Program, name: string): Entry | null {
	const declared = topLevelFunctions(program);
	const exportedAs = new Map<string, string>();
	let unnamed: Declared | null = null;
	for (const statement of program.body) {
		if (statement.type === "ExportNamedDeclaration" && !statement.source) {
			for (const each of statement.specifiers) {
				if (each.type === "ExportSpecifier") exportedAs.set(nameOf(each.exported), nameOf(each.local));
			}
		} else if (statement.type === "ExportDefaultDeclaration") {
			const { declaration } = statement;
			if (declaration.type === "Identifier") exportedAs.set("default", declaration.name);
			else if ("id" in declaration && declaration.id?.type === "Identifier") {
				exportedAs.set("default", declaration.id.name);
			} else unnamed = { node: functionIn(declaration), statement };
		}
	}
	for (const entry of [name, "default", "main", "handler"]) {
		const local = exportedAs.get(entry) ?? entry;
		const found = declared.get(local);
		if (found) return { entry, local, ...found };
		if (entry === "default" && unnamed) return { entry, local: null, ...unnamed };
	}
	return null;
}

/** Every top-level function, by name, exported or not; of overloads the first, which says the most. */
function topLevelFunctions(program: Program): Map<string, Declared> {
	const found = new Map<string, Declared>();
	for (const statement of program.body) {
		const isExport =
			statement.type === "ExportNamedDeclaration" || statement.type === "ExportDefaultDeclaration";
		const inner = isExport ? statement.declaration : statement;
		if (inner?.type === "FunctionDeclaration" || inner?.type === "TSDeclareFunction") {
			const name = inner.id?.name;
			if (name && !found.has(name)) found.set(name, { node: inner, statement });
		} else if (inner?.type === "VariableDeclaration") {
			for (const { id, init } of inner.declarations) {
				const node = functionIn(init);
				if (id.type === "Identifier" && (node || isExport)) found.set(id.name, { node, statement });
			}
		}
	}
	return found;
}

function functionIn(node: Node | null | undefined): FunctionNode | null {
	switch (node?.type) {
		case "ParenthesizedExpression":
		case "TSAsExpression":
		case "TSSatisfiesExpression":
			return functionIn(node.expression);
		case "FunctionDeclaration":
		case "TSDeclareFunction":
		case "FunctionExpression":
		case "ArrowFunctionExpression":
			return node;
		default:
			return null;
	}
}

function nameOf(node: Node): string {
	return node.type === "Identifier" ? node.name : (node as { value: string }).value;
}
