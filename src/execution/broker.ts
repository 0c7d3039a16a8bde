/**
 * Serves the calls and queries of one calling jail: checks them, finds a sandbox for the function, brings the value back.
 * @module
 */
import { BrigError } from "../errors.ts";
import { search } from "../functions/search.ts";
import { describe } from "../functions/stubs.ts";
import { fullName } from "../functions/types.ts";
import { CALL_DEPTH, LIMITS } from "../limits.ts";
import { MemoryTaken } from "../sandbox/cgroup.ts";
import type { Jail } from "../sandbox/jail.ts";
import { JailError } from "../sandbox/jail-error.ts";
import type { ListedFunction } from "../store/versions.ts";
import { CallRefused } from "./call-refused.ts";
import { functionSubject, type Seen } from "./end.ts";
import { FunctionSandbox } from "./function-sandbox.ts";
import type { CallMessage, QueryMessage } from "./messages.ts";
import { outcome } from "./outcome.ts";
import type { CallTree } from "./tree.ts";
import { Line } from "./turns.ts";

/** Why a call failed, as `FunctionError` shows it. */
interface CallFailure {
	type: string;
	message: string;
}
type Outcome = { ok: true; body: Uint8Array } | { ok: false; error: CallFailure; body?: undefined };

/** Above this many bytes of waiting inputs the caller's frames are left unread. */
const WAITING_BYTES = 16 * 1024 * 1024;
const WAITING_CALLS = 256;
/** Above this many bytes that the caller has not read its queries wait. */
const UNREAD_BYTES = 1024 * 1024;
/** Faults of an input that an error's message names. */
const MOST_FAULTS = 5;

export class Broker {
	readonly #pool = new Map<string, FunctionSandbox[]>();
	readonly #waiting: (() => void)[] = [];
	readonly #line = new Line();
	#closed = false;
	#running = 0;
	#heldBytes = 0;
	#held = 0;

	/** @param chain names of the functions that led to this jail; empty for a program */
	constructor(
		private readonly tree: CallTree,
		private readonly caller: Jail,
		private readonly chain: readonly string[],
		/** The number of the call that the caller works on; null for a program. */
		private readonly parent: () => number | null = () => null,
	) {}

