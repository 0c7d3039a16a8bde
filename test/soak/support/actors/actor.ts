/**
 * Somebody who changes what is theirs on a server, one change after the other, and knows what must be there: what was
 * acknowledged, and of a change that had no answer either all or nothing.
 * @module
 */
import type { Api } from "../../../http/support/client.ts";
import type { Random } from "../random.ts";

/** One change: its request, and what is theirs after it. */
export interface Change<State> {
	method: string;
	path: string;
	body?: unknown;
	key?: string;
	after: (answer: { [field: string]: unknown }) => State;
	/** What is theirs after it, as far as it can be known without an answer. */
	unanswered: State;
}

/** What a machine that is slower than the load refuses: nothing has changed then. */
const TOO_SLOW = /^(source_too_complex|busy|no_sandbox)$/;

export abstract class Actor<State = unknown> {
	/** Changes that the server has acknowledged. */
	acknowledged = 0;
	protected abstract state: State;
	#maybe: State | undefined;

	constructor(protected readonly random: Random) {}

	/** Decides for a change. */
	protected abstract decide(): Change<State>;
	/** What is there; `thorough` leaves nothing out, else what was looked at before is looked at by chance. */
	protected abstract read(call: Api, thorough: boolean): Promise<State>;
	/** What does not work although it is there, as sentences. */
	protected abstract use(call: Api, thorough: boolean): Promise<string[]>;

	/** Makes one change; false when the server has gone. Throws when it refuses. */
	async change(call: Api): Promise<boolean> {
		const change = this.decide();
		this.#maybe = change.unanswered;
		const { method, path, body, key } = change;
		const answer = await call(method, path, { body, ...(key ? { key } : {}) }).catch(() => null);
		if (!answer) return false;
		if (TOO_SLOW.test(answer.json?.error?.code)) {
			this.#maybe = undefined;
			return true;
		}
		if (answer.status >= 300) throw new Error(`${method} ${path}: ${answer.status} ${answer.text}`);
		this.state = change.after(answer.json ?? {});
		this.#maybe = undefined;
		this.acknowledged++;
		return true;
	}

	/** What is missing, half there, or does not work; what is there counts from here on. */
	async verify(call: Api, thorough: boolean): Promise<string[]> {
		const found = await this.read(call, thorough);
		const may = [this.state, ...(this.#maybe === undefined ? [] : [this.#maybe])];
		const fits = may.find((one) => JSON.stringify(one) === JSON.stringify(found));
		if (fits === undefined)
			return [`found ${JSON.stringify(found)} where there may be ${JSON.stringify(may)}`];
		this.state = fits;
		this.#maybe = undefined;
		return this.use(call, thorough);
	}
}
