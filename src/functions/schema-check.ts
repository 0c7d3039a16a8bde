/**
 * What a schema must be before it is compiled: small, shallow, and with references that lead somewhere inside it.
 * @module
 */

import { BrigError } from "../errors.ts";
import { escapeKey, type Node } from "./run.ts";
import { oneLine, quote } from "./text.ts";
import { isObject, type JsonSchema } from "./types.ts";

const MOST_BYTES = 256 * 1024;
const DEEPEST = 64;

/** Throws `invalid_schema` for this place in the schema, a JSON pointer. */
export function refuse(path: string, message: string): never {
	const place = oneLine(path, 200);
	throw new BrigError("invalid_schema", `The schema ${place === "" ? "itself" : `at ${place}`} ${message}.`, {
		faults: [{ path: place, message }],
	});
}

/** Throws `invalid_schema` unless this is an object or a boolean within the bounds of size and depth. */
export function checkShape(schema: unknown): asserts schema is JsonSchema {
	if (typeof schema === "boolean") return;
	if (!isObject(schema)) refuse("", "must be an object or a boolean");
	// A level at a time, so that a deep one can't exhaust the stack here or in JSON.stringify.
	let level: { value: object; path: string }[] = [{ value: schema, path: "" }];
	for (let depth = 0; level.length > 0; depth++) {
		if (depth > DEEPEST) refuse(level[0]?.path ?? "", `is nested deeper than ${DEEPEST} levels`);
		const next: typeof level = [];
		for (const { value, path } of level) {
			for (const [key, child] of Object.entries(value)) {
				if (typeof child === "object" && child !== null)
					next.push({ value: child, path: `${path}/${escapeKey(key)}` });
			}
			if (next.length > MOST_BYTES / 3) refuse("", `is larger than ${MOST_BYTES / 1024} KiB`);
		}
		level = next;
	}
	if (Buffer.byteLength(JSON.stringify(schema)) > MOST_BYTES)
		refuse("", `is larger than ${MOST_BYTES / 1024} KiB`);
}

/** The schema that a local `$ref` names; throws `invalid_schema` for any other. */
export function resolveRef(root: JsonSchema, ref: unknown, path: string): JsonSchema {
	if (typeof ref !== "string") refuse(path, "must be a string");
	if (ref !== "#" && !ref.startsWith("#/"))
		refuse(path, `refers to ${quote(ref)}; only references inside the schema (#, #/$defs/NAME) can be used`);
	let target: unknown = root;
	for (const part of ref.split("/").slice(1)) {
		const key = decode(part);
		if (typeof target !== "object" || target === null || key === null || !Object.hasOwn(target, key))
			refuse(path, `refers to ${quote(ref)}, which does not exist`);
		target = (target as Record<string, unknown>)[key];
	}
	if (!isObject(target) && typeof target !== "boolean")
		refuse(path, `refers to ${quote(ref)}, which is not a schema`);
	return target;
}

function decode(part: string): string | null {
	try {
		return decodeURIComponent(part).replaceAll("~1", "/").replaceAll("~0", "~");
	} catch {
		return null;
	}
}

/**
 * Throws `invalid_schema` when a schema applies itself to the same value again, which would never end.
 * @param edges for each schema, those that it applies to the value at hand
 */
export function refuseCycles(edges: ReadonlyMap<Node, readonly { to: Node; path: string }[]>): void {
	const done = new Set<Node>();
	for (const start of edges.keys()) {
		// A stack of our own: a chain of references may be thousands long.
		const open = new Set<Node>();
		const stack: { node: Node; next: number }[] = [];
		const enter = (node: Node) => {
			open.add(node);
			stack.push({ node, next: 0 });
		};
		if (!done.has(start)) enter(start);
		for (let top = stack.at(-1); top; top = stack.at(-1)) {
			const edge = edges.get(top.node)?.[top.next++];
			if (!edge) {
				open.delete(top.node);
				done.add(top.node);
				stack.pop();
			} else if (open.has(edge.to)) {
				refuse(edge.path, "leads back to itself without going into the value");
			} else if (!done.has(edge.to)) {
				enter(edge.to);
			}
		}
	}
}
