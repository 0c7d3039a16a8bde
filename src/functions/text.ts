/**
 * Foreign text made fit for one line that a person or a model reads.
 * @module
 */

// Controls, escapes, bidirectional overrides, zero-width and tag characters, lone surrogates, line separators.
const UNSEEN = /[\p{Cc}\p{Cf}\p{Co}\p{Cs}\p{Zl}\p{Zp}]+/gu;
const ANSI = /\p{Cc}\[[0-9;?]*[ -/]*[@-~]/gu;

/** One line of at most `most` characters (UTF-16) without characters that can't be seen; "…" marks a cut. */
export function oneLine(text: string, most: number): string {
	const line = text
		.slice(0, most * 4 + 200)
		.replace(ANSI, "")
		.replace(UNSEEN, " ")
		.replace(/\s+/g, " ")
		.trim();
	if (line.length <= most && text.length <= most * 4 + 200) return line;
	// The cut must not leave half of a surrogate pair.
	return `${line.slice(0, most - 1).replace(/[\ud800-\udbff]$/, "")}…`;
}

/** A name or text in double quotes, printable, at most `most` characters between the quotes. */
export function quote(text: string, most = 80): string {
	return `"${oneLine(text, most).replaceAll('"', "'")}"`;
}

/** What a JSON value is, for a message: a scalar itself (cut at 40 characters), or its kind. */
export function show(value: unknown): string {
	if (typeof value === "string") return quote(value, 40);
	if (Array.isArray(value)) return value.length === 0 ? "an empty list" : "a list";
	if (isPlain(value)) return "an object";
	return String(value);
}

function isPlain(value: unknown): boolean {
	return typeof value === "object" && value !== null;
}

/** `a`, `a or b`, `a, b or c`. */
export function oneOfWords(words: readonly string[]): string {
	if (words.length < 2) return words.join("");
	return `${words.slice(0, -1).join(", ")} or ${words.at(-1)}`;
}

/** The first `most` names, each cut at 60 characters, then "and N more". */
export function someNames(names: readonly string[], most = 10): string {
	const shown = names.slice(0, most).map((name) => oneLine(name, 60));
	const rest = names.length - shown.length;
	return rest > 0 ? `${shown.join(", ")} and ${rest} more` : shown.join(", ");
}
