/**
 * Changing a source in place, so that what stays keeps its line and column.
 * @module
 */

interface Edit {
	start: number;
	end: number;
	text: string;
}

const NOT_NEWLINE = /[^\r\n\u2028\u2029]/g;

/** A list of changes to one source; `apply` gives the changed text. */
export class Edits {
	readonly #edits: Edit[] = [];
	readonly #ends = new Set<number>();

	constructor(readonly source: string) {}

	/** Turns a range into spaces, keeping its line breaks. */
	blank(start: number, end: number): void {
		if (end > start) this.replace(start, end, this.source.slice(start, end).replace(NOT_NEWLINE, " "));
	}

	/** Blanks a whole statement, leaving `;`: what stands before and after must not join. */
	blankStatement(start: number, end: number): void {
		this.replace(start, start + 1, ";");
		this.blank(start + 1, end);
	}

	/** Puts `text` in the place of a range. */
	replace(start: number, end: number, text: string): void {
		this.#edits.push({ start, end, text });
		this.#ends.add(end);
	}

	/** Puts `text` before the character at `at`. */
	insert(at: number, text: string): void {
		this.#edits.push({ start: at, end: at, text });
	}

	/** Whether a change ends just before `at`. */
	endsAt(at: number): boolean {
		return this.#ends.has(at);
	}

	/** The changed source; a change inside an earlier one's range is dropped. */
	apply(): string {
		const sorted = this.#edits.sort(
			(a, b) => a.start - b.start || Number(a.end > a.start) - Number(b.end > b.start),
		);
		const parts: string[] = [];
		let at = 0;
		for (const { start, end, text } of sorted) {
			if (start < at) continue;
			parts.push(this.source.slice(at, start), text);
			at = end;
		}
		parts.push(this.source.slice(at));
		return parts.join("");
	}
}
