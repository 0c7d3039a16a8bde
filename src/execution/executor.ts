/**
 * The one use case: run a program or call a function in a sandbox, and say how it went. Never throws for what
 * user code does; failures are values.
 * @module
 */
import type { Catalog } from "../functions/catalogs.ts";
import { checkedJson } from "../functions/json-text.ts";
import { fullName } from "../functions/types.ts";
import type { ValueChecks } from "../functions/value-checks.ts";
import { JSON_DEPTH, LIMITS } from "../limits.ts";
import { faultText, type Log } from "../log.ts";
import type { Metrics } from "../metrics.ts";
import type { ExecutionResult, Language, Status, Usage } from "../result.ts";
import { MemoryTaken } from "../sandbox/cgroup.ts";
import type { Ending, Jail } from "../sandbox/jail.ts";
import { JailError } from "../sandbox/jail-error.ts";
import type { Sandboxes } from "../sandbox/sandboxes.ts";
import type { ExecutionTable } from "../store/executions.ts";
import type { FunctionTable } from "../store/functions.ts";
import { randomBase62 } from "../store/keys.ts";
import type { ListedFunction } from "../store/versions.ts";
import type { Admission } from "./admission.ts";
import { Broker } from "./broker.ts";
import { CallRefused } from "./call-refused.ts";
import { type Answer, FunctionSandbox } from "./function-sandbox.ts";
import { readMessage } from "./messages.ts";
import { type Failure, outcomes } from "./outcome.ts";
import { DEFAULT_JAIL_LIMITS, jailLimits } from "./own-limits.ts";
import { CallTree } from "./tree.ts";
import type { Trust } from "./trust.ts";

/** What both kinds of execution need. */
interface Common {
	namespaceId: number;
	keyId: string;
	catalog: Catalog;
	/** Wall time in ms, from lease to result. */
	timeoutMs: number;
	/** Fires when the client went away. */
	signal?: AbortSignal;
}
export interface ProgramRequest extends Common {
	kind: "execute";
	language: Language;
	code: string;
}
export interface CallRequest extends Common {
	kind: "call";
	fn: ListedFunction;
	/** The input as JSON text, checked against the schema already. */
	input: string;
}

/** What came out of the top sandbox. */
type Reply = { warnings: string[] } & ({ ok: true; json: string } | { ok: false; failure: Failure });

/** The contract's estimate of what a token holds. */
const BYTES_PER_TOKEN = 4;

export class Executor {
	readonly #live = new Set<(failure: Failure) => void>();

	constructor(
		private readonly admission: Admission,
		private readonly sandboxes: Sandboxes,
		private readonly functions: FunctionTable,
		private readonly executions: ExecutionTable,
		private readonly checks: ValueChecks,
		private readonly trust: Trust,
		private readonly log: Log,
		private readonly metrics: Metrics,
	) {}

	/** Runs one execution to its end. */
	async run(request: ProgramRequest | CallRequest): Promise<ExecutionResult> {
		const id = `exe_${randomBase62(22)}`;
		const tree = new CallTree({
			id,
			namespaceId: request.namespaceId,
			catalog: request.catalog,
			source: (hash) => this.functions.source(hash),
			sandboxes: this.sandboxes,
			checks: this.checks,
			trust: this.trust,
			log: this.log,
		});
		this.#start(id, request);
		const release = await this.admission.acquire(request.signal);
		if (!release) {
			const failure = request.signal?.aborted ? outcomes.cancelled() : outcomes.busy();
			return this.#finish(tree, { ok: false, failure, warnings: [] }, null, null);
		}
		try {
			return await this.#lease(tree, request);
		} finally {
			release();
		}
	}

	/** Resolves when nothing runs; after `graceMs` whatever still runs is cancelled. */
	async stop(graceMs: number): Promise<void> {
		const timer = setTimeout(() => {
			for (const cancel of this.#live) cancel(outcomes.stopping());
		}, graceMs);
		await this.admission.idle();
		clearTimeout(timer);
	}

	#start(id: string, request: ProgramRequest | CallRequest): void {
		const called = request.kind === "call" ? request.fn : null;
		this.executions.start({
			id,
			namespaceId: request.namespaceId,
			keyId: request.keyId,
			kind: request.kind,
			function: called && fullName(called),
			version: called?.version ?? null,
			language: request.kind === "call" ? request.fn.language : request.language,
			code: request.kind === "call" ? this.functions.source(request.fn.source_hash) : request.code,
		});
	}

	async #lease(tree: CallTree, request: ProgramRequest | CallRequest): Promise<ExecutionResult> {
		const start = performance.now();
		let cancel!: (failure: Failure) => void;
		const cancelled = new Promise<Reply>((resolve) => {
			cancel = (failure) => resolve({ ok: false, failure, warnings: [] });
		});
		const abort = () => cancel(outcomes.cancelled());
		const timer = setTimeout(() => cancel(outcomes.timeout(request.timeoutMs)), request.timeoutMs);
		request.signal?.addEventListener("abort", abort);
		this.#live.add(cancel);
		const top: { jail: Jail | null } = { jail: null };
		try {
			const work =
				request.kind === "execute" ? this.#program(tree, request, top) : this.#function(tree, request);
			const reply = await Promise.race([work, cancelled]).catch((error) => this.#failed(error));
			const wallMs = performance.now() - start;
			await tree.checked();
			return this.#finish(tree, reply, top.jail, wallMs);
		} finally {
			clearTimeout(timer);
			request.signal?.removeEventListener("abort", abort);
			this.#live.delete(cancel);
		}
	}

