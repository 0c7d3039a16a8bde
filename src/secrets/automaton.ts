/**
 * Finds many words in bytes, in one pass whose time does not depend on what the bytes are.
 *
 * An Aho-Corasick automaton, for which a table of shifts (as in Wu and Manber's search) skips what can't begin a word:
 * ordinary text costs a fraction of a nanosecond a byte, text made to be slow a few.
 * @module
 */

/** Bytes that mean a label when they are found. */
export interface Word {
	bytes: Uint8Array;
	label: number;
}

/** Called at each place where a word ends, with the longest one that ends there. Positions count from `base`. */
export type Found = (start: number, end: number, label: number) => void;

const NONE = -1;
const BYTES = 256;
const MOST_SHIFT = 255;

export class Automaton {
	/** The node after the first byte of a word; node 0 is the root. */
	readonly #root = new Int32Array(BYTES);
	/** The byte that leads from a node to the node with the next number. Nearly every node has this one successor. */
	readonly #next: Int16Array;
	/** The other successors, by node and byte; `#forks` tells which nodes have any. */
	readonly #others = new Map<number, number>();
	readonly #forks: Uint8Array;
	/** The node of the longest proper suffix that begins a word. */
	readonly #suffix: Int32Array;
	readonly #depth: Int32Array;
	/** Of the longest word that ends at a node: length (0: none ends there) and label. */
	readonly #length: Int32Array;
	readonly #label: Int32Array;
	/** How far a window of `#window` bytes may move, by its last two bytes. */
	readonly #shift = new Uint8Array(BYTES * BYTES);
	readonly #window: number;
	#nodes = 1;

	/** @param words not empty, each of at least two bytes */
	constructor(words: readonly Word[]) {
		const most = words.reduce((sum, { bytes }) => sum + bytes.length, 1);
		this.#next = new Int16Array(most).fill(NONE);
		this.#forks = new Uint8Array(most);
		this.#suffix = new Int32Array(most);
		this.#depth = new Int32Array(most);
		this.#length = new Int32Array(most);
		this.#label = new Int32Array(most);
		const parents = new Int32Array(most);
		const bytesTo = new Uint8Array(most);
		for (const word of words) this.#add(word, parents, bytesTo);
		this.#linkSuffixes(parents, bytesTo);
		this.#window = words.reduce((least, { bytes }) => Math.min(least, bytes.length), MOST_SHIFT);
		this.#fillShifts(words);
	}

	/** How many of the last bytes before this state may still begin a word. */
	pending(state: number): number {
		let open = state;
		// What nothing follows can't become longer; its end still can begin a word.
		while (open !== 0 && this.#next[open] === NONE) open = this.#suffix[open] as number;
		return this.#depth[open] as number;
	}

	/** Reads on from a state (0 at first) and returns the state after the last byte. */
	scan(bytes: Uint8Array, from: number, base: number, found: Found): number {
		const [next, forks, suffix, length, root] = [
			this.#next,
			this.#forks,
			this.#suffix,
			this.#length,
			this.#root,
		];
		const end = bytes.length;
		let state = from;
		let at = 0;
		while (at < end) {
			if (state === 0) at = this.#skip(bytes, at);
			const byte = bytes[at++] as number;
			while (true) {
				if (state === 0) {
					state = root[byte] as number;
					break;
				}
				if (next[state] === byte) {
					state++;
					break;
				}
				const other = forks[state] ? this.#others.get(state * BYTES + byte) : undefined;
				if (other !== undefined) {
					state = other;
					break;
				}
				state = suffix[state] as number;
			}
			if (length[state]) {
				const stop = base + at;
				found(stop - (length[state] as number), stop, this.#label[state] as number);
			}
		}
		return state;
	}

	/** The first position from `at` where a word may begin. Less than a window before the end everything may. */
	#skip(bytes: Uint8Array, at: number): number {
		const shift = this.#shift;
		const window = this.#window;
		const last = bytes.length - window;
		let start = at;
		while (start <= last) {
			const tail = start + window;
			const by = shift[((bytes[tail - 2] as number) << 8) | (bytes[tail - 1] as number)] as number;
			if (by === 0) break;
			start += by;
		}
		return start;
	}

	#step(state: number, byte: number): number {
		if (state === 0) return this.#root[byte] as number;
		if (this.#next[state] === byte) return state + 1;
		return this.#forks[state] ? (this.#others.get(state * BYTES + byte) ?? 0) : 0;
	}

	#add({ bytes, label }: Word, parents: Int32Array, bytesTo: Uint8Array): void {
		let state = 0;
		for (let at = 0; at < bytes.length; at++) {
			const byte = bytes[at] as number;
			let to = this.#step(state, byte);
			if (to === 0) {
				to = this.#nodes++;
				if (state === 0) this.#root[byte] = to;
				else if (to === state + 1) this.#next[state] = byte;
				else {
					this.#others.set(state * BYTES + byte, to);
					this.#forks[state] = 1;
				}
				parents[to] = state;
				bytesTo[to] = byte;
				this.#depth[to] = at + 1;
			}
			state = to;
		}
		if (this.#length[state]) return;
		this.#length[state] = bytes.length;
		this.#label[state] = label;
	}

	/** Node by node in the order of their depth: each looks at nodes that are less deep. */
	#linkSuffixes(parents: Int32Array, bytesTo: Uint8Array): void {
		const [suffix, length, label] = [this.#suffix, this.#length, this.#label];
		const sorted = this.#byDepth();
		for (let at = 0; at < sorted.length; at++) {
			const node = sorted[at] as number;
			const parent = parents[node] as number;
			if (parent === 0) continue;
			const byte = bytesTo[node] as number;
			let state = suffix[parent] as number;
			let to = this.#step(state, byte);
			while (to === 0 && state !== 0) {
				state = suffix[state] as number;
				to = this.#step(state, byte);
			}
			suffix[node] = to;
			if (length[node] === 0) {
				length[node] = length[to] as number;
				label[node] = label[to] as number;
			}
		}
	}

	/** All nodes but the root, sorted by counting. */
	#byDepth(): Int32Array {
		const [depths, nodes] = [this.#depth, this.#nodes];
		let deepest = 0;
		for (let node = 1; node < nodes; node++) deepest = Math.max(deepest, depths[node] as number);
		const places = new Int32Array(deepest + 2);
		for (let node = 1; node < nodes; node++) (places[(depths[node] as number) + 1] as number) += 1;
		for (let depth = 1; depth < places.length; depth++)
			(places[depth] as number) += places[depth - 1] as number;
		const sorted = new Int32Array(nodes - 1);
		for (let node = 1; node < nodes; node++) {
			const depth = depths[node] as number;
			sorted[places[depth] as number] = node;
			(places[depth] as number) += 1;
		}
		return sorted;
	}

	#fillShifts(words: readonly Word[]): void {
		const window = this.#window;
		this.#shift.fill(window - 1);
		for (const { bytes } of words) {
			for (let at = 1; at < window; at++) {
				const pair = ((bytes[at - 1] as number) << 8) | (bytes[at] as number);
				const left = window - 1 - at;
				if (left < (this.#shift[pair] as number)) this.#shift[pair] = left;
			}
		}
	}
}
