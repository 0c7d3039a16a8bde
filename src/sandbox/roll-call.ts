/**
 * Asks the two processes of a jail that has waited whether they still answer: one that is stopped, frozen or stuck
 * would keep its user waiting until the deadline.
 * @module
 */
import type { Channel } from "./channel.ts";
import { encodeFrame } from "./frames.ts";

export type Party = "the runner" | "PID 1";

/** How long an answer may take. */
const ANSWER_MS = 1_000;

export class RollCall {
	#silent = new Set<Party>();
	#answered = () => {};

	/** Who has not answered in time, as a sentence; null when all have. `ended` cuts it short. */
	async take(parties: Record<Party, Channel | undefined>, ended: Promise<unknown>): Promise<string | null> {
		this.#silent = new Set(Object.keys(parties) as Party[]);
		let timer: Timer | undefined;
		const all = new Promise<void>((resolve) => {
			this.#answered = resolve;
			timer = setTimeout(resolve, ANSWER_MS);
		});
		for (const channel of Object.values(parties)) channel?.write(encodeFrame({ op: "ping" }));
		await Promise.race([all, ended]);
		clearTimeout(timer);
		const silent = [...this.#silent];
		this.#silent.clear();
		return silent.length > 0 ? `${silent.join(" and ")} did not answer within ${ANSWER_MS / 1_000} s` : null;
	}

	/** Takes a frame that may be an answer; false when nobody has asked this one. */
	heard(party: Party, header: Record<string, unknown>): boolean {
		if (header.op !== "pong" || !this.#silent.delete(party)) return false;
		if (this.#silent.size === 0) this.#answered();
		return true;
	}
}
