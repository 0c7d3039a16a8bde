/**
 * Turns TypeScript source into the text of a module that has every statement on its own line of before.
 * @module
 */
import type { ExportDefaultDeclaration, ImportDeclaration, Node, Program } from "@babel/types";
import { Edits } from "./edits.ts";
import { checkImports, importText } from "./imports.ts";
import { findResult } from "./result-name.ts";
import { isErased, stripTypes } from "./strip-types.ts";
import { boundNames, childrenOf, type Placed, parseSource } from "./syntax.ts";

/** A module's text. Its line n is the source's line n - `lineOffset`; columns are the source's. */
export interface ModuleText {
	text: string;
	lineOffset: number;
	/** Where text was put before an expression: columns behind it, on that line, are greater by its length. */
	shifted: { line: number; column: number; by: number } | null;
	/** "js" runs as it is; "ts" has decorators left for Bun to compile. */
	loader: "js" | "ts";
}

/** Bun runs a module with this first line as it is. */
const AS_IT_IS = "// @bun\n";
const HEAD_LINES = 2;
const RETURN = "return(";

/** A program to run once: a module whose default export is an async function that resolves to the program's result. */
export function programModule(source: string, services: readonly string[]): ModuleText {
	const program = parseSource(source).program;
	checkImports(program.body, services);
	const edits = new Edits(source);
	const head: string[] = [requireText(program)];
	const unused = (name: string): string => (source.includes(name) ? unused(`${name}_`) : name);
	const given = unused("$default");

	const result = findResult(program);
	let final = result === "absent" ? "undefined" : "result";
	if (result === "assigned") head.push("let result;");

	for (const node of program.body as Placed<Program["body"][number]>[]) {
		if (isErased(node)) continue;
		if (node.type === "ExportNamedDeclaration") {
			if (node.declaration) edits.blank(node.start, (node.declaration as Placed).start);
			else edits.blankStatement(node.start, node.end);
			const renamed = node.specifiers.find((each) => nameOf(each.exported) === "default");
			if (renamed?.type === "ExportSpecifier" && !node.source) final = nameOf(renamed.local);
		} else if (node.type === "ExportAllDeclaration") {
			edits.blankStatement(node.start, node.end);
		} else if (node.type === "ExportDefaultDeclaration") {
			head.push(`let ${given};`);
			final = takeDefault(node, edits, given);
		} else if (node.type === "TSExportAssignment") {
			head.push(`let ${given};`);
			edits.replace(node.start, (node.expression as Placed).start, `${given}=`);
			final = given;
		}
	}
	const shifted = final === "undefined" ? returnLastExpression(program, edits) : null;
	runAsMain(program, edits);
	const { used, decorated } = stripTypes(program, edits);
	for (const node of program.body as Placed<Program["body"][number]>[]) {
		if (node.type !== "ImportDeclaration") continue;
		head.push(importText(node, source, used));
		edits.blankStatement(node.start, node.end);
	}
	head.push("export default async()=>{");
	return moduleText(head, edits, `\n;return ${final}\n}`, decorated, shifted);
}

/**
 * A hosted function's module: what it exports, and `entry` under the name `alias` where it is a top-level name of its own.
 */
export function hostedModule(
	source: string,
	entry: string | null,
	alias: string,
	services: readonly string[],
): ModuleText {
	const program = parseSource(source).program;
	checkImports(program.body, services);
	const edits = new Edits(source);
	const { used, decorated } = stripTypes(program, edits);
	for (const node of program.body) {
		if (node.type !== "ImportDeclaration") continue;
		const { start, end } = node as Placed<ImportDeclaration>;
		const text = importText(node as Placed<ImportDeclaration>, source, used);
		if (text === "") edits.blankStatement(start, end);
		else edits.replace(start, end, text + source.slice(start, end).replace(/[^\n]/g, ""));
	}
	const tail = entry === null ? "" : `\n;export{${entry} as ${alias}};`;
	return moduleText([requireText(program)], edits, tail, decorated, null);
}

/** The value of a last statement that is an expression becomes the program's; functions and types may follow it. */
function returnLastExpression(program: Program, edits: Edits): ModuleText["shifted"] {
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

/** A program is what is run, so `import.meta.main` is true in it. */
function runAsMain(node: Node, edits: Edits): void {
	if (node.type === "MemberExpression" && node.object.type === "MetaProperty") {
		const { start, end } = node as Placed;
		if (edits.source.slice(start, end) === "import.meta.main")
			edits.replace(start, end, "true".padEnd(end - start));
	}
	for (const child of childrenOf(node)) runAsMain(child, edits);
}

/** Gives the source `require`, unless it has one of its own. */
function requireText(program: Program): string {
	return program.body.some((node) => declaredNames(node).includes("require"))
		? ""
		: "const require=import.meta.require;";
}

function declaredNames(node: Node): string[] {
	if (node.type === "ImportDeclaration") return node.specifiers.map((each) => each.local.name);
	const inner = node.type === "ExportNamedDeclaration" ? node.declaration : node;
	if (inner?.type === "VariableDeclaration") return inner.declarations.flatMap((each) => boundNames(each.id));
	return boundNames((inner as { id?: Node } | null | undefined)?.id);
}

function moduleText(
	head: string[],
	edits: Edits,
	tail: string,
	decorated: boolean,
	shifted: ModuleText["shifted"],
): ModuleText {
	const firstLine = decorated ? "\n" : AS_IT_IS;
	return {
		text: `${firstLine}${head.join("")}\n${edits.apply()}${tail}\n`,
		lineOffset: HEAD_LINES,
		shifted,
		loader: decorated ? "ts" : "js",
	};
}

function nameOf(node: Node): string {
	return node.type === "Identifier" ? node.name : ((node as { value?: string }).value ?? "");
}
