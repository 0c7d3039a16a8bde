/**
 * Redactors of functions that are called again and again: made once for the same values.
 * @module
 */
import { createHash } from "node:crypto";
import { type Redactor, redactor } from "./redact.ts";

const MOST_KEPT = 64;
/** All values of the kept redactors together; a redactor takes up to some hundred times its values. */
const MOST_BYTES = 128 * 1024;

interface Kept {
	redactor: Redactor;
	bytes: number;
}

/** Keeps the redactors that were used last, by what they look for: a changed value is another one. */
export class Redactors {
	readonly #kept = new Map<string, Kept>();
	#bytes = 0;

	/** The redactor of these values, as the vault opened them. */
	for(values: Readonly<Record<string, string>>): Redactor {
		const text = JSON.stringify(Object.entries(values));
		const key = createHash("sha256").update(text).digest("base64");
		const kept = this.#kept.get(key) ?? { redactor: redactor(values), bytes: text.length };
		this.#forget(key);
		if (kept.bytes > MOST_BYTES) return kept.redactor;
		this.#kept.set(key, kept);
		this.#bytes += kept.bytes;
		for (const oldest of this.#kept.keys()) {
			if (this.#kept.size <= MOST_KEPT && this.#bytes <= MOST_BYTES) break;
			this.#forget(oldest);
		}
		return kept.redactor;
	}

	#forget(key: string): void {
		this.#bytes -= this.#kept.get(key)?.bytes ?? 0;
		this.#kept.delete(key);
	}
}
