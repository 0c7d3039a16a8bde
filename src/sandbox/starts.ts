/**
 * Starts of jails, for each owner as many at once as there are cores: each takes a core, and more would only hold each
 * other up until all are late. No owner waits for another's: between owners the kernel divides the CPU by weight.
 * @module
 */
import { availableParallelism } from "node:os";

/** One core alone would stand still while a jail's processes hand over to each other. */
const LEAST = 2;

/** What one owner starts, and what waits for that. */
interface Line {
	running: number;
	waiting: Set<() => void>;
}

export class Starts {
	readonly #lines = new Map<number, Line>();

	constructor(private readonly most = Math.max(LEAST, availableParallelism())) {}

	/** Runs a start in its turn. Throws what it throws, and the signal's reason when nobody wants it any more. */
	async run<T>(owner: number, start: () => Promise<T>, signal?: AbortSignal): Promise<T> {
		signal?.throwIfAborted();
		const line = this.#lines.get(owner) ?? { running: 0, waiting: new Set() };
		this.#lines.set(owner, line);
		if (line.running < this.most) line.running++;
		else await turn(line, signal);
		try {
			return await start();
		} finally {
			const [next] = line.waiting;
			if (next) {
				line.waiting.delete(next);
				next();
			} else if (--line.running === 0) this.#lines.delete(owner);
		}
	}
}

/** Resolves when a place is handed over. */
function turn(line: Line, signal?: AbortSignal): Promise<void> {
	return new Promise((resolve, reject) => {
		const leave = () => {
			line.waiting.delete(go);
			reject(signal?.reason);
		};
		const go = () => {
			signal?.removeEventListener("abort", leave);
			resolve();
		};
		line.waiting.add(go);
		signal?.addEventListener("abort", leave, { once: true });
	});
}
