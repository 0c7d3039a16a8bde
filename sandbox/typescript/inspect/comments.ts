/**
 * Documentation comments: what they say of a function, of its parameters, of a member of a type.
 * @module
 */
import type { Comment, Node } from "@babel/types";

/** A function's comment, taken apart. */
export interface Documentation {
	description: string | null;
	/** Text of `@param input.status` and `@param status` alike, by the path below the input: `status`, `range.from`. */
	parameters: Map<string, string>;
	returns: string | null;
}

/** The text of the documentation comment right above a node, or null. */
export function commentAbove(node: Node): string | null {
	const comments = (node.leadingComments ?? []) as Comment[];
	const last = comments.findLast((each) => each.type === "CommentBlock" && each.value.startsWith("*"));
	if (!last) return null;
	const lines = last.value.slice(1).split(/\r?\n/);
	const text = lines.map((line, index) => (index === 0 ? line : line.replace(/^\s*\* ?/, "")).trimEnd());
	return text.join("\n").trim() || null;
}

/** The part of a comment before its first tag, as one description. */
export function descriptionIn(comment: string | null): string | null {
	if (comment === null) return null;
	const at = /^\s*@\w/m.exec(comment)?.index ?? comment.length;
	return comment.slice(0, at).trim() || null;
}

/** Reads a function's comment; `input` is what its parameter is called, null when it is destructured. */
export function readDocumentation(comment: string | null, input: string | null): Documentation {
	const documentation: Documentation = {
		description: descriptionIn(comment),
		parameters: new Map(),
		returns: null,
	};
	for (const tag of (comment ?? "").split(/^\s*(?=@\w)/m)) {
		const returns = /^@returns?\s+(?:\{[^}]*\}\s*)?([\s\S]+)/.exec(tag);
		if (returns?.[1]) documentation.returns = oneText(returns[1]);
		const parameter =
			/^@(?:param|arg|argument|property|prop)\s+(?:\{[^}]*\}\s*)?(\[[^\]]*\]|\S+)\s*(?:-\s*)?([\s\S]*)/.exec(
				tag,
			);
		if (!parameter?.[1] || !parameter[2]) continue;
		const name = parameter[1].replace(/^\[|=.*|\]$/g, "");
		const [first, ...rest] = name.split(".");
		const isInput =
			first === (input ?? "input") || first === "input" || first === "options" || first === "params";
		const path = rest.length > 0 && isInput ? rest.join(".") : name;
		documentation.parameters.set(path, oneText(parameter[2]));
	}
	return documentation;
}

function oneText(text: string): string {
	return text.trim().replace(/\s*\n\s*/g, " ");
}
