/**
 * Who gets how much when there is too little. CPU: every owner of jails the same, however many jails it has. A jail's
 * weight (cpu.weight of cgroup v2) is its part of its owner's, and changes as others of its owner come and go. Memory:
 * no owner so much that another has none.
 * @module
 */

/** What all jails of one owner weigh together. The kernel's range is 1 to 10,000. */
const OWNER_WEIGHT = 1_000;
/** A jail that starts in order to wait: less than one that works, but it is for whoever comes next. */
export const WAITING_WEIGHT = 500;

/** A jail, as far as this is concerned. */
interface Weighed {
	weigh(weight: number): void;
}

/** One jail's part, from before its start until its end. */
export class Share {
	#jail: Weighed | null = null;
	#memoryMb = 0;

	constructor(
		private readonly all: Set<Share>,
		private readonly empty: () => void,
	) {
		all.add(this);
		this.#tellAll();
	}

	/** What the jail weighs now. */
	get weight(): number {
		return Math.max(1, Math.floor(OWNER_WEIGHT / this.all.size));
	}

	/** How many other jails its owner has, or is about to have. */
	get others(): number {
		return this.all.size - 1;
	}

	/** Takes memory for the jail if the owner then has no more than this, in MiB. Its only jail may have any. */
	claim(memoryMb: number, mostMb: number): boolean {
		let others = 0;
		for (const share of this.all) if (share !== this) others += share.#memoryMb;
		if (others > 0 && others + memoryMb > mostMb) return false;
		this.#memoryMb = memoryMb;
		return true;
	}

	/** The jail is there: from here on it is told its weight. */
	give(jail: Weighed): void {
		this.#jail = jail;
		jail.weigh(this.weight);
	}

	/** Idempotent. */
	close(): void {
		if (!this.all.delete(this)) return;
		if (this.all.size === 0) this.empty();
		else this.#tellAll();
	}

	#tellAll(): void {
		for (const share of this.all) share.#jail?.weigh(share.weight);
	}
}

/** The shares of all owners. */
export class Shares {
	readonly #owners = new Map<number, Set<Share>>();

	/** A part for one more jail of this owner. */
	open(owner: number): Share {
		const all = this.#owners.get(owner) ?? new Set();
		this.#owners.set(owner, all);
		return new Share(all, () => this.#owners.delete(owner));
	}
}
