/**
 * The types that a source declares at its top level, by name.
 * @module
 */
import type {
	Node,
	Program,
	TSEnumDeclaration,
	TSInterfaceDeclaration,
	TSTypeAliasDeclaration,
} from "@babel/types";
import { literalValue } from "./literals.ts";

/** What a name of the source stands for. An interface may be declared in parts. */
export type Declaration =
	| { kind: "alias"; node: TSTypeAliasDeclaration }
	| { kind: "interface"; parts: TSInterfaceDeclaration[] }
	| { kind: "enum"; node: TSEnumDeclaration };

/** The names of one source. */
export interface Declarations {
	types: Map<string, Declaration>;
	/** Top-level constants that are literals, as in `const STATES = ["open", "closed"] as const`. */
	constants: Map<string, unknown>;
}

/** Collects what the program declares, exported or not. */
export function collectDeclarations(program: Program): Declarations {
	const types = new Map<string, Declaration>();
	const constants = new Map<string, unknown>();
	for (const statement of program.body) {
		const node: Node | null | undefined =
			statement.type === "ExportNamedDeclaration" || statement.type === "ExportDefaultDeclaration"
				? statement.declaration
				: statement;
		if (node?.type === "TSTypeAliasDeclaration") types.set(node.id.name, { kind: "alias", node });
		else if (node?.type === "TSEnumDeclaration") types.set(node.id.name, { kind: "enum", node });
		else if (node?.type === "TSInterfaceDeclaration") {
			const before = types.get(node.id.name);
			const parts = before?.kind === "interface" ? before.parts : [];
			types.set(node.id.name, { kind: "interface", parts: [...parts, node] });
		} else if (node?.type === "VariableDeclaration" && node.kind === "const") {
			for (const { id, init } of node.declarations) {
				const value = literalValue(init);
				if (id.type === "Identifier" && value !== undefined) constants.set(id.name, value);
			}
		}
	}
	return { types, constants };
}

/** The values of an enum's members; null when one has to be computed. */
export function enumValues(node: TSEnumDeclaration): (string | number)[] | null {
	const values: (string | number)[] = [];
	let next: number | null = 0;
	for (const { initializer } of node.body.members) {
		const value: unknown = initializer ? literalValue(initializer) : next;
		if (typeof value !== "string" && typeof value !== "number") return null;
		values.push(value);
		next = typeof value === "number" ? value + 1 : null;
	}
	return values;
}
