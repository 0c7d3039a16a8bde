/**
 * Asks the two processes of a jail that has waited whether they still answer: one that is stopped, frozen or stuck
 * would keep its user waiting until the deadline.
 * @module
 */
import type { Channel } from "./channel.ts";
import { encodeFrame } from "./frames.ts";

export type Party = "the runner" | "PID 1";

export class RollCall {
	#silent = new Set<Party>();
	#answered = () => {};

	/** Those who have not answered after `ms`, or by the time that `ended` resolves. */
	async take(parties: readonly [Party, Channel | undefined][], ended: Promise<unknown>, ms: number) {
		this.#silent = new Set(parties.map(([party]) => party));
		let timer: Timer | undefined;
		const all = new Promise<void>((resolve) => {
			this.#answered = resolve;
			timer = setTimeout(resolve, ms);
		});
		for (const [, channel] of parties) channel?.write(encodeFrame({ op: "ping" }));
		await Promise.race([all, ended]);
		clearTimeout(timer);
		const silent = [...this.#silent];
		this.#silent.clear();
		return silent;
	}

	/** Takes a frame that may be an answer; false when nobody has asked this one. */
	heard(party: Party, header: Record<string, unknown>): boolean {
		if (header.op !== "pong" || !this.#silent.delete(party)) return false;
		if (this.#silent.size === 0) this.#answered();
		return true;
	}
}
