/** Sets values of one secret; a function that declares it says what it sees. @module */
import type { Api } from "../../../http/support/client.ts";
import type { Random } from "../random.ts";
import { Actor, type Change } from "./actor.ts";

const sha256 = (text: string) => new Bun.CryptoHasher("sha256").update(text).digest("hex");
/** What a function says of a secret that is not there. */
const MISSING = "MissingSecret";

export class Keeper extends Actor<string> {
	/** The value's hash: what leaves a function is never the value. */
	protected state: string = MISSING;
	#serial = 0;

	constructor(
		random: Random,
		private readonly name: string,
	) {
		super(random);
	}

	/** Registers the function that looks at the secret. */
	async prepare(call: Api): Promise<void> {
		const code = `import hashlib, os\ndef ${this.#reader()}():\n    return hashlib.sha256(os.environ["${this.name}"].encode()).hexdigest()\n`;
		const body = { code, env: [this.name] };
		const { status, text } = await call("PUT", `functions/durable.${this.#reader()}`, { body });
		if (status !== 201) throw new Error(text);
	}

	#reader(): string {
		return `reads_${this.name.toLowerCase()}`;
	}

	protected decide(): Change<string> {
		const value = `${this.name} ${++this.#serial} ${"é".repeat(this.random.number(10_000))}`;
		const after = sha256(value);
		return {
			method: "PUT",
			path: `secrets/${this.name}`,
			body: value,
			unanswered: after,
			after: () => after,
		};
	}

	protected async read(call: Api): Promise<string> {
		const { json } = await call("POST", `functions/durable.${this.#reader()}/call`, { body: {} });
		return json.result ?? json.error?.type ?? JSON.stringify(json);
	}

	protected async use(call: Api): Promise<string[]> {
		const { json } = await call("GET", "secrets");
		const listed = (json.secrets as { name: string }[]).some(({ name }) => name === this.name);
		return listed === (this.state !== MISSING) ? [] : [`${this.name} is listed: ${listed}`];
	}
}
