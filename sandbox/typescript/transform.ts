/**
 * Turns TypeScript source into the body of a function that has every statement on its own line of before.
 * @module
 */
import type { ExportDefaultDeclaration, Node, Program } from "@babel/types";
import { Edits } from "./edits.ts";
import { checkImports, importText } from "./imports.ts";
import { findResult } from "./result-name.ts";
import { isErased, stripTypes } from "./strip-types.ts";
import { childrenOf, type Placed, parseSource } from "./syntax.ts";

/** The text of a function's body. Its line n is the source's line n - `HEAD_LINES`; columns are the source's. */
export interface Body {
	text: string;
	/** Where text was put before an expression: columns behind it, on that line, are greater by its length. */
	shifted: { line: number; column: number; by: number } | null;
	/** Decorators are left, for Bun to compile. */
	decorated: boolean;
}

/** How many lines stand before the source's first. */
export const HEAD_LINES = 1;
/** What the body is given: how to import, what `import.meta` is, and `require`. */
export const PARAMETERS = ["$import", "$meta", "require"] as const;
const META = "import.meta";
const RETURN = "return(";

/** A program to run once: the body returns a promise of the program's result. */
export function programBody(source: string, services: readonly string[]): Body {
	const program = parseSource(source).program;
	checkImports(program.body, services);
	const edits = new Edits(source);
	const exported = takeExports(program, edits);
	if (exported.default !== null) return body(program, edits, exported.head, exported.default, null);
	const result = findResult(program);
	if (result === "assigned") exported.head.push("let result;");
	if (result !== "absent") return body(program, edits, exported.head, "result", null);
	const shifted = returnLastExpression(program, edits);
	return body(program, edits, exported.head, "undefined", shifted);
}

/** A hosted function's source: the body returns a promise of `entry`, a top-level name, or of the default export. */
export function hostedBody(source: string, entry: string | null, services: readonly string[]): Body {
	const program = parseSource(source).program;
	checkImports(program.body, services);
	const edits = new Edits(source);
	const exported = takeExports(program, edits);
	return body(program, edits, exported.head, entry ?? exported.default ?? "undefined", null);
}

/** Takes types and imports out, and puts the rest between head and final `return`. */
function body(program: Program, edits: Edits, head: string[], final: string, shifted: Body["shifted"]): Body {
	const { used, decorated } = stripTypes(program, edits);
	for (const node of program.body as Placed<Program["body"][number]>[]) {
		if (node.type !== "ImportDeclaration") continue;
		head.push(importText(node, used));
		edits.blankStatement(node.start, node.end);
	}
	replaceMeta(program, edits);
	const text = `return(async()=>{${head.join("")}return await(async()=>{\n${edits.apply()}\n;return ${final}\n})()})()`;
	return { text, shifted, decorated };
}

/** Makes exports plain declarations; `default` is what names the default export's value, in the body's own scope. */
function takeExports(program: Program, edits: Edits): { head: string[]; default: string | null } {
	const unused = (name: string): string => (edits.source.includes(name) ? unused(`${name}_`) : name);
	const given = unused("$default");
	const head = [`let ${given};`];
	let found: string | null = null;
	for (const node of program.body as Placed<Program["body"][number]>[]) {
		if (isErased(node)) continue;
		if (node.type === "ExportNamedDeclaration") {
			if (node.declaration) edits.blank(node.start, (node.declaration as Placed).start);
			else edits.blankStatement(node.start, node.end);
			const renamed = node.specifiers.find((each) => nameOf(each.exported) === "default");
			if (renamed?.type === "ExportSpecifier" && !node.source) found = nameOf(renamed.local);
		} else if (node.type === "ExportAllDeclaration") {
			edits.blankStatement(node.start, node.end);
		} else if (node.type === "ExportDefaultDeclaration") {
			found = takeDefault(node, edits, given);
		} else if (node.type === "TSExportAssignment") {
			edits.replace(node.start, (node.expression as Placed).start, `${given}=`);
			found = given;
		}
	}
	return { head, default: found };
}

/** The value of a last statement that is an expression becomes the program's; functions and types may follow it. */
function returnLastExpression(program: Program, edits: Edits): Body["shifted"] {
	const last = program.body.findLast(
		(node) =>
			!/^(?:FunctionDeclaration|EmptyStatement|TSInterface.*|TSTypeAlias.*|TSDeclareFunction)$/.test(
				node.type,
			),
	);
	if (last?.type === "ExpressionStatement") {
		const { start, end } = last.expression as Placed;
		edits.insert(start, RETURN);
		edits.insert(end, ")");
		const { line = 1, column = 0 } = last.expression.loc?.start ?? {};
		return { line, column, by: RETURN.length };
	}
	if (!last) {
		const directive = program.directives.at(-1) as Placed | undefined;
		if (directive) edits.insert(directive.start, "return ");
	}
	return null;
}

/** Moves the value of `export default` into the variable `given`; returns what names the value at the end. */
function takeDefault(node: Placed<ExportDefaultDeclaration>, edits: Edits, given: string): string {
	const inner = node.declaration as Placed<ExportDefaultDeclaration["declaration"]>;
	if (/^(?:Function|Class)Declaration$/.test(inner.type)) {
		const { id } = inner as { id?: { name: string } | null };
		if (id) {
			edits.blankStatement(node.start, inner.start);
			return id.name;
		}
	}
	const before = edits.source.slice(node.start, inner.start);
	const assignment = `;${given}=(`;
	edits.replace(
		node.start,
		inner.start,
		before.includes("\n") ? before.replace(/[^\n]+/, assignment) : assignment.padEnd(before.length),
	);
	edits.insert(inner.end, ")");
	if (inner.type.endsWith("Declaration")) edits.insert(inner.end, ";");
	return given;
}

/** A function's body has no `import.meta`; a parameter takes its place. */
function replaceMeta(node: Node, edits: Edits): void {
	if (node.type === "MetaProperty" && node.meta.name === "import") {
		const { start, end } = node as Placed;
		edits.replace(start, end, "$meta".padEnd(META.length));
	}
	for (const child of childrenOf(node)) replaceMeta(child, edits);
}

function nameOf(node: Node): string {
	return node.type === "Identifier" ? node.name : ((node as { value?: string }).value ?? "");
}
