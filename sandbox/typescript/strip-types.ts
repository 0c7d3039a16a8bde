/**
 * Takes the types out of a tree's source in place. Bun's own transpiler is not used for this: it inlines constants,
 * and then an error on a use reports the line of the declaration.
 * @module
 */
import type { Node } from "@babel/types";
import type { Edits } from "./edits.ts";
import { lowerConstructor, lowerEnum, lowerNamespace } from "./lower.ts";
import { childrenOf, isFunction, type Placed } from "./syntax.ts";

/** What a walk over the source found beside types. */
export interface Stripped {
	/** Names used as values: an import that is not among them is only a type, and goes. */
	used: Set<string>;
	/** Decorators or `accessor` are there: Bun has to compile the source. */
	decorated: boolean;
}

const TYPE_PARTS = new Set([
	"TSTypeAnnotation",
	"TSTypeParameterDeclaration",
	"TSTypeParameterInstantiation",
	"TSClassImplements",
	"TSExpressionWithTypeArguments",
]);
const TYPE_STATEMENTS = new Set([
	"TSInterfaceDeclaration",
	"TSTypeAliasDeclaration",
	"TSDeclareFunction",
	"TSDeclareMethod",
	"TSIndexSignature",
	"TSNamespaceExportDeclaration",
]);
const MODIFIERS = /\b(?:public|private|protected|readonly|abstract|override|declare)\b/g;

