/**
 * Inputs and results against their schemas: small ones at once, large ones in a worker, so that no value and no
 * schema, however hostile, holds the server's thread.
 * @module
 */
import { BrigError } from "../errors.ts";
import { checkText, type Fault } from "./check-text.ts";
import type { CheckAnswer, CheckJob } from "./check-worker.ts";
import type { HostedFunction, JsonSchema } from "./types.ts";

/** Above this many bytes a value is checked in the worker. */
const LARGE_BYTES = 64 * 1024;
/** A worker that is silent for so long is ended; a new one takes the next value. */
const MOST_MS = 5_000;
/** Schemas that a worker keeps before it is replaced. */
const MOST_SCHEMAS = 1_000;
/** Where the executable keeps the worker: its path from the first entry point of the build. */
const WORKER = "./functions/check-worker.ts";

/** What the schemas `true` and `false` are known by. */
const ANYTHING = {};
const NOTHING = {};

interface Waiting {
	resolve(faults: Fault[]): void;
	reject(error: Error): void;
	timer: Timer;
}

export class ValueChecks {
	#worker: Worker | null = null;
	#schemas = new Map<object, number>();
	readonly #waiting = new Map<number, Waiting>();
	#serial = 0;

	/** The faults of an input; empty when it fits. Throws invalid_json, input_too_complex. */
	async input(fn: HostedFunction, value: Uint8Array | string): Promise<Fault[]> {
		return this.#check(fn.input_schema, value, true);
	}

	/** The faults of a result; empty when it fits or nothing was declared. Throws input_too_complex. */
	async output(fn: HostedFunction, value: Uint8Array): Promise<Fault[]> {
		return fn.output_schema === null ? [] : this.#check(fn.output_schema, value, false);
	}

	/** Ends the worker; what waits fails. */
	close(): void {
		this.#worker?.terminate();
		this.#worker = null;
		this.#schemas = new Map();
		for (const [id] of this.#waiting)
			this.#settle(id, (one) => one.reject(new BrigError("input_too_complex")));
	}

	async #check(schema: JsonSchema, value: Uint8Array | string, inputs: boolean): Promise<Fault[]> {
		if (value.length <= LARGE_BYTES) {
			return checkText(schema, value, inputs);
		}
		const bytes = typeof value === "string" ? new TextEncoder().encode(value) : value;
		return this.#send(schema, bytes, inputs);
	}

	#send(schema: JsonSchema, bytes: Uint8Array, inputs: boolean): Promise<Fault[]> {
		if (this.#schemas.size >= MOST_SCHEMAS && this.#waiting.size === 0) this.close();
		const worker = this.#start();
		const id = ++this.#serial;
		const key = typeof schema === "object" ? schema : schema ? ANYTHING : NOTHING;
		const known = this.#schemas.get(key);
		const number = known ?? this.#schemas.size;
		if (known === undefined) this.#schemas.set(key, number);
		const job: CheckJob = {
			id,
			schema: number,
			bytes,
			inputs,
			...(known === undefined ? { definition: schema } : {}),
		};
		return new Promise((resolve, reject) => {
			const timer = setTimeout(() => this.close(), MOST_MS);
			this.#waiting.set(id, { resolve, reject, timer });
			worker.postMessage(job);
		});
	}

	#start(): Worker {
		if (this.#worker) return this.#worker;
		const worker = new Worker(WORKER);
		worker.onmessage = ({ data }: { data: CheckAnswer }) => {
			if ("faults" in data) this.#settle(data.id, (one) => one.resolve(data.faults));
			else this.#settle(data.id, (one) => one.reject(new BrigError(data.error)));
		};
		worker.onerror = () => this.close();
		worker.unref();
		this.#worker = worker;
		return worker;
	}

	#settle(id: number, how: (one: Waiting) => void): void {
		const one = this.#waiting.get(id);
		if (!one) return;
		this.#waiting.delete(id);
		clearTimeout(one.timer);
		how(one);
	}
}
