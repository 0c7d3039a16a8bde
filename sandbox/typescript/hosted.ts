/**
 * A hosted function in its sandbox: the ops `load` and `call`.
 * @module
 */
import { findEntry } from "./entry.ts";
import { evaluate, type Source } from "./evaluate.ts";
import { parseReply } from "./replies.ts";
import { type Lease, sendError, sendResult } from "./results.ts";
import { parseSource } from "./syntax.ts";
import { hostedBody } from "./transform.ts";

type Hosted = (input: unknown, context: { function: string }) => unknown;

/** One loaded function; calls of it may overlap. */
export class HostedFunction {
	readonly #source: Source;
	readonly #loaded: Promise<Hosted>;
	readonly #underWay = new Set<number>();

	/** Imports the source at once; what fails is the error of every call. `name` is the full name. */
	constructor(
		readonly lease: Lease,
		readonly name: string,
		text: string,
	) {
		this.#source = { path: `/work/${name}.ts`, name: `${name}.ts`, text, body: null };
		this.#loaded = this.#load();
		this.#loaded.catch(() => {});
		process.on("uncaughtException", (thrown) => this.#fail(thrown));
		process.on("unhandledRejection", (thrown) => this.#fail(thrown));
	}

	/** Calls the function with a JSON object and sends the result. */
	async call(id: number, input: string): Promise<void> {
		const { lease, name } = this;
		this.#underWay.add(id);
		try {
			const hosted = await this.#loaded;
			const { value, largeIntegers } = parseReply(input);
			for (const path of largeIntegers) lease.calls.noteLargeInteger(`${name}: input`, path);
			const result = await hosted(value, { function: name });
			if (this.#underWay.delete(id)) sendResult(lease, this.#source, result, id);
		} catch (thrown) {
			if (this.#underWay.delete(id)) sendError(lease, this.#source, thrown, id);
		}
	}

	async #load(): Promise<Hosted> {
		const { path, text } = this.#source;
		const shortName = this.name.slice(this.name.indexOf(".") + 1);
		const entry = findEntry(parseSource(text).program, shortName);
		if (!entry) throw new TypeError(`no function ${shortName}, default, main or handler in the source`);
		this.#source.body = hostedBody(text, entry.local, this.lease.services);
		const hosted = await evaluate(path, this.#source.body, false);
		if (typeof hosted !== "function") throw new TypeError(`${entry.entry} is not a function`);
		return hosted as Hosted;
	}

	/** What a stray callback throws is the error of every call under way: which one it belongs to can't be known. */
	#fail(thrown: unknown): void {
		for (const id of this.#underWay) sendError(this.lease, this.#source, thrown, id);
		this.#underWay.clear();
	}
}
