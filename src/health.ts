/**
 * Whether sandboxes can be had, told from how their starts went. `/healthz`, the metrics and the log have their words here.
 * @module
 */
import type { Log } from "./log.ts";

/** How a start went, and how the server is: one word each, with what it says of the server. */
export const HEALTH = {
	ok: "The last sandbox started well.",
	sandbox_failed: "The last sandbox did not start, or was not confined as asked.",
	not_confined: "Three sandboxes in a row were not confined as asked: none of them was used.",
} as const;
export type HealthWord = keyof typeof HEALTH;

const IN_A_ROW = 3;

export class Health {
	#word: HealthWord = "ok";
	#unconfined = 0;

	constructor(private readonly log: Log) {}

	/** `not_confined` from the third such start without a success between, `sandbox_failed` after any other that failed. */
	get word(): HealthWord {
		return this.#word;
	}

	/** Takes in how a start went; a change goes to the log. */
	started(result: HealthWord): void {
		if (result === "ok") this.#unconfined = 0;
		if (result === "not_confined") this.#unconfined++;
		const failed = this.#unconfined >= IN_A_ROW ? "not_confined" : "sandbox_failed";
		const word = result === "ok" ? "ok" : failed;
		if (word === this.#word) return;
		this.#word = word;
		this.log(word === "ok" ? "healthy" : "unhealthy", { status: word, reason: HEALTH[word] });
	}
}
