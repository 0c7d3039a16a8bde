/**
 * Where checks run programs: one interface for the running server's sandboxes and for some of our own.
 * @module
 */
import type { Language } from "../result.ts";

/** How one program went. */
export type Ran =
	| {
			ok: true;
			/** The result. */
			value: unknown;
			/** All that came out: the result's JSON and what was printed. */
			text: string;
			/** From the request to a result; of a sandbox of our own, to its being ready. */
			ms: number;
	  }
	/** `busy`: nothing is wrong, others have all there is. */
	| { ok: false; busy: boolean; reason: string };

export interface Sandboxes {
	/** What a time of theirs is: completes "80 ms …". */
	readonly measured: string;
	/** Runs one program. Rejects only for faults of ours. */
	run(language: Language, code: string, signal: AbortSignal): Promise<Ran>;
	close(): Promise<void>;
}
