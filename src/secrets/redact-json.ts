/**
 * Values replaced in JSON text so that it stays JSON.
 *
 * Within a string a value is replaced in place, together with an escape that it begins or ends in. Anything else that
 * a value takes part of, a number, a bracket, a whole object, becomes one string: the smallest JSON value around it.
 * @module
 */
import type { Span } from "./spans.ts";

/** What a marker takes the place of: a part of a string, or a whole JSON value, which becomes a string. */
export interface Patch extends Span {
	whole: boolean;
}

/** A span that no value so far contains, and how many lists and objects are open around its start. */
interface Waiting {
	span: Span;
	depth: number;
}

const [OTHER, BETWEEN, OPENING, CLOSING] = [0, 1, 2, 3];
const KINDS = new Uint8Array(256);
for (const byte of Buffer.from(",: \t\r\n")) KINDS[byte] = BETWEEN;
for (const byte of Buffer.from("[{")) KINDS[byte] = OPENING;
for (const byte of Buffer.from("]}")) KINDS[byte] = CLOSING;
const [QUOTE, BACKSLASH, LETTER_U] = [0x22, 0x5c, 0x75];
const ESCAPE = 2;
const UNICODE_ESCAPE = 6;

/**
 * What to replace in JSON text so that the spans are gone: in order, without overlaps, in linear time. Text that is
 * not JSON does not become it, but loses the spans all the same.
 *
 * @param spans in order, without overlaps
 */
export function jsonPatches(bytes: Uint8Array, spans: readonly Span[]): Patch[] {
	const patches: Patch[] = [];
	// The text itself is around everything.
	const open = [0];
	const waiting: Waiting[] = [];
	const close = (end: number) => {
		const start = open.pop() as number;
		const last = waiting.at(-1);
		// Only the last span in this value can go on after it: then it is for the one around.
		const beyond = last && last.depth > open.length && last.span.end > end ? waiting.pop() : undefined;
		const inside: Span[] = [];
		while ((waiting.at(-1)?.depth ?? 0) > open.length) inside.push((waiting.pop() as Waiting).span);
		if (beyond) waiting.push({ span: beyond.span, depth: open.length });
		if (inside.length > 0) patches.push({ start, end, labels: labelsOf(inside.reverse()), whole: true });
	};
	let next = 0;
	for (let at = 0; at < bytes.length && (next < spans.length || waiting.length > 0); ) {
		const byte = bytes[at] as number;
		const kind = KINDS[byte];
		if (kind === OPENING) open.push(at);
		const end = kind === OTHER ? tokenEnd(bytes, at) : at + 1;
		let edge = at + 1;
		for (let span = spans[next]; span && span.start < end; span = spans[++next]) {
			if (byte === QUOTE && span.start > at && span.end < end) {
				const patch = widened(bytes, edge, span);
				patches.push(patch);
				edge = patch.end;
			} else if (kind === OTHER && span.end <= end) {
				patches.push({ start: at, end, labels: span.labels, whole: true });
			} else waiting.push({ span, depth: open.length });
		}
		if (kind === CLOSING && open.length > 1) close(end);
		at = end;
	}
	if (waiting.length > 0) while (open.length > 0) close(bytes.length);
	return outermost(patches);
}

/** The position after the string, number or word that begins here. */
function tokenEnd(bytes: Uint8Array, start: number): number {
	const { length } = bytes;
	let at = start + 1;
	if (bytes[start] === QUOTE) {
		while (at < length && bytes[at] !== QUOTE) at += bytes[at] === BACKSLASH ? ESCAPE : 1;
		return Math.min(at + 1, length);
	}
	while (at < length && bytes[at] !== QUOTE && KINDS[bytes[at] as number] === OTHER) at++;
	return at;
}

/** A span within a string, widened to whole escapes. `edge` is a position before it where an escape may begin. */
function widened(bytes: Uint8Array, edge: number, span: Span): Patch {
	let start = edge;
	let end = edge;
	while (end < span.end) {
		if (end <= span.start) start = end;
		if (bytes[end] !== BACKSLASH) end++;
		else end += bytes[end + 1] === LETTER_U ? UNICODE_ESCAPE : ESCAPE;
	}
	return { start, end, labels: span.labels, whole: false };
}

/** Patches in order, those within another left out. */
function outermost(patches: Patch[]): Patch[] {
	const kept: Patch[] = [];
	for (const patch of patches.sort((a, b) => a.start - b.start || b.end - a.end)) {
		const around = kept.at(-1);
		if (around && patch.start < around.end) around.labels = labelsOf([around, patch]);
		else if (patch.end > patch.start) kept.push(patch);
	}
	return kept;
}

function labelsOf(spans: readonly Span[]): number[] {
	return [...new Set(spans.flatMap(({ labels }) => labels))];
}
