/**
 * Where values were found, with what overlaps put together, and what takes their place.
 * @module
 */

/** A stretch of bytes that one value, or several that overlap, take up. */
export interface Span {
	start: number;
	end: number;
	/** The labels of its values, in their order. */
	labels: readonly number[];
}

/** Spans in the order of their positions. What lies inside another value is part of that. */
export class Spans {
	readonly all: Span[] = [];
	/** Most spans have one label: they share it. */
	readonly #single: (readonly number[])[] = [];

	/** Adds a find. Finds come in the order of their ends, each end once. */
	add(start: number, end: number, label: number): void {
		const { all } = this;
		this.#single[label] ??= [label];
		const labels = this.#single[label];
		let top = all[all.length - 1];
		while (top && start <= top.start) {
			all.pop();
			top = all[all.length - 1];
		}
		if (!top || start >= top.end) {
			all.push({ start, end, labels });
			return;
		}
		top.end = end;
		if (top.labels !== labels && !top.labels.includes(label)) top.labels = [...top.labels, label];
	}

	/** Takes out the spans that end at or before a position. */
	takeUntil(position: number): Span[] {
		if (this.all.length === 0) return this.all;
		const open = this.all.findIndex((span) => span.end > position);
		return this.all.splice(0, open < 0 ? this.all.length : open);
	}
}

/** The bytes with other bytes in the place of each span. Spans are in order, without overlaps. */
export function replaceSpans<S extends Span>(
	bytes: Uint8Array,
	spans: readonly S[],
	replacement: (span: S) => Uint8Array,
): Uint8Array {
	let length = bytes.length;
	for (const span of spans) length += replacement(span).length - (span.end - span.start);
	const source = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length);
	const target = Buffer.allocUnsafe(length);
	let from = 0;
	let to = 0;
	for (const span of spans) {
		to += source.copy(target, to, from, span.start);
		const by = replacement(span);
		target.set(by, to);
		to += by.length;
		from = span.end;
	}
	source.copy(target, to, from);
	return target;
}
