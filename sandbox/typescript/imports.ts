/**
 * What a source imports: which imports stay, and which cannot be had in a sandbox.
 * @module
 */
import { isBuiltin } from "node:module";
import type { ImportDeclaration, Node } from "@babel/types";
import type { Placed } from "./syntax.ts";

/** An import that cannot succeed: `line` and `column` from 1, those of the import. */
export class ImportError extends Error {
	override name = "ImportError";
	constructor(
		message: string,
		readonly line: number,
		readonly column: number,
		readonly hint: string | null,
	) {
		super(message);
	}
}

const NO_PACKAGES =
	"The sandbox has Node's and Bun's built-in modules and your functions, no npm packages and no network to fetch one.";

/** The names that the module "functions" exports beside the services. */
export const FUNCTIONS_EXPORTS = ["list", "search", "describe", "FunctionError"] as const;

/**
 * The text of an import declaration without the names that are only types, or "" where none is left.
 * `used` holds the names that the source uses as values.
 */
export function importText(node: Placed<ImportDeclaration>, source: string, used: Set<string>): string {
	if (node.importKind === "type") return "";
	const from = oneLine(source.slice((node.source as Placed).start, node.end)).replace(/;$/, "");
	if (node.specifiers.length === 0) return `import ${from};`;
	const named: string[] = [];
	const clauses: string[] = [];
	for (const specifier of node.specifiers) {
		if (specifier.type === "ImportSpecifier" && specifier.importKind === "type") continue;
		if (!used.has(specifier.local.name)) continue;
		const { start, end } = specifier as Placed;
		(specifier.type === "ImportSpecifier" ? named : clauses).push(oneLine(source.slice(start, end)));
	}
	if (named.length > 0) clauses.push(`{${named.join(",")}}`);
	if (clauses.length === 0) return "";
	return `import ${clauses.join(",")} from ${from};`;
}

function oneLine(text: string): string {
	return text.replaceAll(/\s*[\r\n]\s*/g, " ");
}

/** Throws ImportError for the first import that the sandbox can't serve, with its line. */
export function checkImports(program: readonly Node[], services: readonly string[]): void {
	for (const node of program) {
		if (node.type !== "ImportDeclaration" || node.importKind === "type") continue;
		const specifier = node.source.value;
		if (specifier === "functions") checkFunctions(node, services);
		else checkModule(node, specifier);
	}
}

function checkFunctions(node: ImportDeclaration, services: readonly string[]): void {
	for (const specifier of node.specifiers) {
		if (specifier.type !== "ImportSpecifier" || specifier.importKind === "type") continue;
		const name =
			specifier.imported.type === "Identifier" ? specifier.imported.name : specifier.imported.value;
		if (name === "default" || services.includes(name) || FUNCTIONS_EXPORTS.some((own) => own === name))
			continue;
		throw importError(specifier, `"functions" has no service named ${name}`, servicesHint(services));
	}
}

function checkModule(node: ImportDeclaration, specifier: string): void {
	if (isBuiltin(specifier) || /^(?:bun(?::|$)|[./]|data:|file:)/.test(specifier)) return;
	throw importError(node, `Cannot find package "${specifier}"`, NO_PACKAGES);
}

/** The hint of an import that failed while the program ran, by the failure's own text. */
export function importHint(message: string): string | null {
	return /^Cannot find (?:package|module)/.test(message) ? NO_PACKAGES : null;
}

/** Which services can be imported, as a hint. */
export function servicesHint(services: readonly string[]): string {
	if (services.length === 0) return "No service is registered here.";
	const shown = services.slice(0, 20).join(", ");
	const more = services.length > 20 ? `, and ${services.length - 20} more` : "";
	return `The services here: ${shown}${more}.`;
}

function importError(node: Node, message: string, hint: string): ImportError {
	const { line = 1, column = 0 } = node.loc?.start ?? {};
	return new ImportError(message, line, column + 1, hint);
}
