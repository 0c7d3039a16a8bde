/**
 * Starts of jails, as many at once as there are cores: each takes a core, and more would only hold each other up until
 * all are late. Those that wait take turns by owner.
 * @module
 */
import { availableParallelism } from "node:os";

/** One core alone would stand still while a jail's processes hand over to each other. */
const LEAST = 2;

export class Starts {
	#running = 0;
	/** By owner, in the order of their turns; none is empty. */
	readonly #waiting = new Map<number, (() => void)[]>();

	constructor(private readonly most = Math.max(LEAST, availableParallelism())) {}

	/** Runs a start in its turn. Throws what it throws. */
	async run<T>(owner: number, start: () => Promise<T>): Promise<T> {
		if (this.#running < this.most) this.#running++;
		else await this.#turn(owner);
		try {
			return await start();
		} finally {
			this.#next();
		}
	}

	#turn(owner: number): Promise<void> {
		return new Promise((resolve) => {
			const queue = this.#waiting.get(owner) ?? [];
			this.#waiting.set(owner, queue);
			queue.push(resolve);
		});
	}

	/** Hands a place that has come free to the next. */
	#next(): void {
		const [entry] = this.#waiting;
		if (!entry) {
			this.#running--;
			return;
		}
		const [owner, queue] = entry;
		const go = queue.shift();
		this.#waiting.delete(owner);
		if (queue.length > 0) this.#waiting.set(owner, queue);
		go?.();
	}
}
