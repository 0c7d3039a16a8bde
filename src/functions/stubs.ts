/**
 * What a model reads of a function: signature, documentation and an example, in both languages. Descriptions, names
 * and defaults are foreign text: they are put on one line and cut, and nothing of them is ever executed.
 * @module
 */

import type { Language } from "../result.ts";
import { exampleCall } from "./example.ts";
import { type Parameter, parametersOf } from "./parameters.ts";
import { oneLine } from "./text.ts";
import { fullName, type HostedFunction } from "./types.ts";
import { literal, propertyName, typeText } from "./types-text.ts";

const MOST_PARAMETERS_TEXT = 400;
const MOST_TYPE = 80;
const MOST_RETURN = 200;
const MOST_PARAMETER_LINES = 5_000;

/**
 * The call on one line, for example `orders.get_orders(status: str = "open", limit: int = ...) -> list[{id: int}]`.
 * In Python `= ...` marks an optional parameter without a known default.
 */
export function signature(fn: HostedFunction, language: Language): string {
	const given = argumentsText(fn, language);
	if (language === "python") return `${fullName(fn)}(${given}) -> ${returnText(fn, language, MOST_RETURN)}`;
	return `${fullName(fn)}(${given}): Promise<${returnText(fn, language, MOST_RETURN)}>`;
}

/** The first sentence of the description: one line, at most 100 characters, "" when there is none. */
export function summary(fn: Pick<HostedFunction, "description">): string {
	const paragraph =
		fn.description
			.slice(0, 2_000)
			.trim()
			.split(/\n\s*\n/, 1)[0] ?? "";
	const line = oneLine(paragraph, 500);
	const end = /[.!?。！？](?=\s|$)|[。！？]/u.exec(line);
	return oneLine(end ? line.slice(0, end.index + 1) : line, 100);
}

/** Everything about a function as text: both signatures, description, parameters, output and an example per language. */
export function describe(fn: HostedFunction): string {
	const lines = [`${fullName(fn)} (version ${fn.version})`];
	const about = oneLine(fn.description, 1_200);
	if (about !== "") lines.push(about);
	lines.push("", `Python: ${signature(fn, "python")}`, `TypeScript: ${signature(fn, "typescript")}`);
	const parameters = parametersOf(fn).list;
	if (parameters.length > 0) lines.push("", "Parameters:", ...parameterLines(fn, parameters));
	lines.push(
		"",
		`Returns: ${fn.output_schema === null ? "not declared" : returnText(fn, "typescript", 1_000)}`,
	);
	lines.push(
		"",
		"Python example:",
		`from functions import ${fn.service}`,
		`result = ${exampleCall(fn, "python")}`,
	);
	lines.push("", "TypeScript example:", `import { ${fn.service} } from "functions";`);
	lines.push(`return await ${exampleCall(fn, "typescript")};`);
	return lines.join("\n");
}

function parameterLines(fn: HostedFunction, parameters: readonly Parameter[]): string[] {
	const lines: string[] = [];
	let room = MOST_PARAMETER_LINES;
	for (const parameter of parameters) {
		const line = parameterLine(fn, parameter);
		room -= line.length;
		if (room < 0) return [...lines, `- and ${parameters.length - lines.length} more`];
		lines.push(line);
	}
	return lines;
}

function parameterLine(fn: HostedFunction, { name, schema, required, fallback, about }: Parameter): string {
	const type = typeText(fn.input_schema, schema, "typescript", 160);
	const value = fallback === undefined ? null : literal(fallback, "typescript", 60);
	const need = required ? "required" : value === null ? "optional" : `default ${value}`;
	const line = `- ${propertyName(name)}: ${type} (${need})`;
	return about === "" ? line : `${line} ${about}`;
}

function returnText(fn: HostedFunction, language: Language, most: number): string {
	const schema = fn.output_schema ?? true;
	return typeText(schema, schema, language, most);
}

function argumentsText(fn: HostedFunction, language: Language): string {
	const { list, open } = parametersOf(fn);
	if (list.length === 0) {
		if (!open) return "";
		return language === "python" ? "**input: Any" : "input?: Record<string, unknown>";
	}
	if (language === "python") {
		const foreign = list.filter((parameter) => !parameter.isPythonName);
		const parts = list
			.filter((parameter) => parameter.isPythonName)
			.map((parameter) => pythonParameter(fn, parameter));
		// Names that Python can't write as keywords still reach the function, in a dictionary.
		if (foreign.length > 0)
			parts.push(`**{${bounded(foreign.map((parameter) => foreignParameter(fn, parameter)))}}`);
		return bounded(parts);
	}
	const inside = bounded(list.map((parameter) => typescriptParameter(fn, parameter)));
	return `{ ${inside} }`;
}

function pythonParameter(fn: HostedFunction, { name, schema, required, fallback }: Parameter): string {
	const text = `${name}: ${typeText(fn.input_schema, schema, "python", MOST_TYPE)}`;
	if (required) return text;
	return `${text} = ${(fallback === undefined ? null : literal(fallback, "python", 40)) ?? "..."}`;
}

function foreignParameter(fn: HostedFunction, { name, schema, required }: Parameter): string {
	const key = JSON.stringify(oneLine(name, 60));
	return `${key}${required ? "" : "?"}: ${typeText(fn.input_schema, schema, "python", MOST_TYPE)}`;
}

function typescriptParameter(fn: HostedFunction, { name, schema, required, fallback }: Parameter): string {
	const text = `${propertyName(name)}${required ? "" : "?"}: ${typeText(fn.input_schema, schema, "typescript", MOST_TYPE)}`;
	const value = required || fallback === undefined ? null : literal(fallback, "typescript", 40);
	return value === null ? text : `${text} /* = ${value} */`;
}

/** Joined with commas, as many as fit. */
function bounded(parts: readonly string[]): string {
	const shown: string[] = [];
	let room = MOST_PARAMETERS_TEXT;
	for (const part of parts) {
		room -= part.length + 2;
		if (room < 0 && shown.length > 0) return `${shown.join(", ")}, … ${parts.length - shown.length} more`;
		shown.push(part);
	}
	return shown.join(", ");
}
