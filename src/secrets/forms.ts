/**
 * The ways in which a program writes a value down without meaning to hide it.
 * @module
 */

/** Shorter values would be found in innocent text. Characters, not bytes. */
export const SHORTEST_VALUE = 8;
/** JSON text within JSON text is not looked for in longer values: each spelling takes memory. Units of a string. */
const LONG_VALUE = 4096;

const PLAIN = /^[\w.-]*$/;
const BITS = 6;
const UNESCAPED_IN_QUOTE = /[!'()*]/g;

/**
 * Every spelling of a value that is looked for; none when it has fewer than 8 characters.
 *
 * Space around a value is not part of it: a key file's last line feed is often lost on the way.
 */
export function forms(value: string): Set<string> {
	const trimmed = value.trim();
	const text = isLong(trimmed) ? trimmed : value;
	if (!isLong(text)) return new Set();
	const found = new Set([text, ...hexForms(text), ...base64Forms(text)]);
	if (PLAIN.test(text)) return found;
	for (const form of [...jsonForms(text), ...urlForms(text)]) found.add(form);
	return found;
}

/** A character takes at most two units of a string's length. */
function isLong(text: string): boolean {
	return text.length >= 2 * SHORTEST_VALUE || [...text].length >= SHORTEST_VALUE;
}

function hexForms(text: string): string[] {
	const hex = Buffer.from(text).toString("hex");
	return [hex, hex.toUpperCase()];
}

/**
 * Base64 and base64url of the value at the three places where it can start in a group, with the slash as JSON may
 * escape it. A character that only part of the value is in belongs to it where the value is the last: else up to four
 * bits at either end stay.
 */
function base64Forms(text: string): string[] {
	const found = new Set<string>();
	const bytes = Buffer.from(text);
	for (const shift of [0, 1, 2]) {
		const bits = 8 * (shift + bytes.length);
		const all = Buffer.concat([Buffer.alloc(shift), bytes])
			.toString("base64")
			.replace(/=+$/, "");
		const first = Math.ceil((8 * shift) / BITS);
		for (const core of [all.slice(first, Math.floor(bits / BITS)), all.slice(first)]) {
			found.add(core);
			found.add(core.replaceAll("/", "\\/"));
			found.add(core.replaceAll("+", "-").replaceAll("/", "_"));
		}
	}
	return [...found];
}

/**
 * Inside a JSON string, and inside JSON text that is itself a string: with and without what a writer is free to
 * escape. The quotation mark stays bare in what Python's repr shows.
 */
function jsonForms(text: string): Set<string> {
	const once = new Set<string>();
	for (const ascii of [null, "lower", "upper"] as const) {
		for (const quote of text.length > LONG_VALUE ? [true] : [true, false]) {
			const form = escaped(text, ascii, quote);
			once.add(form);
			once.add(form.replaceAll("/", "\\/"));
		}
	}
	if (text.length > LONG_VALUE) return once;
	const found = new Set(once);
	for (const form of once)
		for (const ascii of [null, "lower"] as const) found.add(escaped(form, ascii, true));
	return found;
}

function escaped(text: string, ascii: "lower" | "upper" | null, quote: boolean): string {
	let json = JSON.stringify(text).slice(1, -1);
	if (!quote) json = json.replaceAll('\\"', '"');
	// biome-ignore lint/suspicious/noControlCharactersInRegex: everything beyond ASCII is what it finds
	if (ascii) json = json.replace(/[^\x00-\x7e]/g, unicodeEscape);
	// JSON.stringify writes control characters in lower case.
	return ascii === "upper"
		? json.replace(/\\(?:\\|u([0-9a-f]{4}))/g, (all, hex) => (hex ? `\\u${hex.toUpperCase()}` : all))
		: json;
}

function unicodeEscape(unit: string): string {
	return `\\u${unit.charCodeAt(0).toString(16).padStart(4, "0")}`;
}

/** As JavaScript's and Python's own functions encode for addresses and forms, in either case of hexadecimal digits. */
function urlForms(text: string): Set<string> {
	const component = encodeURIComponent(text.toWellFormed());
	const form = new URLSearchParams([["", text]]).toString().slice(1);
	const strict = component.replace(UNESCAPED_IN_QUOTE, percent);
	const upper = [
		component,
		component.replaceAll("%20", "+"),
		strict,
		strict.replaceAll("%2F", "/"),
		strict.replaceAll("%20", "+"),
		form,
		encodeURI(text.toWellFormed()),
	];
	const lower = upper.map((one) => one.replace(/%[0-9A-F]{2}/g, (hex) => hex.toLowerCase()));
	return new Set([...upper, ...lower]);
}

function percent(character: string): string {
	return `%${character.charCodeAt(0).toString(16).toUpperCase()}`;
}
