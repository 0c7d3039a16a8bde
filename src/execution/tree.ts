/**
 * One execution and everything below it: what its sandboxes share, and what the ledger will say.
 * @module
 */
import type { Catalog } from "../functions/catalogs.ts";
import type { Fault } from "../functions/check-text.ts";
import { fullName } from "../functions/types.ts";
import type { ValueChecks } from "../functions/value-checks.ts";
import { LIMITS } from "../limits.ts";
import { faultText, type Log } from "../log.ts";
import type { Language } from "../result.ts";
import type { Ending, Jail } from "../sandbox/jail.ts";
import type { Measured } from "../sandbox/measure.ts";
import type { JailLimits } from "../sandbox/nsjail-config.ts";
import type { Sandboxes } from "../sandbox/sandboxes.ts";
import type { LedgerCall, LedgerEgress, LedgerOutput } from "../store/executions.ts";
import type { ListedFunction } from "../store/versions.ts";
import { CallRefused } from "./call-refused.ts";
import type { Seen } from "./end.ts";
import type { Entrusted, Trust } from "./trust.ts";

/** The first calls stand in the ledger one by one; the rest are summed up for each function. */
const CALLS_ONE_BY_ONE = 1_000;
/** Warnings of functions that one execution's answer shows. */
const MOST_WARNINGS = 20;
/** Decisions about hosts that one execution writes down. */
const MOST_DECISIONS = 1_000;
/** How long an answer waits for the checks of large results. */
const MOST_CHECKING_MS = 1_000;

/** A function's sandbox as the tree sees it: idle ones are given up when a new one is needed. */
export interface Member {
	readonly idle: boolean;
	/** What it has printed so far. */
	printed(): LedgerOutput | null;
	give(): Promise<void>;
}

/** A call that has begun. */
export type OpenCall = Pick<LedgerCall, "seq" | "parent" | "function" | "version" | "depth" | "bytes_in">;

export interface TreeOptions {
	id: string;
	namespaceId: number;
	catalog: Catalog;
	source: (hash: string) => string;
	sandboxes: Sandboxes;
	checks: ValueChecks;
	trust: Trust;
	log: Log;
}

export class CallTree {
	calls = 0;
	bytesIn = 0;
	readonly warnings: string[] = [];
	readonly ledger: LedgerCall[] = [];
	readonly egress: LedgerEgress[] = [];
	readonly members = new Set<Member>();
	readonly #printed: LedgerOutput[] = [];
	readonly #used: Measured = { cpu_ms: 0, peak_memory_mb: 0 };
	#measured = false;
	readonly #summed = new Map<string, LedgerCall>();
	readonly #open = new Map<number, { call: OpenCall; start: number }>();
	readonly #jails = new Set<Jail>();
	readonly #misfits = new Set<ListedFunction>();
	readonly #checking = new Set<Promise<void>>();
	#starting = 0;
	#over = false;
	readonly #ending = new AbortController();

	constructor(private readonly options: TreeOptions) {}

	get id(): string {
		return this.options.id;
	}
	get catalog(): Catalog {
		return this.options.catalog;
	}
	get checks(): ValueChecks {
		return this.options.checks;
	}

	/** The text of a source that a version names. */
	source(hash: string): string {
		return this.options.source(hash);
	}

	/** Writes down a fault of ours that a call met. */
	fault(error: unknown): void {
		this.options.log("fault", { execution: this.id, reason: faultText(error) });
	}

	/** What a function declared, opened for one sandbox. Throws CallRefused. */
	entrust(fn: ListedFunction): Entrusted {
		const { trust, namespaceId } = this.options;
		return trust.entrust(namespaceId, fn, (decision) => {
			if (this.egress.length < MOST_DECISIONS) {
				this.egress.push({ ...decision, function: fullName(fn), at: new Date().toISOString() });
			}
		});
	}

	/** What is known of a jail that ended before it gave a result. One that was lost is no code's doing: the log says so. */
	ended(jail: Jail, ending: Ending): Seen {
		const outOfMemory = jail.group.ranOutOfMemory();
		if (ending.kind === "gone" && !outOfMemory && !this.#over) {
			this.options.log("sandbox_lost", { execution: this.id, reason: jail.lastWords });
		}
		return { ending, outOfMemory };
	}

