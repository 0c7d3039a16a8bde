/**
 * A budget of work for checking foreign data against a foreign schema, so that no pair of them holds the thread.
 * @module
 */

import { BrigError } from "../errors.ts";

/** About 20 ns each, measured: 2 million steps are some 40 ms. */
const STEPS = 2_000_000;
const MOST_MS = 50;
// Small inputs never reach the clock, so a busy machine can't make them fail.
const STEPS_BETWEEN_CLOCKS = 4096;

/** One check's budget; `spend` and `reserve` throw `input_too_complex` when it is used up. */
export class Work {
	#steps: number;
	#untilClock = STEPS_BETWEEN_CLOCKS;
	readonly #deadline: number;

	/** @param patience how many times the budget of the server's thread this one is */
	constructor(patience = 1) {
		this.#steps = STEPS * patience;
		this.#deadline = performance.now() + MOST_MS * patience;
	}

	spend(steps: number): void {
		this.#steps -= steps;
		this.#untilClock -= steps;
		if (this.#steps < 0) throw tooComplex();
		if (this.#untilClock > 0) return;
		this.#untilClock = STEPS_BETWEEN_CLOCKS;
		if (performance.now() > this.#deadline) throw tooComplex();
	}

	/** Refuses work that can't be interrupted and may take longer than the time that is left. */
	reserve(worstMs: number): void {
		if (worstMs > 1 && performance.now() + worstMs > this.#deadline) throw tooComplex();
	}
}

/** The error of a used-up budget. */
export function tooComplex(): BrigError {
	return new BrigError("input_too_complex");
}
