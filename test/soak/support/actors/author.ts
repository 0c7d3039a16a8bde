/** Registers versions of one function, also such that wait for approval, approves them and rolls back. @module */
import type { Api } from "../../../http/support/client.ts";
import type { Random } from "../random.ts";
import { Actor, type Change } from "./actor.ts";

/** What each version answers when called, and whether it waits; and the one that is active, from 1. */
interface Versions {
	answers: string[];
	waiting: number[];
	active: number;
}

/** Of older versions one is looked at each time. */
const NEWEST = 5;

export class Author extends Actor<Versions> {
	protected state: Versions = { answers: [], waiting: [], active: 0 };
	readonly #path: string;
	readonly #name: string;
	#serial = 0;

	/** @param writeKey without admin: what it registers with a secret waits */
	constructor(
		random: Random,
		name: string,
		private readonly writeKey: string,
	) {
		super(random);
		this.#name = name;
		this.#path = `functions/durable.${name}`;
	}

	protected decide(): Change<Versions> {
		const { answers, waiting } = this.state;
		const last = answers.length;
		const [first] = waiting;
		if (first !== undefined && this.random.number(2)) return this.#approve(first);
		// Rolling back to one that waits would be approving it.
		const rest = answers.flatMap((_, index) => (waiting.includes(index + 1) ? [] : [index + 1]));
		if (last > 0 && this.random.number(4) === 0) return this.#rollBack(this.random.pick(rest));
		const answer = `${this.#name} ${++this.#serial} ${"x".repeat(this.random.number(20_000))}`;
		const code = this.#name.endsWith("ts")
			? `export function ${this.#name}(): string {\n\treturn "${answer}";\n}\n`
			: `def ${this.#name}() -> str:\n    return "${answer}"\n`;
		const waits = last > 0 && this.random.number(3) === 0;
		const env = waits ? ["DURABLE_0"] : [];
		return this.#put({ code, env }, answer, waits);
	}

	#put(body: object, answer: string, waits: boolean): Change<Versions> {
		const { answers, waiting, active } = this.state;
		const number = answers.length + 1;
		const after = {
			answers: [...answers, answer],
			waiting: waits ? [...waiting, number] : waiting,
			active: waits ? active : number,
		};
		const key = waits ? { key: this.writeKey } : {};
		return { method: "PUT", path: this.#path, body, ...key, unanswered: after, after: () => after };
	}

	#approve(version: number): Change<Versions> {
		const { answers, waiting } = this.state;
		const after = { answers, waiting: waiting.filter((one) => one !== version), active: version };
		const path = `${this.#path}/approve`;
		return { method: "POST", path, body: { version }, unanswered: after, after: () => after };
	}

	#rollBack(version: number): Change<Versions> {
		const { answers, waiting } = this.state;
		const after = {
			answers: [...answers, answers[version - 1] as string],
			waiting,
			active: answers.length + 1,
		};
		const path = `${this.#path}/rollback`;
		return { method: "POST", path, body: { version }, unanswered: after, after: () => after };
	}

	protected async read(call: Api, thorough: boolean): Promise<Versions> {
		const { status, json } = await call("GET", `${this.#path}/versions`);
		if (status === 404) return { answers: [], waiting: [], active: 0 };
		const listed = (json.versions as { version: number; active: boolean; pending: boolean }[]).reverse();
		const answers: string[] = [];
		const one = this.random.number(listed.length);
		for (const [index, { version }] of listed.entries()) {
			const known = this.state.answers[index];
			const look = thorough || known === undefined || index === one || index >= listed.length - NEWEST;
			answers.push(look ? await this.#source(call, version) : known);
		}
		return {
			answers,
			waiting: listed.filter(({ pending }) => pending).map(({ version }) => version),
			active: listed.find(({ active }) => active)?.version ?? 0,
		};
	}

	/** What a version's source would answer. */
	async #source(call: Api, version: number): Promise<string> {
		const { json } = await call("GET", `${this.#path}/versions/${version}`);
		return /return "(.*)"/.exec(json?.code ?? "")?.[1] ?? `no source: ${JSON.stringify(json)}`;
	}

	protected async use(call: Api): Promise<string[]> {
		if (this.state.active === 0) return [];
		const { json, text } = await call("POST", `${this.#path}/call`, { body: {} });
		const right = json?.result === this.state.answers[this.state.active - 1];
		return right ? [] : [`${this.#name}, version ${this.state.active}, answers ${text.slice(0, 300)}`];
	}
}
