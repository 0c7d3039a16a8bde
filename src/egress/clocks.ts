/**
 * The three clocks of one connection.
 * @module
 */
import type { EgressLimits } from "./limits.ts";

export class Clocks {
	#active = performance.now();
	#step: Timer | undefined;
	#idle: Timer | undefined;
	readonly #total: Timer;

	/** `late` is called with what took too long: a step of the protocol, a pause, or all of it. */
	constructor(
		private readonly limits: EgressLimits,
		private readonly late: (what: "step" | "idle" | "total") => void,
	) {
		this.#total = setTimeout(() => late("total"), limits.total_ms);
		this.startStep();
		this.#watchIdle(limits.idle_ms);
	}

	/** The next step must be whole in time, however busy the connection is. */
	startStep(): void {
		clearTimeout(this.#step);
		this.#step = setTimeout(() => this.late("step"), this.limits.head_ms);
	}

	endStep(): void {
		clearTimeout(this.#step);
	}

	/** A byte has moved. */
	touch(): void {
		this.#active = performance.now();
	}

	stop(): void {
		for (const timer of [this.#step, this.#idle, this.#total]) clearTimeout(timer);
	}

	#watchIdle(ms: number): void {
		this.#idle = setTimeout(() => {
			const left = this.#active + this.limits.idle_ms - performance.now();
			if (left <= 0) this.late("idle");
			else this.#watchIdle(left);
		}, ms);
	}
}
