/**
 * What one nsjail process writes, until its jail has taken over the descriptor.
 * @module
 */
import { setTimeout as sleep } from "node:timers/promises";

const MOST_BYTES = 8_192;
const SHOWN_BYTES = 1_000;
const SHOWN_LINES = 4;

export class NsjailLog {
	#text = "";
	readonly #end: Promise<void>;

	constructor(stream: ReadableStream<Uint8Array>) {
		this.#end = this.#read(stream);
	}

	/** What has come in so far. */
	get text(): string {
		return this.#text;
	}

	/** All of it, once the process has ended; what has come in so far after `ms`. */
	async whole(ms: number): Promise<string> {
		await Promise.race([this.#end, sleep(ms, undefined, { ref: false })]);
		return this.#text;
	}

	async #read(stream: ReadableStream<Uint8Array>): Promise<void> {
		const decoder = new TextDecoder();
		try {
			for await (const chunk of stream) {
				if (this.#text.length < MOST_BYTES) this.#text += decoder.decode(chunk, { stream: true });
			}
		} catch {
			// What there is must do.
		}
	}
}

/** The warnings and errors of a log, the first ones: they name the cause, the others what came of it. */
export function complaints(log: string): string {
	const lines = log.split("\n").filter((line) => /^\[[WEF]\]/.test(line));
	const shown = lines.length ? lines.slice(0, SHOWN_LINES) : log.trim().split("\n").slice(-SHOWN_LINES);
	return shown.join(" | ").slice(0, SHOWN_BYTES) || "it said nothing";
}
