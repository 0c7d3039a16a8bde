/**
 * TypeScript that is more than types, written as JavaScript of the same lines: enums, namespaces, parameter properties.
 * @module
 */
import type { ClassMethod, Node, TSEnumDeclaration, TSModuleDeclaration } from "@babel/types";
import type { Edits } from "./edits.ts";
import { boundNames, childrenOf, type Placed } from "./syntax.ts";

type Visit = (child: Placed) => void;

/** `enum E { A = 1, B }` becomes a variable E with names to values, and numbers back to names. */
export function lowerEnum(node: Placed<TSEnumDeclaration>, edits: Edits, visit: Visit): void {
	const name = node.id.name;
	const members = node.body.members as Placed<(typeof node.body.members)[number]>[];
	const own = new Set(members.map((member) => keyName(member.id)));
	const open = edits.source.indexOf("{", (node.id as Placed).end);
	edits.replace(
		node.start,
		open + 1,
		`var ${name}=((${name})=>{let $v=-1;${breaks(edits, node.start, open)}`,
	);
	let at = open + 1;
	for (const member of members) {
		const key = JSON.stringify(keyName(member.id));
		const value = member.initializer as Placed | undefined;
		edits.blank(at, member.start);
		if (value) {
			edits.replace(
				member.start,
				value.start,
				`$v=${name}[${key}]=(${breaks(edits, member.start, value.start)}`,
			);
			visit(value);
			qualifyMembers(value, name, own, edits);
			edits.insert(value.end, `);if(typeof $v==="number")${name}[$v]=${key};`);
		} else {
			edits.replace(member.start, member.end, `${name}[$v=${name}[${key}]=$v+1]=${key};`);
		}
		at = member.end;
	}
	edits.blank(at, node.end - 1);
	edits.replace(node.end - 1, node.end, `return ${name}})(${name}??{});`);
}

/** An initializer may name earlier members of its enum without the enum's name. */
function qualifyMembers(node: Placed, name: string, own: Set<string>, edits: Edits): void {
	if (node.type === "Identifier" && own.has(node.name)) edits.insert(node.start, `${name}.`);
	if (node.type === "MemberExpression" && !node.computed)
		qualifyMembers(node.object as Placed, name, own, edits);
	else for (const child of childrenOf(node)) qualifyMembers(child, name, own, edits);
}

/** `namespace N { export const a = 1 }` becomes a variable N and a function that fills it. */
export function lowerNamespace(
	node: Placed<TSModuleDeclaration>,
	edits: Edits,
	visit: Visit,
	owner = "",
): void {
	const body = node.body as Placed<Extract<Node, { type: "TSModuleBlock" }>>;
	const names = dottedNames(node.id);
	const name = names.at(-1);
	if (!name || body.type !== "TSModuleBlock" || !body.body.some(hasValue)) {
		edits.blankStatement(node.start, node.end);
		return;
	}
	const opening = names.map((part) => `var ${part};((${part})=>{`).join("");
	edits.replace(node.start, body.start + 1, opening + breaks(edits, node.start, body.start));
	for (const statement of body.body as Placed[]) {
		const inner =
			statement.type === "ExportNamedDeclaration" ? (statement.declaration as Placed | null) : null;
		if (!inner) {
			visit(statement);
			continue;
		}
		edits.blank(statement.start, inner.start);
		if (inner.type === "TSModuleDeclaration") {
			lowerNamespace(inner, edits, visit, `${name}.`);
			continue;
		}
		visit(inner);
		const bound =
			inner.type === "VariableDeclaration"
				? inner.declarations.flatMap((declarator) => boundNames(declarator.id))
				: hasValue(inner)
					? boundNames((inner as { id?: Node }).id)
					: [];
		edits.insert(inner.end, bound.map((each) => `;${name}.${each}=${each};`).join(""));
	}
	const closing = names.map((part, index) => {
		const target = index > 0 ? `${names[index - 1]}.${part}` : `${owner}${part}`;
		return `})(${target === part ? "" : `${part}=`}${target}||(${target}={}));`;
	});
	edits.replace(node.end - 1, node.end, closing.reverse().join(""));
}

/** `constructor(private a: A)` gives the object its property, after `super(…)` where there is one. */
export function lowerConstructor(node: ClassMethod, edits: Edits): void {
	const properties = node.params.filter((param) => param.type === "TSParameterProperty") as Placed<Node>[];
	if (properties.length === 0) return;
	for (const property of properties) {
		const inner = (property as { parameter: Placed }).parameter;
		edits.blank(property.start, inner.start);
	}
	const assigned = properties
		.flatMap((property) => boundNames(property))
		.map((name) => `this.${name}=${name};`);
	const superCall = (node.body.body as Placed[]).find(
		(statement) =>
			statement.type === "ExpressionStatement" &&
			statement.expression.type === "CallExpression" &&
			statement.expression.callee.type === "Super",
	);
	if (superCall) edits.insert(superCall.end, `;${assigned.join("")}`);
	else edits.insert((node.body as Placed).start + 1, assigned.join(""));
}

/** Whether a statement of a namespace is there when the program runs. */
function hasValue(statement: Node): boolean {
	if ("declare" in statement && statement.declare) return false;
	if (statement.type === "ExportNamedDeclaration")
		return !!statement.declaration && hasValue(statement.declaration);
	if (statement.type === "TSModuleDeclaration") {
		return statement.body.type === "TSModuleBlock" && statement.body.body.some(hasValue);
	}
	return !/^TS(?:Interface|TypeAlias|DeclareFunction)/.test(statement.type);
}

/** The line breaks of a range, for the text that takes its place. */
function breaks(edits: Edits, from: number, to: number): string {
	return edits.source.slice(from, to).replace(/[^\n]/g, "");
}

/** `N` or `A.B.C` as a list of names; empty for a module named by a string. */
function dottedNames(id: Node): string[] {
	if (id.type === "Identifier") return [id.name];
	if (id.type === "TSQualifiedName") return [...dottedNames(id.left), id.right.name];
	return [];
}

function keyName(key: Node): string {
	return key.type === "Identifier" ? key.name : key.type === "StringLiteral" ? key.value : "";
}