	async #program(tree: CallTree, request: ProgramRequest, top: { jail: Jail | null }): Promise<Reply> {
		const jail = await tree.lease(request.language, DEFAULT_JAIL_LIMITS);
		top.jail = jail;
		const broker = new Broker(tree, jail, []);
		const answer = new Promise<Answer>((resolve) => {
			let exitCode: number | null = null;
			const ended = (ending: Ending) =>
				resolve({ kind: "ended", ending, outOfMemory: jail.ranOutOfMemory(), exitCode });
			jail.onFrame = ({ header, body }) => {
				const message = readMessage(header);
				if (typeof message === "string") ended({ kind: "protocol", message });
				else if (message.op === "exit") exitCode = message.code;
				else if (message.op === "result") resolve({ kind: "result", message, body });
				else broker.take(message, body);
			};
			void jail.ended.then(ended);
		});
		const { services } = request.catalog;
		jail.send(
			{
				op: "run",
				services,
				result_limit: LIMITS.result_bytes.default,
				input_limit: LIMITS.value_bytes.default,
				depth_limit: JSON_DEPTH,
			},
			request.code,
		);
		return toReply(await answer);
	}

	async #function(tree: CallTree, request: CallRequest): Promise<Reply> {
		const chain = [fullName(request.fn)];
		const sandbox = await FunctionSandbox.start(
			tree,
			request.fn,
			(_sandbox, jail) => new Broker(tree, jail, chain),
			LIMITS.result_bytes.default,
		);
		return toReply(await sandbox.call(request.input, 0), jailLimits(request.fn.limits).memory_mb);
	}

	/** Why there is no answer from a sandbox. A fault of ours is logged, and still ends the execution in order. */
	#failed(error: unknown): Reply {
		const fail = (failure: Failure): Reply => ({ ok: false, failure, warnings: [] });
		if (error instanceof CallRefused) return fail(outcomes.refused(error.type, error.message));
		if (error instanceof MemoryTaken) return fail(outcomes.busy());
		if (!(error instanceof JailError)) this.log("fault", { reason: faultText(error) });
		return fail(outcomes.noSandbox(error instanceof JailError ? error.reason : null));
	}

	/** Puts the answer together and writes the ledger. The sandboxes are ended after it, off its way. */
	#finish(tree: CallTree, reply: Reply, top: Jail | null, wallMs: number | null): ExecutionResult {
		top?.drainOutput();
		const printed = { stdout: top?.stdout.text() ?? "", stderr: top?.stderr.text() ?? "" };
		const used = tree.measure();
		const resultJson = reply.ok ? reply.json : "null";
		const returned = reply.ok ? Buffer.byteLength(reply.json) : 0;
		const usage: Usage = {
			wall_ms: wallMs === null ? null : round(wallMs),
			cpu_ms: used && round(used.cpu_ms),
			peak_memory_mb: used && round(used.peak_memory_mb),
			calls: tree.calls,
			bytes_in_sandbox: tree.bytesIn,
			bytes_returned: returned,
			tokens_kept_out: Math.max(0, Math.floor((tree.bytesIn - returned) / BYTES_PER_TOKEN)),
		};
		const status = reply.ok ? "ok" : reply.failure.status;
		const error = reply.ok ? null : reply.failure.error;
		tree.abandon();
		this.#record(tree, status, error?.type ?? null, usage);
		this.metrics.executed(status, usage.wall_ms);
		// Killing takes milliseconds of this thread: the answer goes first.
		setImmediate(() => void tree.end());
		return {
			id: tree.id,
			status,
			resultJson,
			...printed,
			error,
			warnings: [...reply.warnings, ...tree.warnings],
			usage,
		};
	}

	/** Writes how an execution ended. What ran has its answer even when the ledger can't be told. */
	#record(tree: CallTree, status: Status, errorType: string | null, usage: Usage): void {
		try {
			if (this.executions.end(tree.id, status, errorType, usage, tree.ledger, tree.outputs(), tree.egress))
				return;
			tree.warnings.push(
				"The disk under the server's data folder is full: the ledger learns how this execution ended when there is room.",
			);
			this.log("disk_full", { execution: tree.id });
		} catch (error) {
			tree.fault(error);
		}
	}
}

/** What the top sandbox answered, as the client gets it. */
function toReply(answer: Answer, memoryMb = DEFAULT_JAIL_LIMITS.memory_mb): Reply {
	const fail = (failure: Failure): Reply => ({ ok: false, failure, warnings: [] });
	if (answer.kind === "timeout") return fail(outcomes.timeout(answer.ms));
	if (answer.kind === "ended") {
		const { ending, exitCode, outOfMemory } = answer;
		// A runner that announced its exit may still end by the signal that its process.exit became.
		const how: Ending = exitCode === null ? ending : { kind: "exit", code: exitCode };
		return fail(outcomes.ended(how, outOfMemory, memoryMb, LIMITS.value_bytes.default));
	}
	const { message, body } = answer;
	const most = LIMITS.result_bytes.default;
	if (message.too_large)
		return fail(outcomes.resultTooLarge(message.too_large.bytes, message.too_large.shape, most));
	if (!message.ok)
		return fail(message.error ? { status: "error", error: message.error } : outcomes.notJson());
	if (body.length > most) return fail(outcomes.resultTooLarge(body.length, "unknown", most));
	const json = checkedJson(body);
	return json === null ? fail(outcomes.notJson()) : { ok: true, json, warnings: message.warnings };
}

/** A microsecond is finer than anything that is measured here. */
function round(value: number): number {
	return Math.round(value * 1_000) / 1_000;
}
