/**
 * The rules for names. A service is imported by name in two languages, so it must be an identifier in both.
 * @module
 */

import { BrigError } from "../errors.ts";
import { quote } from "./text.ts";

const NAMESPACE = /^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$/;
const SERVICE = /^[a-z][a-z0-9_]{0,62}$/;
const FUNCTION = /^[A-Za-z][A-Za-z0-9_]{0,62}$/;

/** Most characters of service and function name together, so that `service__function` is a valid MCP tool name. */
const COMBINED = 62;

const PYTHON_KEYWORDS = words(`
	False None True and as assert async await break class continue def del elif else except finally for from global
	if import in is lambda nonlocal not or pass raise return try while with yield`);

// Reserved words, those of strict mode and modules, and values that a binding would shadow.
const TYPESCRIPT_KEYWORDS = words(`
	await break case catch class const continue debugger default delete do else enum export extends false finally for
	function if implements import in instanceof interface let new null package private protected public return static
	super switch this throw true try typeof undefined var void while with yield`);

// `import { eval } from "functions"` is a syntax error; `orders.eval` is not.
const UNBINDABLE = words("eval arguments");

// JavaScript asks every object for these: a service with one of them would pass for a promise, or for something else.
const OBJECT_MEMBERS = words("then toJSON toString valueOf constructor prototype");

const RESERVED_SERVICES = words("search describe list functions result progress log call help types errors");

/** Throws `invalid_name` unless this may be the name of a namespace. */
export function checkNamespace(name: string): void {
	if (!NAMESPACE.test(name)) {
		refuse(
			"namespace",
			name,
			"must be 1 to 63 characters of a-z, 0-9 and -, with a letter or digit at both ends",
		);
	}
}

/** Throws `invalid_name` unless this may be the name of a service. */
export function checkService(name: string): void {
	if (!SERVICE.test(name))
		refuse("service", name, "must be 1 to 63 characters of a-z, 0-9 and _, starting with a letter");
	checkWord("service", name);
	if (UNBINDABLE.has(name)) refuse("service", name, "can't be imported in TypeScript");
	if (RESERVED_SERVICES.has(name))
		refuse("service", name, "is reserved: the module `functions` has a member of this name");
}

/** Throws `invalid_name` unless this may be the name of a function of this service. */
export function checkFunctionName(service: string, name: string): void {
	checkService(service);
	if (!FUNCTION.test(name))
		refuse("function", name, "must be 1 to 63 characters of A-Z, a-z, 0-9 and _, starting with a letter");
	checkWord("function", name);
	if (OBJECT_MEMBERS.has(name))
		refuse("function", name, "can't be called in TypeScript: every object has a member of this name");
	if (service.length + name.length > COMBINED) {
		refuse(
			"function",
			`${service}.${name}`,
			`has ${service.length + name.length} characters in service and function name; at most ${COMBINED} together are allowed`,
		);
	}
}

/** Takes `orders.get_orders` apart and checks both halves; throws `invalid_name`. */
export function parseFunctionName(text: string): { service: string; name: string } {
	const dot = text.indexOf(".");
	if (dot < 0 || text.indexOf(".", dot + 1) >= 0)
		refuse("function", text, "must have the form service.function, with one dot");
	const service = text.slice(0, dot);
	const name = text.slice(dot + 1);
	checkFunctionName(service, name);
	return { service, name };
}

/** Tells whether Python reserves this word. */
export function isPythonKeyword(word: string): boolean {
	return PYTHON_KEYWORDS.has(word);
}

function checkWord(kind: string, name: string): void {
	if (name.includes("__")) refuse(kind, name, "must not contain __");
	if (PYTHON_KEYWORDS.has(name)) refuse(kind, name, "is a keyword of Python");
	if (TYPESCRIPT_KEYWORDS.has(name)) refuse(kind, name, "is a keyword of TypeScript");
}

function refuse(kind: string, name: string, rule: string): never {
	throw new BrigError("invalid_name", `The ${kind} name ${quote(name)} ${rule}.`);
}

function words(text: string): ReadonlySet<string> {
	return new Set(text.trim().split(/\s+/));
}
