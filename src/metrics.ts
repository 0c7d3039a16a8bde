/**
 * What the server counts for `GET /metrics`. Labels take words from our own tables and nothing else: no name, key or
 * text of a user ever becomes one.
 * @module
 */
import { Counter, Histogram, Registry } from "prom-client";
import { ERRORS, type ErrorCode } from "./errors.ts";
import { HEALTH, type HealthWord } from "./health.ts";
import { LANGUAGES, type Language, STATUSES, type Status } from "./result.ts";

const START_SECONDS = [0.02, 0.05, 0.1, 0.2, 0.5, 1, 2, 5, 10];
const EXECUTION_SECONDS = [0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1, 2, 5, 10, 30, 60, 300];

export class Metrics {
	readonly registry = new Registry();
	readonly #executions = this.#counter("executions_total", "Executions that ended.", ["status"]);
	readonly #executionSeconds = this.#histogram(
		"execution_seconds",
		"Wall time of executions that had a place, from lease to result.",
		EXECUTION_SECONDS,
	);
	readonly #starts = this.#counter("sandbox_starts_total", "Sandboxes that were started, by how it went.", [
		"language",
		"result",
	]);
	readonly #startSeconds = this.#histogram(
		"sandbox_start_seconds",
		"Time until a sandbox that started well was ready.",
		START_SECONDS,
	);
	readonly #unconfined = this.#counter(
		"attestation_failures_total",
		"Sandboxes that were not confined as asked, and were ended before their use.",
	);
	readonly #refusals = this.#counter("refusals_total", "Requests that were answered with an error.", [
		"code",
	]);

	constructor() {
		// A series that is there from the start shows its first event as a rise.
		for (const status of STATUSES) this.#executions.inc({ status }, 0);
		for (const language of LANGUAGES)
			for (const result of Object.keys(HEALTH)) this.#starts.inc({ language, result }, 0);
		for (const code of Object.keys(ERRORS)) this.#refusals.inc({ code }, 0);
	}

	/** An execution ended; `wallMs` is null when it never had a place. */
	executed(status: Status, wallMs: number | null): void {
		this.#executions.inc({ status });
		if (wallMs !== null) this.#executionSeconds.observe(wallMs / 1_000);
	}

	/** A start of a sandbox went so, and took so long. */
	sandboxStarted(language: Language, result: HealthWord, ms: number): void {
		this.#starts.inc({ language, result });
		if (result === "ok") this.#startSeconds.observe(ms / 1_000);
		if (result === "not_confined") this.#unconfined.inc();
	}

	/** A request was answered with an error. */
	refused(code: ErrorCode): void {
		this.#refusals.inc({ code });
	}

	#counter(name: string, help: string, labelNames: string[] = []): Counter {
		return new Counter({ name: `brig_${name}`, help, labelNames, registers: [this.registry] });
	}

	#histogram(name: string, help: string, buckets: number[]): Histogram {
		return new Histogram({ name: `brig_${name}`, help, buckets, registers: [this.registry] });
	}
}
