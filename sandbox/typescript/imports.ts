/**
 * What a source imports: which imports stay, and which cannot be had in a sandbox.
 * @module
 */
import { isBuiltin } from "node:module";
import { resolve as resolvePath } from "node:path";
import type { ImportDeclaration, ImportSpecifier, Node } from "@babel/types";

const { stringify } = JSON;

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
 * Code that imports what a declaration names, but for names that are only types: `const {a:b}=await $import("m",["a"],1,1);`.
 * `used` holds the names that the source uses as values.
 */
export function importText(node: ImportDeclaration, used: Set<string>): string {
	if (node.importKind === "type") return "";
	const names: string[] = [];
	const bindings: string[] = [];
	let whole = "";
	for (const specifier of node.specifiers) {
		const local = specifier.local.name;
		if (!used.has(local) || (specifier.type === "ImportSpecifier" && specifier.importKind === "type"))
			continue;
		if (specifier.type === "ImportNamespaceSpecifier") whole = local;
		else {
			const name = specifier.type === "ImportSpecifier" ? importedName(specifier) : "default";
			names.push(name);
			bindings.push(`${stringify(name)}:${local}`);
		}
	}
	if (node.specifiers.length > 0 && !whole && bindings.length === 0) return "";
	const { line = 1, column = 0 } = node.loc?.start ?? {};
	const imported = `await $import(${stringify(node.source.value)},${stringify(names)},${line},${column + 1});`;
	const both = whole && bindings.length > 0 ? `const {${bindings.join(",")}}=${whole};` : "";
	return `const ${whole || `{${bindings.join(",")}}`}=${imported}${both}`;
}

/** What `$import` does: imports a module for the program, and checks that it has the names. */
export async function importModule(
	specifier: string,
	names: readonly string[],
	line: number,
	column: number,
): Promise<Record<string, unknown>> {
	let module: Record<string, unknown>;
	try {
		module = await import(specifier.startsWith(".") ? resolvePath("/work", specifier) : specifier);
	} catch (error) {
		const message = String((error as Error).message).replace(/ imported from .*$/s, "");
		throw new ImportError(message, line, column, importHint(message));
	}
	for (const name of names) {
		if (!(name in module))
			throw new ImportError(`"${specifier}" has no export named ${name}`, line, column, null);
	}
	return module;
}

function importedName({ imported }: ImportSpecifier): string {
	return imported.type === "Identifier" ? imported.name : imported.value;
}

/** Throws ImportError for the first import that the sandbox can't serve, with its line. */
export function checkImports(program: readonly Node[], services: readonly string[]): void {
	for (const node of program) {
		if (node.type !== "ImportDeclaration" || node.importKind === "type") continue;
		const specifier = node.source.value;
		if (specifier === "functions") checkFunctions(node, services);
		else if (node.specifiers.length === 0 || !node.specifiers.every(isTypeOnly)) checkModule(node, specifier);
	}
}

function isTypeOnly(specifier: ImportDeclaration["specifiers"][number]): boolean {
	return specifier.type === "ImportSpecifier" && specifier.importKind === "type";
}

function checkFunctions(node: ImportDeclaration, services: readonly string[]): void {
	for (const specifier of node.specifiers) {
		if (specifier.type !== "ImportSpecifier" || specifier.importKind === "type") continue;
		const name = importedName(specifier);
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
