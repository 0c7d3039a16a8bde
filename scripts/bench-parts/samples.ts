/**
 * Repeated measurements, and what is said of them.
 * @module
 */

/** One row of the table. */
export interface Row {
	what: string;
	unit: "ms" | "MB" | "/s" | "tokens";
	median: number;
	/** Null for what was measured once. */
	p95: number | null;
	runs: number;
	/** Against the bare jail's time or memory, measured in the same minute; null where there is none to compare. */
	ratio: number | null;
}

export interface Samples {
	median: number;
	p95: number;
	runs: number;
}

/** Times of `runs` runs in ms, after one that is not counted. `between` runs outside of the clock. */
export async function timed(
	runs: number,
	work: (run: number) => Promise<unknown>,
	between?: () => Promise<unknown>,
): Promise<Samples> {
	await work(-1);
	const times: number[] = [];
	for (let run = 0; run < runs; run++) {
		await between?.();
		const start = performance.now();
		await work(run);
		times.push(performance.now() - start);
	}
	return summed(times);
}

export function summed(values: readonly number[]): Samples {
	const sorted = values.toSorted((a, b) => a - b);
	const at = (share: number) => sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? 0;
	return { median: at(0.5), p95: at(0.95), runs: sorted.length };
}