	/** Leases a jail that ends with this execution at the latest. Throws JailError, CallRefused. */
	async lease(
		language: Language,
		limits: JailLimits,
		outputBytes: number = LIMITS.output_bytes.default,
	): Promise<Jail> {
		if (this.#over) throw hasEnded();
		// Counted before anything is awaited: calls arrive several at once.
		this.#starting++;
		try {
			await this.#makeRoom();
			const jail = await this.options.sandboxes.lease({
				owner: this.options.namespaceId,
				language,
				limits,
				// The byte more proves that a result is too large.
				bodyBytes: LIMITS.value_bytes.default + 1,
				outputBytes,
				signal: this.#ending.signal,
			});
			if (this.#over) {
				void jail.destroy();
				throw hasEnded();
			}
			this.#jails.add(jail);
			return jail;
		} finally {
			this.#starting--;
		}
	}

	/** Ends a jail, and keeps what it used and printed. */
	async retire(jail: Jail, printed: LedgerOutput | null = null): Promise<void> {
		if (!this.#jails.delete(jail)) return;
		const used = jail.measure();
		add(this.#used, used);
		this.#measured ||= used !== null;
		if (printed && !this.#over) this.#printed.push(printed);
		await jail.destroy();
	}

	/** CPU time of all sandboxes, and the peak memory of the largest; null when nothing was measured. */
	measure(): Measured | null {
		const total = { ...this.#used };
		let any = this.#measured;
		for (const jail of this.#jails) {
			const used = jail.measure();
			any ||= used !== null;
			add(total, used);
		}
		return any ? total : null;
	}

	/** What the functions have printed so far. */
	outputs(): LedgerOutput[] {
		const live = [...this.members].map((member) => member.printed());
		return [...this.#printed, ...live.filter((one) => one !== null)];
	}

	/** Ends every jail of the execution, off the way of the answer. */
	end(): Promise<unknown> {
		this.#over = true;
		this.#ending.abort(hasEnded());
		return Promise.all([...this.#jails].map((jail) => this.retire(jail)));
	}

	/** Looks whether a function's result is what it declared; what is not becomes a warning, once for each function. */
	checkOutput(fn: ListedFunction, body: Uint8Array): void {
		if (fn.output_schema === null || this.#misfits.has(fn)) return;
		const checking = this.checks
			.output(fn, body)
			// What is too large to be checked in time is not a fault of the function.
			.catch((): Fault[] => [])
			.then(([fault]) => {
				if (!fault || this.#misfits.has(fn)) return;
				this.#misfits.add(fn);
				this.warnings.push(
					`${fullName(fn)}: its result does not fit its output schema: ${fault.path || "the result"} ${fault.message.replace(/, is .*$/s, "")}`,
				);
			})
			.finally(() => this.#checking.delete(checking));
		this.#checking.add(checking);
	}

	/** Resolves when every result is checked, or after a second. */
	async checked(): Promise<void> {
		if (this.#checking.size === 0) return;
		await Promise.race([Promise.all(this.#checking), Bun.sleep(MOST_CHECKING_MS)]);
	}

	/** Adds what a function's runner warned of to the execution's own warnings, each once. */
	warn(fn: ListedFunction, warnings: readonly string[]): void {
		for (const text of warnings) {
			if (this.warnings.length >= MOST_WARNINGS) return;
			const name = fullName(fn);
			const whole = text.startsWith(`${name}: `) ? text : `${name}: ${text}`;
			if (!this.warnings.includes(whole)) this.warnings.push(whole);
		}
	}

	/** Notes a call that has begun: `settle` finishes it, or the end of the execution does. */
	begin(call: OpenCall): void {
		this.#open.set(call.seq, { call, start: performance.now() });
	}

	/** Writes down how a call ended that has begun; harmless when the execution ended before it. */
	settle(seq: number, errorType: string | null, bytesOut: number): void {
		const open = this.#open.get(seq);
		if (!open) return;
		this.#open.delete(seq);
		this.record({
			...open.call,
			status: errorType === null ? "ok" : "error",
			error_type: errorType,
			wall_ms: performance.now() - open.start,
			bytes_out: bytesOut,
		});
	}

	/** Writes down what is still under way: it ran, whatever its caller made of it. */
	abandon(): void {
		for (const seq of [...this.#open.keys()]) this.settle(seq, "Cancelled", 0);
	}

	/** Writes one finished call down. */
	record(call: Omit<LedgerCall, "count">): void {
		if (call.seq <= CALLS_ONE_BY_ONE) {
			this.ledger.push({ ...call, count: 1 });
			return;
		}
		// A program can make up names without end: those of no function are one.
		const name = call.version === null ? "(unknown)" : call.function;
		const key = `${name} ${call.status}`;
		let sum = this.#summed.get(key);
		if (!sum) {
			sum = { ...call, function: name, count: 0, parent: null, wall_ms: 0, bytes_in: 0, bytes_out: 0 };
			this.#summed.set(key, sum);
			this.ledger.push(sum);
		}
		sum.count++;
		sum.wall_ms += call.wall_ms;
		sum.bytes_in += call.bytes_in;
		sum.bytes_out += call.bytes_out;
	}

	/** Nothing ever waits for a sandbox of its own ancestors: an idle one is given up, or the call fails at once. */
	async #makeRoom(): Promise<void> {
		const most = LIMITS.sandboxes.default;
		if (this.#jails.size + this.#starting <= most) return;
		for (const candidate of this.members) {
			if (!candidate.idle) continue;
			await candidate.give();
			return;
		}
		throw new CallRefused(
			"TooManySandboxes",
			`${most} sandboxes of this execution are busy; call fewer functions at once.`,
		);
	}
}

function add(total: Measured, used: Measured | null): void {
	if (!used) return;
	total.cpu_ms += used.cpu_ms;
	total.peak_memory_mb = Math.max(total.peak_memory_mb, used.peak_memory_mb);
}

/** Why a call that comes too late, or has waited for too long, is not made. */
function hasEnded(): CallRefused {
	return new CallRefused("Cancelled", "The execution has ended.");
}
