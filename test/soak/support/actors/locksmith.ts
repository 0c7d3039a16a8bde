/** Makes keys and revokes some. @module */
import type { Api } from "../../../http/support/client.ts";
import type { Random } from "../random.ts";
import { Actor, type Change } from "./actor.ts";

/** A key that is there. Its text is known when its making was answered. */
type Keys = Record<string, { scopes: string[] }>;

/** Of older keys about so many are tried each time. */
const NEWEST = 20;
const SCOPES = [["run"], ["write"], ["run", "write", "admin"]];

export class Locksmith extends Actor<Keys> {
	protected state: Keys = {};
	/** Texts and ids by name, of keys whose making was answered. */
	readonly #known = new Map<string, { key: string; id: string }>();
	readonly #revoked = new Set<string>();
	#serial = 0;

	constructor(
		random: Random,
		private readonly name: string,
	) {
		super(random);
	}

	protected decide(): Change<Keys> {
		const old = Object.keys(this.state).filter((name) => this.#known.has(name));
		return old.length > 3 && this.random.number(3) === 0 ? this.#revoke(this.random.pick(old)) : this.#make();
	}

	#make(): Change<Keys> {
		const name = `${this.name} ${++this.#serial}`;
		const scopes = this.random.pick(SCOPES);
		const after = { ...this.state, [name]: { scopes } };
		return {
			method: "POST",
			path: "/v1/keys",
			body: { name, scopes, namespace: "default" },
			unanswered: after,
			after: (answer) => {
				this.#known.set(name, answer as { key: string; id: string });
				return after;
			},
		};
	}

	#revoke(name: string): Change<Keys> {
		const { [name]: _, ...after } = this.state;
		const path = `/v1/keys/${this.#known.get(name)?.id}`;
		const done = () => {
			this.#revoked.add(name);
			return after;
		};
		return { method: "DELETE", path, unanswered: after, after: done };
	}

	protected async read(call: Api): Promise<Keys> {
		const { json } = await call("GET", "/v1/keys");
		const all = json.keys as { name: string; scopes: string[] }[];
		const own = all.filter(({ name }) => name.startsWith(`${this.name} `));
		// In the order of their making, as they are known here.
		own.sort((a, b) => Number(a.name.split(" ")[1]) - Number(b.name.split(" ")[1]));
		return Object.fromEntries(own.map(({ name, scopes }) => [name, { scopes }]));
	}

	protected async use(call: Api, thorough: boolean): Promise<string[]> {
		const faults: string[] = [];
		const all = [...this.#known];
		const some = all.filter(
			(_, index) => thorough || index >= all.length - NEWEST || this.random.number(all.length) < NEWEST,
		);
		for (const [name, { key }] of some) {
			const wanted = name in this.state ? 200 : 401;
			if (wanted === 200 && this.#revoked.has(name)) faults.push(`${name} is back`);
			const { status } = await call("GET", "functions", { key });
			if (status !== wanted) faults.push(`${name} gets ${status} instead of ${wanted}`);
		}
		return faults;
	}
}
