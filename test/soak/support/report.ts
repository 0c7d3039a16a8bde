/**
 * What a long test tells while it runs and at its end, for whoever has asked: lines in the file that BRIG_SOAK_REPORT
 * names. `progress` lines say how far it is, the others are its findings.
 * @module
 */
import { appendFileSync } from "node:fs";

const FILE = process.env.BRIG_SOAK_REPORT;
/** Between two lines of progress. */
const PAUSE_MS = 5_000;

/** One finding. */
export function report(line: string): void {
	if (FILE) appendFileSync(FILE, `${line}\n`);
}

/** What was counted before and after. */
export function reportCounts(before: Record<string, number>, after: Record<string, number>): void {
	for (const name of Object.keys({ ...before, ...after }))
		report(`  ${name.padEnd(40)} before ${before[name] ?? 0}, after ${after[name] ?? 0}`);
}

/** Tells now and then how many of `total` are done. */
export function progress(what: string, total: number): (done: number) => void {
	let last = Date.now();
	return (done) => {
		if (Date.now() - last < PAUSE_MS && done < total) return;
		last = Date.now();
		report(`progress ${what}: ${done} of ${total}`);
	};
}
