/**
 * Whether a program sets `result` at its top level: by declaring it, or by assigning it undeclared.
 * @module
 */
import type { Node, Program } from "@babel/types";
import { boundNames, childrenOf, isFunction } from "./syntax.ts";

const NAME = "result";

/** How the program's top level has `result`. */
export function findResult(program: Program): "declared" | "assigned" | "absent" {
	if (program.body.some((node) => topLevelDeclaration(node))) return "declared";
	if (hoistsVariable(program)) return "declared";
	return assignsUndeclared(program) ? "assigned" : "absent";
}

function topLevelDeclaration(node: Node): boolean {
	const declaration = node.type === "ExportNamedDeclaration" ? node.declaration : node;
	return declaration?.type === "VariableDeclaration" && !declaration.declare && binds(declaration);
}

function binds(node: Node | null | undefined): boolean {
	return (
		node?.type === "VariableDeclaration" &&
		node.declarations.some((each) => boundNames(each.id).includes(NAME))
	);
}

/** `var result` in a block belongs to the function, or the program, around it. */
function hoistsVariable(node: Node): boolean {
	if (node.type === "VariableDeclaration" && node.kind === "var" && binds(node)) return true;
	return childrenOf(node).some((child) => !isFunction(child) && hoistsVariable(child));
}

function assignsUndeclared(node: Node): boolean {
	if (/^TS(?:Type|Interface)/.test(node.type)) return false;
	if (node.type === "AssignmentExpression" && boundNames(node.left as Node).includes(NAME)) return true;
	return childrenOf(node).some((child) => !declares(child) && assignsUndeclared(child));
}

/** Whether a scope has its own `result`, so that an assignment inside it is not the program's. */
function declares(scope: Node): boolean {
	if (isFunction(scope)) {
		const { params, body } = scope as unknown as { params: Node[]; body: Node };
		return params.some((param) => boundNames(param).includes(NAME)) || hoistsVariable(body) || declares(body);
	}
	switch (scope.type) {
		case "BlockStatement":
		case "StaticBlock":
			return scope.body.some((node) => binds(node) || namedResult(node));
		case "ForStatement":
			return binds(scope.init);
		case "ForInStatement":
		case "ForOfStatement":
			return binds(scope.left);
		case "CatchClause":
			return boundNames(scope.param).includes(NAME);
		default:
			return false;
	}
}

function namedResult(node: Node): boolean {
	return (
		/^(?:Function|Class)Declaration$/.test(node.type) && (node as { id?: { name: string } }).id?.name === NAME
	);
}