/** Records in `edits` what turns the tree's TypeScript into JavaScript of the same lines. */
export function stripTypes(program: Node, edits: Edits): Stripped {
	const { source } = edits;
	const stripped: Stripped = { used: new Set(), decorated: false };

	/** Blanks the first `mark` between two places, where one stands. */
	function blankMark(mark: "?" | "!", from: number, to: number): void {
		const at = source.slice(from, to).indexOf(mark);
		if (at >= 0) edits.blank(from + at, from + at + 1);
	}

	/** Blanks `public`, `readonly` and their like; what is left must not join the member before. */
	function blankModifiers(from: number, to: number): void {
		for (const match of source.slice(from, to).matchAll(MODIFIERS)) {
			const at = from + match.index;
			if (at === from) edits.blankStatement(at, at + match[0].length);
			else edits.blank(at, at + match[0].length);
		}
	}

	/** An arrow's `)` must stand on the line of its `=>`, an async arrow's `(` on that of its `async`. */
	function stripArrow(
		node: Placed,
		parts: { returnType?: Placed | null; typeParameters?: Placed | null },
	): void {
		const { returnType, typeParameters } = parts;
		if (returnType && source.slice(returnType.start, returnType.end).includes("\n")) {
			const close = source.lastIndexOf(")", returnType.start);
			edits.blank(close, returnType.end - 1);
			edits.replace(returnType.end - 1, returnType.end, ")");
		}
		if (typeParameters && source.startsWith("async", node.start)) {
			const open = source.indexOf("(", typeParameters.end);
			edits.replace(typeParameters.start, typeParameters.start + 1, "(");
			edits.blank(typeParameters.start + 1, open + 1);
		}
	}

	function visit(node: Placed, parent: Node | null): void {
		if (TYPE_PARTS.has(node.type)) return edits.blank(node.start, node.end);
		if (isErased(node)) return edits.blankStatement(node.start, node.end);
		switch (node.type) {
			case "TSAsExpression":
			case "TSSatisfiesExpression":
			case "TSNonNullExpression": {
				const inner = node.expression as Placed;
				visit(inner, node);
				return edits.blank(inner.end, node.end);
			}
			case "TSTypeAssertion": {
				const inner = node.expression as Placed;
				edits.blank(node.start, inner.start);
				return visit(inner, node);
			}
			case "TSEnumDeclaration":
				return lowerEnum(node, edits, (child) => visit(child, node));
			case "TSModuleDeclaration":
				return lowerNamespace(node, edits, (child) => visit(child, node));
			case "TSImportEqualsDeclaration": {
				const reference = node.moduleReference as Placed;
				if (node.importKind === "type") return edits.blankStatement(node.start, node.end);
				edits.replace(node.start, reference.start, `const ${node.id.name}=`);
				if (reference.type !== "TSExternalModuleReference") visit(reference, node);
				return;
			}
			case "ImportDeclaration":
				return;
			case "ExportSpecifier": {
				if (node.exportKind === "type") return blankListItem(node);
				stripped.used.add((node.local as { name?: string }).name ?? "");
				return;
			}
			case "Decorator":
				stripped.decorated = true;
				break;
			case "MemberExpression":
			case "OptionalMemberExpression":
				visit(node.object as Placed, node);
				if (node.computed) visit(node.property as Placed, node);
				return;
			case "ObjectProperty":
				if (node.computed) visit(node.key as Placed, node);
				return visit(node.value as Placed, node);
			case "Identifier": {
				stripped.used.add(node.name);
				const annotation = node.typeAnnotation as Placed | null | undefined;
				if (node.optional || annotation) {
					blankMark("?", node.start + node.name.length, annotation?.start ?? node.end);
				}
				break;
			}
			case "VariableDeclarator":
				if (node.definite) {
					const id = node.id as Placed<typeof node.id & { type: "Identifier" }>;
					blankMark("!", id.start + id.name.length, (id.typeAnnotation as Placed | null)?.start ?? id.end);
				}
				break;
			case "ClassDeclaration":
			case "ClassExpression": {
				const body = node.body as Placed;
				if ("abstract" in node && node.abstract) {
					const at = source.indexOf("abstract", node.start);
					edits.blank(at, at + "abstract".length);
				}
				const [first] = (node.implements ?? []) as Placed[];
				if (first) edits.blank(source.lastIndexOf("implements", first.start), body.start);
				break;
			}
			case "ClassProperty":
			case "ClassAccessorProperty":
			case "ClassMethod":
			case "ClassPrivateProperty":
			case "ClassPrivateMethod": {
				if ("abstract" in node && node.abstract) return edits.blankStatement(node.start, node.end);
				if (node.type === "ClassAccessorProperty") stripped.decorated = true;
				const key = node.key as Placed;
				blankModifiers(node.start, key.start);
				const parts = node as { optional?: boolean | null; definite?: boolean | null };
				const keyEnd = "computed" in node && node.computed ? source.indexOf("]", key.end) + 1 : key.end;
				if (parts.optional) blankMark("?", keyEnd, node.end);
				if (parts.definite) blankMark("!", keyEnd, node.end);
				if (node.type === "ClassMethod" && node.kind === "constructor") lowerConstructor(node, edits);
				break;
			}
			case "ArrowFunctionExpression":
				stripArrow(node, node as { returnType?: Placed | null; typeParameters?: Placed | null });
				break;
		}
		if (isFunction(node)) {
			const [first] = (node as unknown as { params: Placed[] }).params;
			if (first?.type === "Identifier" && first.name === "this") blankListItem(first);
		}
		for (const child of childrenOf(node)) visit(child, node);
		if (endsStatement(node, parent) && edits.endsAt(node.end) && source[node.end - 1] !== ";") {
			edits.insert(node.end, ";");
		}
	}

	/** Blanks one item of a list and the comma behind it. */
	function blankListItem(node: Placed): void {
		const comma = /^\s*,/.exec(source.slice(node.end))?.[0].length ?? 0;
		edits.blank(node.start, node.end + comma);
	}

	visit(program as Placed, null);
	return stripped;
}

/** Whether a statement or class member is nothing but types. */
export function isErased(node: Node): boolean {
	if (TYPE_STATEMENTS.has(node.type)) return true;
	if ("declare" in node && node.declare === true) return true;
	if (node.type === "ExportDefaultDeclaration") return isErased(node.declaration);
	if (node.type !== "ExportNamedDeclaration") return false;
	return node.declaration ? isErased(node.declaration) : node.exportKind === "type";
}

/** Whether the node ends by a line break alone where it has no `;`, so that a blanked end may join the next line. */
function endsStatement(node: Node, parent: Node | null): boolean {
	if (node.type === "VariableDeclaration") return !/^For/.test(parent?.type ?? "");
	return /^(?:Expression|Return|Throw)Statement$|^Class(?:Private|Accessor)?Property$|^ExportDefault/.test(
		node.type,
	);
}
