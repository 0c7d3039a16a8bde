/**
 * Work done several at a time.
 * @module
 */
import { PATIENCE } from "../../patience.ts";
import type { Random } from "./random.ts";

const LEAST = 4;
/** An emulated machine takes so long for one that others would wait in the queue for more than its ten seconds. */
const MOST = PATIENCE >= 10 ? LEAST : 8;
/** So many jobs are done at one width before another is chosen. */
const CHUNK = 40;

/** Does jobs 0 to `total` - 1, four to eight at a time. Throws what a job throws, when those beside it have ended. */
export async function doAll(
	total: number,
	random: Random,
	job: (number: number) => Promise<void>,
): Promise<void> {
	for (let start = 0; start < total; start += CHUNK) {
		const end = Math.min(start + CHUNK, total);
		let next = start;
		const work = async () => {
			while (next < end) await job(next++);
		};
		const width = LEAST + random.number(MOST - LEAST + 1);
		const ends = await Promise.allSettled(Array.from({ length: width }, work));
		for (const one of ends) if (one.status === "rejected") throw one.reason;
	}
}
