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
	#resting = false;
	#closed = false;

	/**
	 * @param size jails of each kind that wait
	 * @param room false while memory is needed elsewhere: nothing is started then
	 */
	constructor(
		private readonly size: number,
		private readonly room: () => boolean,
		private readonly restMs = REST_MS,
	) {}

	/** Names a kind of jail that the pool keeps ready. `first`, which was started already, waits or is given up. */
	async keep(kind: string, start: () => Promise<Jail>, first?: Jail): Promise<void> {
		this.#starters.set(kind, start);
		this.#waiting.set(kind, []);
		const waits = first && this.size > 0 && !this.#closed;
		if (waits) this.#add(kind, first);
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
				this.#add(kind, jail);
			}
		} catch {
			// The sandboxes have counted and logged it.
			this.#rest();
		} finally {
			this.#refilling = false;
		}
	}

	close(): void {
		this.#closed = true;
		void this.drain();
	}

	#add(kind: string, jail: Jail): void {
		const waiting = this.#waiting.get(kind) ?? [];
		const one = { jail, since: performance.now() };
		waiting.push(one);
		void jail.ended.then(() => {
			const index = waiting.indexOf(one);
			if (index < 0) return;
			waiting.splice(index, 1);
			this.#rest();
		});
	}

	/** Starts nothing for a while; then tries again, whether or not somebody has asked meanwhile. */
	#rest(): void {
		this.#resting = true;
		setTimeout(() => {
			this.#resting = false;
			void this.refill();
		}, this.restMs).unref();
	}

	/** The kind with the fewest waiting, if it has too few. */
	#lacking(): string | null {
		if (this.#closed || !this.room() || this.#resting) return null;
		const [kind, waiting] = [...this.#waiting].sort(([, a], [, b]) => a.length - b.length)[0] ?? [null, []];
		return kind !== null && waiting.length < this.size ? kind : null;
	}
}
