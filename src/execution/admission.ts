/**
 * How many executions run at once, who waits, and whose turn it is: no namespace waits for all that another asks for.
 * @module
 */
import { QUEUE_LENGTH, QUEUE_MS } from "../limits.ts";

/** Gives the place back; harmless when called twice. */
export type Release = () => void;

/** Where there are several namespaces, each leaves this share of the places to the others. */
const KEPT_FOR_OTHERS = 1 / 4;

/**
 * Up to `places` at once; the rest wait, each namespace in a queue of bounded length, for a bounded time. A place that
 * comes free goes to the namespace that has the fewest, and among equals to the one whose last turn is longest ago.
 */
export class Admission {
	#running = 0;
	/** Those that wait, by namespace, in the order of their turns; none is empty. */
	readonly #queues = new Map<number, Set<() => void>>();
	/** How many places each namespace has, without those that have none. */
	readonly #held = new Map<number, number>();
	#idle: (() => void)[] = [];

	/** @param several whether there is more than one namespace: a lone one may have every place */
	constructor(
		public places: number,
		private readonly several: () => boolean,
	) {}

	/** From now on there are so many places; who has one keeps it. */
	resize(places: number): void {
		this.places = places;
		this.#letIn();
	}

	/** A place, or null when none came free in time, the namespace's queue is full, or `signal` fired. */
	acquire(namespaceId: number, signal?: AbortSignal): Promise<Release | null> {
		if (signal?.aborted) return Promise.resolve(null);
		if (this.#mayHave(namespaceId)) return Promise.resolve(this.#give(namespaceId));
		const queue = this.#queues.get(namespaceId) ?? new Set();
		if (queue.size >= QUEUE_LENGTH) return Promise.resolve(null);
		this.#queues.set(namespaceId, queue);
		return new Promise((resolve) => {
			const settle = (release: Release | null) => {
				queue.delete(turn);
				if (queue.size === 0) this.#queues.delete(namespaceId);
				clearTimeout(timer);
				signal?.removeEventListener("abort", leave);
				resolve(release);
			};
			const turn = () => settle(this.#give(namespaceId));
			const leave = () => settle(null);
			const timer = setTimeout(leave, QUEUE_MS);
			signal?.addEventListener("abort", leave);
			queue.add(turn);
		});
	}

	/** How many places are taken. */
	get running(): number {
		return this.#running;
	}

	/** How many wait for one. */
	get queue(): number {
		let waiting = 0;
		for (const queue of this.#queues.values()) waiting += queue.size;
		return waiting;
	}

	/** Resolves when nothing runs and nothing waits. */
	idle(): Promise<void> {
		if (this.#running === 0) return Promise.resolve();
		return new Promise((resolve) => this.#idle.push(resolve));
	}

	#holds(namespaceId: number): number {
		return this.#held.get(namespaceId) ?? 0;
	}

	#mayHave(namespaceId: number): boolean {
		if (this.#running >= this.places) return false;
		const most = Math.max(1, this.places - Math.ceil(this.places * KEPT_FOR_OTHERS));
		return this.#holds(namespaceId) < most || !this.several();
	}

	#give(namespaceId: number): Release {
		this.#running++;
		this.#held.set(namespaceId, this.#holds(namespaceId) + 1);
		let given = false;
		return () => {
			if (given) return;
			given = true;
			this.#running--;
			const left = this.#holds(namespaceId) - 1;
			if (left > 0) this.#held.set(namespaceId, left);
			else this.#held.delete(namespaceId);
			this.#letIn();
			if (this.#running === 0) for (const resolve of this.#idle.splice(0)) resolve();
		};
	}

	/** Gives free places to those that wait, for as long as one of them may have one. */
	#letIn(): void {
		for (;;) {
			const may = [...this.#queues.keys()].filter((id) => this.#mayHave(id));
			// The sort keeps equals in the order of their turns.
			const [next] = may.sort((a, b) => this.#holds(a) - this.#holds(b));
			const queue = next !== undefined && this.#queues.get(next);
			if (!queue) return;
			this.#queues.delete(next);
			this.#queues.set(next, queue);
			const [turn] = queue;
			turn?.();
		}
	}
}
