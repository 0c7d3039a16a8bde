/**
 * Random numbers that can be had again: the seed is printed, and BRIG_SOAK_SEED sets it.
 * @module
 */

export interface Random {
	readonly seed: number;
	/** From 0 to, and without, `below`. */
	number(below: number): number;
	/** One of these. Throws when there is none. */
	pick<T>(choices: readonly T[]): T;
}

/** Mulberry32, which is as random as choosing a moment needs. */
export function seeded(seed = Number(process.env.BRIG_SOAK_SEED) || Date.now() & 0x7fff_ffff): Random {
	let state = seed;
	const next = () => {
		state = (state + 0x6d2b79f5) | 0;
		let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
		mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
		return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
	};
	return {
		seed,
		number: (below) => Math.floor(next() * below),
		pick(choices) {
			const chosen = choices[Math.floor(next() * choices.length)];
			if (chosen === undefined) throw new Error("there is nothing to choose from");
			return chosen;
		},
	};
}
