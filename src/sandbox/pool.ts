/**
 * Jails that wait, attested and ready, for their one use: a request need not wait for a start.
 * @module
 */
import type { Jail } from "./jail.ts";

interface Waiting {
	jail: Jail;
	since: number;
}

/** Old jails are replaced, so that none waits with a stale idea of the host. */
const MOST_AGE_MS = 10 * 60_000;
/** After a start that failed the pool rests; a request tries for itself meanwhile. */
const REST_MS = 5_000;

export class Pool {
	readonly #waiting = new Map<string, Waiting[]>();
	readonly #starters = new Map<string, () => Promise<Jail>>();
	#refilling = false;
	#restUntil = 0;
	#rested: Timer | undefined;
	#closed = false;

	/**
	 * @param size jails of each kind that wait
	 * @param room false while memory is needed elsewhere: nothing is started then
	 */
	constructor(
		private readonly size: number,
		private readonly room: () => boolean,
	) {}

	/** Names a kind of jail that the pool keeps ready. `first`, which was started already, waits or is given up. */
	async keep(kind: string, start: () => Promise<Jail>, first?: Jail): Promise<void> {
		this.#starters.set(kind, start);
		const waits = first && this.size > 0 && !this.#closed;
		this.#waiting.set(kind, waits ? [{ jail: first, since: performance.now() }] : []);
		void this.refill();
		if (!waits) await first?.destroy();
	}

	/** A jail of this kind that is alive, or null. It is not in the pool any more. @param leave so many stay */
	take(kind: string, leave: number): Jail | null {
		const waiting = this.#waiting.get(kind);
		if (!waiting || waiting.length <= leave) return null;
		for (let next = waiting.shift(); next; next = waiting.shift()) {
			if (!next.jail.over && performance.now() - next.since < MOST_AGE_MS) return next.jail;
			void next.jail.destroy();
		}
		return null;
	}

	/** How many of a kind wait. */
	waiting(kind: string): number {
		return this.#waiting.get(kind)?.length ?? 0;
	}

	/** Gives up every jail that waits; true when there was one. */
	async drain(): Promise<boolean> {
		const all = [...this.#waiting.values()].flatMap((waiting) => waiting.splice(0));
		await Promise.all(all.map(({ jail }) => jail.destroy()));
		return all.length > 0;
	}

	/** Starts what is missing, one after the other, behind whatever requests start for themselves. */
	async refill(): Promise<void> {
		if (this.#refilling || this.#closed) return;
		this.#refilling = true;
		try {
			for (let kind = this.#lacking(); kind !== null; kind = this.#lacking()) {
				const jail = await (this.#starters.get(kind) as () => Promise<Jail>)();
				if (this.#closed || !this.room()) return void jail.destroy();
				this.#waiting.get(kind)?.push({ jail, since: performance.now() });
			}
		} catch {
			// The sandboxes have counted and logged it.
			this.#restUntil = performance.now() + REST_MS;
			clearTimeout(this.#rested);
			this.#rested = setTimeout(() => void this.refill(), REST_MS + 10);
		} finally {
			this.#refilling = false;
		}
	}

	close(): void {
		this.#closed = true;
		clearTimeout(this.#rested);
		void this.drain();
	}

	/** The kind with the fewest waiting that are alive, if it has too few. */
	#lacking(): string | null {
		if (this.#closed || !this.room() || performance.now() < this.#restUntil) return null;
		for (const [kind, waiting] of this.#waiting) {
			this.#waiting.set(
				kind,
				waiting.filter(({ jail }) => !jail.over),
			);
		}
		const [kind, waiting] = [...this.#waiting].sort(([, a], [, b]) => a.length - b.length)[0] ?? [null, []];
		return kind !== null && waiting.length < this.size ? kind : null;
	}
}
