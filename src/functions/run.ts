/**
 * One run of a compiled schema over one value: where it is, what it found, what it may still spend.
 * @module
 */

import { tooComplex, Work } from "./work.ts";

/** What does not fit, and where: a JSON pointer into the value. */
export interface Fault {
	path: string;
	message: string;
	/** The types that would have fitted, so that alternatives can be told in one sentence. */
	types?: readonly string[];
}

/** One keyword at work; it adds faults to the run. */
export type Check = (value: unknown, run: Run) => void;

/** A compiled schema. Checks are added while it compiles, so that schemas may refer to each other. */
export interface Node {
	readonly checks: Check[];
}

export const MOST_FAULTS = 20;
const DEEPEST = 1_000;

/** The state of one run. */
export class Run {
	readonly work: Work;
	/** Keys and indices from the root to the value at hand. */
	readonly path: (string | number)[] = [];
	faults: Fault[] = [];
	#most = MOST_FAULTS;
	#depth = 0;

	constructor(patience = 1) {
		this.work = new Work(patience);
	}

	get full(): boolean {
		return this.faults.length >= this.#most;
	}

	/** Adds a fault at the value at hand, or at one of its keys. */
	fault(message: string, key?: string | number, types?: readonly string[]): void {
		if (this.full) return;
		this.work.spend(20);
		const path = pointer(key === undefined ? this.path : [...this.path, key]);
		this.faults.push(types ? { path, message, types } : { path, message });
	}

	/** The keys of an object. Listing those of a huge one can't be interrupted, so it is paid for at once. */
	keys(object: object): string[] {
		const keys = Object.keys(object);
		this.work.spend(1 + keys.length);
		return keys;
	}

	/** Applies a schema to the value at hand. */
	apply(node: Node, value: unknown): void {
		if (++this.#depth > DEEPEST) throw tooComplex();
		this.work.spend(1);
		for (const check of node.checks) {
			if (this.full) break;
			this.work.spend(1);
			check(value, this);
		}
		this.#depth--;
	}

	/** Applies a schema to a member of the value at hand. */
	applyAt(node: Node, value: unknown, key: string | number): void {
		this.path.push(key);
		this.apply(node, value);
		this.path.pop();
	}

	/** The faults that a schema finds in the value at hand, kept apart from the run's own. */
	faultsOf(node: Node, value: unknown, most = MOST_FAULTS): Fault[] {
		const { faults } = this;
		const before = this.#most;
		this.faults = [];
		this.#most = most;
		this.apply(node, value);
		const found = this.faults;
		this.faults = faults;
		this.#most = before;
		return found;
	}

	fits(node: Node, value: unknown): boolean {
		return this.faultsOf(node, value, 1).length === 0;
	}
}

/** The JSON pointer of a path; a key above 80 characters is cut, so that a fault can't repeat a large input. */
export function pointer(path: readonly (string | number)[]): string {
	return path
		.slice(0, 200)
		.map((key) => `/${escapeKey(String(key))}`)
		.join("");
}

/** A key as a part of a JSON pointer. */
export function escapeKey(key: string): string {
	const short = key.length > 80 ? `${key.slice(0, 79)}…` : key;
	return short.replaceAll("~", "~0").replaceAll("/", "~1");
}
