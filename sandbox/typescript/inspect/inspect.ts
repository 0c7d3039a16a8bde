/**
 * What a source says of its function, without running it: the op `inspect`.
 * @module
 */
import type { Node } from "@babel/types";
import { findEntry } from "../entry.ts";
import type { Header } from "../frames.ts";
import { parseSource, SourceSyntaxError } from "../syntax.ts";
import { commentAbove, readDocumentation } from "./comments.ts";
import { collectDeclarations } from "./declarations.ts";
import type { Schema } from "./schema.ts";
import { readInput } from "./signature.ts";
import { TypeReader } from "./types.ts";

const HEADER_KEPT = 512 * 1024;
const WARNINGS_KEPT = 50;

/** The header of an `inspected` frame for the source of a function called `name` (without its service). */
export function inspectSource(source: string, name: string): Header {
	try {
		const answer = inspect(source, name);
		if (JSON.stringify(answer).length <= HEADER_KEPT) return answer;
		return failure(
			"source_syntax",
			"the types in the function's signature are too large to describe",
			null,
			null,
		);
	} catch (error) {
		if (error instanceof SourceSyntaxError)
			return failure("source_syntax", error.message, error.line, error.column);
		if (error instanceof RangeError)
			return failure("source_syntax", "the source is nested too deeply", null, null);
		throw error;
	}
}

function inspect(source: string, name: string): Header {
	const { program } = parseSource(source);
	const found = findEntry(program, name);
	if (!found) {
		const wanted = [...new Set([name, "default", "main", "handler(input, context)"])].join(", ");
		return failure("no_entry", `the source has none of the functions ${wanted}`, null, null);
	}
	const { node, entry, statement } = found;
	const declarations = collectDeclarations(program);
	const reader = new TypeReader(source, declarations, true);
	const returned = new TypeReader(source, declarations, false);
	const pattern = node?.params[0];
	const documentation = readDocumentation(
		commentAbove(statement),
		pattern?.type === "Identifier" ? pattern.name : null,
	);
	if (!node) reader.warn(entry, "is not a plain function, so its signature can't be read");
	const { schema, parameters } = node
		? readInput(node, reader, documentation)
		: { schema: { type: "object" }, parameters: [] };
	return {
		op: "inspected",
		ok: true,
		description: documentation.description,
		entry,
		input_schema: schema,
		output_schema: node?.returnType ? readOutput(node.returnType, returned, documentation.returns) : null,
		parameters,
		warnings: [...reader.warnings, ...returned.warnings].slice(0, WARNINGS_KEPT),
	};
}

function readOutput(annotation: Node, reader: TypeReader, description: string | null): Schema | null {
	if (annotation.type !== "TSTypeAnnotation") return null;
	const schema = reader.root(reader.read(annotation.typeAnnotation, "the return value"));
	return description === null ? schema : { ...schema, description };
}

function failure(code: string, message: string, line: number | null, column: number | null): Header {
	return { op: "inspected", ok: false, error: { code, message, line, column } };
}
