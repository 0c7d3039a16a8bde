/**
 * What jails ask of the server's own thread, a few milliseconds at a time: a flood waits behind everybody else, and
 * the floods of several take turns.
 * @module
 */

/** How long the thread works for jails before it looks at everything else. */
const SLICE_MS = 5;
/** When work that can't be done now is looked at again. */
const AGAIN_MS = 10;

interface Piece {
	work: () => void;
	/** False while it can't be done. */
	ready: () => boolean;
}

/** The lines whose turn comes, in this order. */
const lines = new Set<Line>();
let taking = false;

/** One jail's work, done in its order. */
export class Line {
	readonly #pieces: Piece[] = [];
	#again: Timer | undefined;

	get length(): number {
		return this.#pieces.length;
	}

	/** Adds a piece of work that takes a few milliseconds at the most; the promise is for what it returns or throws. */
	do<T>(work: () => T | Promise<T>, ready: () => boolean = () => true): Promise<T> {
		const { promise, resolve, reject } = Promise.withResolvers<T>();
		const settling = () => {
			try {
				resolve(work());
			} catch (error) {
				reject(error);
			}
		};
		this.#pieces.push({ work: settling, ready });
		if (this.#pieces.length === 1) this.#queue();
		return promise;
	}

	/** Does all that is left at once, whether or not it is ready. */
	flush(): void {
		lines.delete(this);
		clearTimeout(this.#again);
		for (const { work } of this.#pieces.splice(0)) work();
	}

	/** Does the next piece, and goes to the end of the queue. */
	step(): void {
		if (this.#pieces[0]?.ready() === false) {
			this.#again = setTimeout(() => this.#queue(), AGAIN_MS);
			return;
		}
		this.#pieces.shift()?.work();
		if (this.#pieces.length > 0) lines.add(this);
	}

	#queue(): void {
		lines.add(this);
		takeSoon();
	}
}

function takeSoon(): void {
	if (taking) return;
	taking = true;
	setImmediate(takeTurns);
}

function takeTurns(): void {
	const end = performance.now() + SLICE_MS;
	// Lines that are added meanwhile are reached too.
	for (const line of lines) {
		lines.delete(line);
		line.step();
		if (performance.now() > end) break;
	}
	taking = false;
	if (lines.size > 0) takeSoon();
}
