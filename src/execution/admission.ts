/**
 * How many executions run at once, and who waits.
 * @module
 */
import { QUEUE_LENGTH, QUEUE_MS } from "../limits.ts";

/** Gives the place back; harmless when called twice. */
export type Release = () => void;

/** First come, first served, up to `places` at once; the rest wait in a queue of bounded length and time. */
export class Admission {
	#free: number;
	readonly #waiting = new Set<() => void>();
	#idle: (() => void)[] = [];

	constructor(readonly places: number) {
		this.#free = places;
	}

	/** A place, or null when none came free in time, the queue is full, or `signal` fired. */
	acquire(signal?: AbortSignal): Promise<Release | null> {
		if (signal?.aborted) return Promise.resolve(null);
		if (this.#free > 0) {
			this.#free--;
			return Promise.resolve(this.#release());
		}
		if (this.#waiting.size >= QUEUE_LENGTH) return Promise.resolve(null);
		return new Promise((resolve) => {
			const settle = (release: Release | null) => {
				this.#waiting.delete(turn);
				clearTimeout(timer);
				signal?.removeEventListener("abort", leave);
				resolve(release);
			};
			const turn = () => settle(this.#release());
			const leave = () => settle(null);
			const timer = setTimeout(leave, QUEUE_MS);
			signal?.addEventListener("abort", leave);
			this.#waiting.add(turn);
		});
	}

	/** How many places are taken. */
	get running(): number {
		return this.places - this.#free;
	}

	/** How many wait for one. */
	get queue(): number {
		return this.#waiting.size;
	}

	/** Resolves when nothing runs and nothing waits. */
	idle(): Promise<void> {
		if (this.#free === this.places) return Promise.resolve();
		return new Promise((resolve) => this.#idle.push(resolve));
	}

	#release(): Release {
		let given = false;
		return () => {
			if (given) return;
			given = true;
			const [next] = this.#waiting;
			if (next) return next();
			this.#free++;
			if (this.#free === this.places) for (const resolve of this.#idle.splice(0)) resolve();
		};
	}
}