	/** Takes a frame of the caller; the reply goes back by itself. */
	take(message: CallMessage, body: Uint8Array): void {
		if (this.#closed) return;
		if (message.op === "query") {
			this.#takeQuery(message);
			return this.#gate();
		}
		this.#hold(1, body.length);
		void this.#call(message.function, body)
			.catch((error): Outcome => {
				this.tree.fault(error);
				return refuse("InternalError", "The server failed at this call; its log says why.");
			})
			.then((outcome) => {
				this.#hold(-1, -body.length);
				if (outcome.ok) return this.#reply(message, outcome.body);
				this.#fail(message, { function: message.function, ...outcome.error });
			});
	}

	/** Takes and starts nothing more. What waits fails; what runs is left to `close` or the end of the execution. */
	stop(): void {
		this.#closed = true;
		this.caller.pause();
		this.#line.flush();
		for (const go of this.#waiting.splice(0)) {
			this.#running++;
			go();
		}
	}

	/** Stops, and ends every sandbox below the caller. */
	async close(): Promise<void> {
		this.stop();
		await Promise.all([...this.#pool.values()].flat().map((sandbox) => sandbox.give()));
	}

	#hold(calls: number, bytes: number): void {
		this.#held += calls;
		this.#heldBytes += bytes;
		this.#gate();
	}

	/** Beyond the bounds of what waits the kernel makes the caller wait. */
	#gate(): void {
		if (this.#closed) return;
		const most = Math.max(this.#held, this.#line.length);
		if (this.#heldBytes > WAITING_BYTES || most > WAITING_CALLS) this.caller.pause();
		else this.caller.resume();
	}

	#reply({ id }: CallMessage, body: Uint8Array | string): void {
		if (!this.#closed) this.caller.send({ op: "reply", id, ok: true }, body);
	}

	#fail({ id }: CallMessage, error: CallFailure & { function: string }): void {
		if (!this.#closed) this.caller.send({ op: "reply", id, ok: false, error });
	}

	async #call(name: string, input: Uint8Array): Promise<Outcome> {
		const number = ++this.tree.calls;
		const fn = this.tree.catalog.find(name);
		this.tree.begin({
			seq: number,
			parent: this.parent(),
			function: fn ? fullName(fn) : name.slice(0, 130),
			version: fn?.version ?? null,
			depth: this.chain.length + 1,
			bytes_in: input.length,
		});
		const refusal = () => this.#refusal(number, name, fn) ?? this.#inputRefusal(fn as ListedFunction, input);
		const outcome =
			(await this.#line.do<Outcome | null>(refusal)) ??
			(await this.#run(fn as ListedFunction, input, number));
		if (outcome.ok) this.tree.checkOutput(fn as ListedFunction, outcome.body);
		const sent = outcome.ok ? outcome.body.length : 0;
		this.tree.bytesIn += sent;
		this.tree.settle(number, outcome.ok ? null : outcome.error.type, sent);
		return outcome;
	}

	/** Everything that can be said without a sandbox. */
	#refusal(number: number, name: string, fn: ListedFunction | null): Outcome | null {
		if (this.#closed) return CANCELLED;
		if (number > LIMITS.calls.default) {
			return refuse("TooManyCalls", `An execution may call functions ${LIMITS.calls.default} times.`);
		}
		if (!fn) {
			const error = this.tree.catalog.missing(name);
			return refuse("FunctionNotFound", `${error.message} ${error.extra.hint}`);
		}
		const full = fullName(fn);
		if (this.chain.includes(full)) {
			return refuse("CallCycle", `Functions may not call in a circle: ${[...this.chain, full].join(" → ")}.`);
		}
		if (this.chain.length >= CALL_DEPTH) {
			return refuse(
				"CallTooDeep",
				`Functions may call functions ${CALL_DEPTH} deep: ${[...this.chain, full].join(" → ")}.`,
			);
		}
		return null;
	}

	async #inputRefusal(fn: ListedFunction, input: Uint8Array): Promise<Outcome | null> {
		try {
			const faults = await this.tree.checks.input(fn, input);
			if (faults.length === 0) return null;
			const shown = faults
				.slice(0, MOST_FAULTS)
				.map(({ path, message }) => `${path || "the input"} ${message}`);
			const text = [...shown, ...(faults.length > shown.length ? ["and more"] : [])].join("; ");
			return refuse("InvalidInput", `The input does not fit the schema of ${fullName(fn)}: ${text}.`);
		} catch (error) {
			if (error instanceof BrigError) return refuse("InvalidInput", error.message);
			throw error;
		}
	}

	async #run(fn: ListedFunction, input: Uint8Array, number: number): Promise<Outcome> {
		if (this.#closed) return CANCELLED;
		if (this.#running >= LIMITS.parallel_calls.default) {
			await new Promise<void>((resolve) => this.#waiting.push(resolve));
		} else this.#running++;
		try {
			if (this.#closed) return CANCELLED;
			const sandbox = await this.#sandbox(fn);
			const seen = await sandbox.call(input, number);
			if (seen.said) this.tree.warn(fn, seen.said.message.warnings);
			return toOutcome(fn, seen);
		} catch (error) {
			if (error instanceof CallRefused) return toOutcome(fn, { refused: error });
			if (error instanceof MemoryTaken) return toOutcome(fn, { decided: "busy" });
			if (error instanceof JailError) return toOutcome(fn, { decided: "no_sandbox", why: error.reason });
			throw error;
		} finally {
			const next = this.#waiting.shift();
			if (next) next();
			else this.#running--;
		}
	}

	/** An idle sandbox of this function, or a new one. */
	async #sandbox(fn: ListedFunction): Promise<FunctionSandbox> {
		const name = fullName(fn);
		const known = (this.#pool.get(name) ?? []).filter((one) => !one.dead);
		this.#pool.set(name, known);
		const idle = known.find((one) => one.idle);
		if (idle) {
			idle.reserve();
			return idle;
		}
		const fresh = await FunctionSandbox.start(
			this.tree,
			fn,
			(sandbox, jail) => new Broker(this.tree, jail, [...this.chain, name], () => sandbox.current),
			{ wanted: () => !this.#closed },
		);
		this.#pool.get(name)?.push(fresh);
		return fresh;
	}

	/** Answers it in its turn, once what was answered before is read. */
	#takeQuery(query: QueryMessage): void {
		const read = () => this.caller.unreadBytes < UNREAD_BYTES;
		void this.#line
			.do(() => this.#closed || this.#answerQuery(query), read)
			.catch((error) => this.tree.fault(error))
			.then(() => this.#gate());
	}

	#answerQuery(query: QueryMessage): void {
		const { catalog } = this.tree;
		const reply = (value: unknown) => this.#reply(query, JSON.stringify(value) ?? "null");
		if (query.kind === "list") return reply(catalog.functions.map(fullName));
		if (query.kind === "search")
			return reply(search(catalog.functions, query.query ?? "", query.limit ?? 10));
		const name = query.name ?? query.function ?? "";
		const fn = catalog.find(name);
		if (!fn) {
			const error = catalog.missing(name);
			const message = `${error.message} ${error.extra.hint}`;
			return this.#fail(query, { function: name, type: "FunctionNotFound", message });
		}
		reply(query.kind === "describe" ? describe(fn) : fn.parameters);
	}
}

function refuse(type: string, message: string): Outcome {
	return { ok: false, error: { type, message } };
}

/** What nobody waits for any more. */
const CANCELLED = refuse("Cancelled", "Its caller has ended.");

/** The caller learns type and message, no line or frame of the function's source. */
function toOutcome(fn: ListedFunction, seen: Seen): Outcome {
	const { error } = outcome(functionSubject(fn, LIMITS.value_bytes.default), seen);
	if (error) return refuse(error.type, error.message);
	return { ok: true, body: seen.said?.body ?? new Uint8Array() };
}
