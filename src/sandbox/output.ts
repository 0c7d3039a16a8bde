/**
 * What a program prints, bounded: the head and the tail are kept, the middle is counted.
 * @module
 */

/** Sees bytes on their way in; holds back what it can't judge yet. */
export interface OutputFilter {
	push(piece: Uint8Array): Uint8Array;
	/** What it still holds. */
	end(): Uint8Array;
}

/** Collects one stream. Memory is at most `limit` bytes and one chunk, however much arrives. */
export class Output {
	#head: Uint8Array[] = [];
	#headBytes = 0;
	#tail: Uint8Array[] = [];
	#tailBytes = 0;
	#total = 0;
	#filter: OutputFilter | null = null;
	readonly #half: number;

	/** @param limit the most bytes of the text that `text()` returns, the sentence about the cut aside */
	constructor(limit: number) {
		this.#half = Math.floor(limit / 2);
	}

	/** From here on every byte goes through the filter. */
	filter(filter: OutputFilter): void {
		this.#filter = filter;
	}

	/** Copies what it keeps: a chunk is its owner's again afterwards. */
	push(chunk: Uint8Array): void {
		this.#keep(this.#filter ? this.#filter.push(chunk) : chunk);
	}

	#keep(chunk: Uint8Array): void {
		this.#total += chunk.length;
		const room = this.#half - this.#headBytes;
		if (room > 0) {
			const part = new Uint8Array(chunk.subarray(0, room));
			this.#head.push(part);
			this.#headBytes += part.length;
		}
		if (chunk.length <= room) return;
		const rest = new Uint8Array(chunk.subarray(Math.max(room, chunk.length - this.#half)));
		this.#tail.push(rest);
		this.#tailBytes += rest.length;
		this.#trimTail();
	}

	/** The text so far; where it was cut, a line in the middle says how much is missing. */
	text(): string {
		if (this.#filter) this.#keep(this.#filter.end());
		const head = Buffer.concat(this.#head);
		const tail = Buffer.concat(this.#tail).subarray(Math.max(0, this.#tailBytes - this.#half));
		const missing = this.#total - head.length - tail.length;
		if (missing === 0) return decode(Buffer.concat([head, tail]));
		return `${decode(head)}\n[… ${missing} of ${this.#total} bytes left out: print less, or return the data …]\n${decode(tail)}`;
	}

	/** Whole chunks at the front go as soon as the rest alone fills the tail; small ones are merged now and then. */
	#trimTail(): void {
		for (
			let first = this.#tail[0];
			first && this.#tailBytes - first.length >= this.#half;
			first = this.#tail[0]
		) {
			this.#tail.shift();
			this.#tailBytes -= first.length;
		}
		if (this.#tail.length > 1024) {
			const merged = Buffer.concat(this.#tail);
			this.#tail = [merged];
			this.#tailBytes = merged.length;
		}
	}
}

/** Invalid UTF-8, also a character that the cut split, becomes U+FFFD. */
function decode(bytes: Uint8Array): string {
	return new TextDecoder().decode(bytes);
}
