/**
 * A jail that holds one hosted function for one calling jail: loaded once, called one call at a time.
 * @module
 */
import { fullName } from "../functions/types.ts";
import { JSON_DEPTH, LIMITS } from "../limits.ts";
import type { Ending, Jail } from "../sandbox/jail.ts";
import type { Redactor } from "../secrets/redact.ts";
import type { LedgerOutput } from "../store/executions.ts";
import type { ListedFunction } from "../store/versions.ts";
import { CallRefused } from "./call-refused.ts";
import { answered, type Seen } from "./end.ts";
import { type CallMessage, readMessage } from "./messages.ts";
import { jailLimits } from "./own-limits.ts";
import type { CallTree, Member } from "./tree.ts";

/** Who serves what the function itself calls. */
export interface Server {
	take(message: CallMessage, body: Uint8Array): void;
	/** Takes nothing more, and ends what it started. */
	close(): Promise<void>;
}

interface StartOptions {
	/** Most bytes of its results: as for a value when absent. */
	resultLimit?: number;
	/** False when the caller ended meanwhile: then nothing of the function runs. */
	wanted?: () => boolean;
}

export class FunctionSandbox implements Member {
	/** The number of the call that it works on, in the whole execution. */
	current: number | null = null;
	#reserved = true;
	#answer: ((seen: Seen) => void) | null = null;
	#calls = 0;
	#dead = false;
	readonly #server: Server;

	private constructor(
		private readonly tree: CallTree,
		readonly fn: ListedFunction,
		private readonly jail: Jail,
		private readonly redactor: Redactor | null,
		private readonly disconnect: () => void,
		serve: (sandbox: FunctionSandbox, jail: Jail) => Server,
	) {
		this.#server = serve(this, jail);
		jail.onFrame = (frame) => this.#onFrame(frame.header, frame.body);
		void jail.ended.then((ending) => this.#onEnd(ending));
	}

	/** Leases a jail and loads the function into it; it is reserved for one call. Throws JailError, CallRefused. */
	static async start(
		tree: CallTree,
		fn: ListedFunction,
		serve: (sandbox: FunctionSandbox, jail: Jail) => Server,
		{ resultLimit = LIMITS.value_bytes.default, wanted = () => true }: StartOptions = {},
	): Promise<FunctionSandbox> {
		const entrusted = tree.entrust(fn);
		const { redactor } = entrusted;
		const jail = await tree.lease(fn.language, jailLimits(fn.limits), fn.limits.output_bytes);
		if (redactor) jail.filterOutput(() => redactor.stream());
		const disconnect = await entrusted.connect(jail);
		const sandbox = new FunctionSandbox(tree, fn, jail, redactor, disconnect, serve);
		if (!wanted()) {
			void sandbox.give();
			throw new CallRefused("Cancelled", "Its caller has ended.");
		}
		jail.send(
			{
				op: "load",
				function: fullName(fn),
				services: tree.catalog.services,
				result_limit: resultLimit,
				input_limit: LIMITS.value_bytes.default,
				depth_limit: JSON_DEPTH,
				...entrusted.load,
			},
			tree.source(fn.source_hash),
		);
		tree.members.add(sandbox);
		return sandbox;
	}

	get idle(): boolean {
		return !this.#reserved && !this.#dead;
	}

	/** Keeps an idle one for the next call. */
	reserve(): void {
		this.#reserved = true;
	}

	get dead(): boolean {
		return this.#dead;
	}

	printed(): LedgerOutput | null {
		this.jail.drainOutput();
		const [stdout, stderr] = [this.jail.stdout.text(), this.jail.stderr.text()];
		return stdout || stderr ? { function: fullName(this.fn), stdout, stderr } : null;
	}

	/** Calls the function with this JSON text as its input, as call `number` of the execution. Only when reserved. Never throws. */
	call(input: Uint8Array | string, number: number): Promise<Seen> {
		this.current = number;
		return new Promise((resolve) => {
			const ms = this.fn.limits.wall_ms;
			const timer = ms === undefined ? undefined : setTimeout(() => this.#expire(), ms);
			this.#answer = (seen) => {
				clearTimeout(timer);
				resolve(seen);
			};
			if (this.#dead) this.#settle({ ending: { kind: "gone" } });
			else this.jail.send({ op: "call", id: ++this.#calls }, input);
		});
	}

	/** Gives the jail up; what it printed goes to the ledger. */
	async give(): Promise<void> {
		if (this.#dead) return;
		this.#dead = true;
		this.tree.members.delete(this);
		this.disconnect();
		await this.#server.close();
		await this.tree.retire(this.jail, this.printed());
	}

	#onFrame(header: Record<string, unknown>, body: Uint8Array): void {
		if (this.#dead) return;
		// Only what goes to the caller: what the function itself calls with its secrets is its own affair.
		const leaves = header.op === "result";
		const message = readMessage(leaves && this.redactor ? this.redactor.header(header) : header);
		if (typeof message === "string") return this.#breach(message);
		if (message.op !== "result") this.#server.take(message, body);
		else if (message.id !== this.#calls || !this.#answer) this.#breach("a result that nobody waits for");
		else {
			// A body that is no value goes no further: nothing in it needs to be hidden.
			const value = message.ok && this.redactor ? this.redactor.json(body) : body;
			this.#settle(answered(this.jail, message, value));
		}
	}

	/** A runner that breaks the protocol is not trusted with another frame. */
	#breach(message: string): void {
		this.#onEnd({ kind: "protocol", message });
	}

	#onEnd(ending: Ending): void {
		const seen = this.#dead ? { ending } : this.tree.ended(this.jail, ending);
		void this.give();
		this.#settle(seen);
	}

	#expire(): void {
		void this.give();
		this.#settle({ decided: "timeout" });
	}

	#settle(seen: Seen): void {
		const resolve = this.#answer;
		this.#answer = null;
		this.#reserved = false;
		resolve?.(seen);
	}
}
