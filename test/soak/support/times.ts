/** What many times come to. @module */

export const median = (times: readonly number[]): number => quantile(times, 0.5);
/** The time that 99 of 100 stayed under. */
export const p99 = (times: readonly number[]): number => quantile(times, 0.99);

function quantile(times: readonly number[], part: number): number {
	const sorted = [...times].sort((a, b) => a - b);
	return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * part))] ?? Number.NaN;
}
