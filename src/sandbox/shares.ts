/**
 * Who gets how much when there is too little. CPU: a jail's weight (cpu.weight of cgroup v2) is its part of its owner's,
 * so that owners weigh the same however many jails each has; and an owner's falls with what its jails have used of
 * late, so that who uses little goes before who takes all it can get, and two who use the same weigh the same.
 * Memory: no owner has so much that another has none.
 * @module
 */

/** What all jails of an owner that has used nothing weigh together. The kernel's range for one is 1 to 10,000. */
const OWNER_WEIGHT = 4_000;
/** An owner that uses a whole core has an eleventh of that; by the square, so that little use costs little. */
const PER_SQUARE = 10;
/** A jail that starts in order to wait: more than the jails of who uses all, less than those of who uses little. */
export const WAITING_WEIGHT = 500;
/** What was used so long ago counts a third. */
const MEMORY_MS = 2_000;
const LOOK_MS = 500;
/** Less than this of a core is nothing. */
const LEAST_LOAD = 0.01;

/** A jail, as far as this is concerned. */
interface Weighed {
	/** CPU time since its start; 0 where nobody counts it. */
	cpuMs(): number;
	weigh(weight: number): void;
}

/** What the jails of one owner have in common. */
class Owner {
	readonly shares = new Set<Share>();
	/** Cores in use, of late. */
	load = 0;
	/** CPU time of jails that have ended since the last look. */
	endedMs = 0;

	/** What each jail weighs. */
	get weight(): number {
		return Math.max(1, Math.floor(OWNER_WEIGHT / (1 + PER_SQUARE * this.load ** 2) / this.shares.size));
	}

	/** Takes in what was used since the last look. */
	look(elapsedMs: number): void {
		let used = this.endedMs;
		this.endedMs = 0;
		for (const share of this.shares) used += share.used();
		const kept = Math.exp(-elapsedMs / MEMORY_MS);
		this.load = kept * this.load + (1 - kept) * (used / elapsedMs);
		this.tell();
	}

	tell(): void {
		for (const share of this.shares) share.tell(this.weight);
	}
}

/** One jail's part, from before its start until its end. */
export class Share {
	#jail: Weighed | null = null;
	#told = 0;
	#memoryMb = 0;
	#seenMs = 0;

	constructor(private readonly owner: Owner) {
		owner.shares.add(this);
		owner.tell();
	}

	/** What the jail weighs now. */
	get weight(): number {
		return this.owner.weight;
	}

	/** How many other jails its owner has, or is about to have. */
	get others(): number {
		return this.owner.shares.size - 1;
	}

	/** Takes memory for the jail if the owner then has no more than this, in MiB. Its only jail may have any. */
	claim(memoryMb: number, mostMb: number): boolean {
		let others = 0;
		for (const share of this.owner.shares) if (share !== this) others += share.#memoryMb;
		if (others > 0 && others + memoryMb > mostMb) return false;
		this.#memoryMb = memoryMb;
		return true;
	}

	/** The jail is there: from here on it is told its weight. @param waited its time so far was nobody's */
	give(jail: Weighed, waited: boolean): void {
		this.#jail = jail;
		if (waited) this.#seenMs = jail.cpuMs();
		this.tell(this.weight);
	}

	/** CPU time since the last call. */
	used(): number {
		const now = this.#jail?.cpuMs() ?? 0;
		const used = Math.max(0, now - this.#seenMs);
		this.#seenMs = now;
		return used;
	}

	tell(weight: number): void {
		if (!this.#jail || weight === this.#told) return;
		this.#told = weight;
		this.#jail.weigh(weight);
	}

	/** Idempotent. */
	close(): void {
		if (!this.owner.shares.has(this)) return;
		this.owner.endedMs += this.used();
		this.owner.shares.delete(this);
		this.owner.tell();
	}
}

/** The shares of all owners. */
export class Shares {
	readonly #owners = new Map<number, Owner>();
	#looking: ReturnType<typeof setInterval> | undefined;
	#last = 0;

	/** A part for one more jail of this owner. */
	open(owner: number): Share {
		const known = this.#owners.get(owner) ?? new Owner();
		this.#owners.set(owner, known);
		this.#looking ??= this.#start();
		return new Share(known);
	}

	/** Looks at what was used in the time since the last look. Forgets owners that have and use nothing. */
	look(elapsedMs: number): void {
		for (const [id, owner] of this.#owners) {
			owner.look(elapsedMs);
			if (owner.shares.size === 0 && owner.load < LEAST_LOAD) this.#owners.delete(id);
		}
		if (this.#owners.size === 0) this.close();
	}

	/** Ends the looking. */
	close(): void {
		clearInterval(this.#looking);
		this.#looking = undefined;
	}

	#start() {
		this.#last = performance.now();
		return setInterval(() => {
			const now = performance.now();
			this.look(now - this.#last);
			this.#last = now;
		}, LOOK_MS).unref();
	}
}
