/**
 * When a certificate is renewed, and how long to wait after a failure.
 * @module
 */

const MINUTE_MS = 60_000;
const BEFORE_END_MS = 30 * 24 * 60 * MINUTE_MS;
const LONGEST_WAIT_MS = 6 * 60 * MINUTE_MS;

/** 30 days before the end; for one that lives less than 90 days, when a third of its life is left. */
export function renewalTime({ notBefore, notAfter }: { notBefore: Date; notAfter: Date }): number {
	const life = notAfter.getTime() - notBefore.getTime();
	return notAfter.getTime() - Math.min(BEFORE_END_MS, life / 3);
}

/**
 * Milliseconds to wait after so many failures in a row: a minute, doubled each time, at most six hours, and up to a
 * fifth more by chance, so that servers that failed together don't come back together.
 * The authorities' own limits are looser: five failed checks an hour.
 */
export function waitAfter(failures: number, chance = Math.random()): number {
	const wait = Math.min(LONGEST_WAIT_MS, MINUTE_MS * 2 ** Math.min(failures - 1, 20));
	return Math.round(wait * (1 + chance / 5));
}
