/**
 * The one use case: run a program or call a function in a sandbox, and say how it went. Never throws for what
 * user code does; failures are values.
 * @module
 */
import { checkedJson } from "../functions/json-text.ts";
import { fullName } from "../functions/types.ts";
import type { ValueChecks } from "../functions/value-checks.ts";
import { JSON_DEPTH, LIMITS } from "../limits.ts";
import type { Log } from "../log.ts";
import type { Metrics } from "../metrics.ts";
import type { ExecutionResult, Status, Usage } from "../result.ts";
import { MemoryTaken } from "../sandbox/cgroup.ts";
import type { Ending, Jail } from "../sandbox/jail.ts";
import { JailError } from "../sandbox/jail-error.ts";
import type { Sandboxes } from "../sandbox/sandboxes.ts";
import type { ExecutionTable } from "../store/executions.ts";
import type { FunctionTable } from "../store/functions.ts";
import { randomBase62 } from "../store/keys.ts";
import type { Admission } from "./admission.ts";
import { Broker } from "./broker.ts";
import { CallRefused } from "./call-refused.ts";
import { answered, functionSubject, programSubject, type Seen, type Subject } from "./end.ts";
import { executed } from "./executed.ts";
import { FunctionSandbox } from "./function-sandbox.ts";
import { readMessage } from "./messages.ts";
import { outcome } from "./outcome.ts";
import { DEFAULT_JAIL_LIMITS } from "./own-limits.ts";
import { type CallRequest, type ExecutionRequest, named, type ProgramRequest } from "./request.ts";
import { CallTree } from "./tree.ts";
import type { Trust } from "./trust.ts";

/** Ends an execution from outside. */
type Cancel = (decided: "timeout" | "cancelled" | "stopping") => void;

/** The contract's estimate of what a token holds. */
const BYTES_PER_TOKEN = 4;

export class Executor {
	readonly #live = new Set<Cancel>();
	/** Whether it was asked to stop, and whether the grace that came with it is over. */
	#stopping = false;
	#stopped = false;

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
	async run(request: ExecutionRequest): Promise<ExecutionResult> {
		const id = `exe_${randomBase62(22)}`;
		const tree = new CallTree({
			id,
			namespaceId: request.namespace.id,
			catalog: request.catalog,
			source: (hash) => this.functions.source(hash),
			sandboxes: this.sandboxes,
			checks: this.checks,
			trust: this.trust,
			log: this.log,
		});
		this.#start(id, request);
		const release = await this.admission.acquire(request.namespace.id, request.signal);
		if (!release) {
			const decided = request.signal?.aborted ? "cancelled" : this.#stopping ? "stopping" : "busy";
			return this.#finish(tree, request, { decided }, null, null);
		}
		try {
			if (this.#stopped) return this.#finish(tree, request, { decided: "stopping" }, null, null);
			return await this.#lease(tree, request);
		} finally {
			release();
		}
	}

	/** Resolves when nothing runs; after `graceMs` whatever still runs or waits is cancelled. */
	async stop(graceMs: number): Promise<void> {
		this.#stopping = true;
		const timer = setTimeout(() => {
			this.#stopped = true;
			for (const cancel of this.#live) cancel("stopping");
		}, graceMs);
		await this.admission.idle();
		clearTimeout(timer);
	}

	#start(id: string, request: ExecutionRequest): void {
		this.executions.start({
			...named(request),
			id,
			namespaceId: request.namespace.id,
			keyId: request.keyId,
			code: request.kind === "call" ? this.functions.source(request.fn.source_hash) : request.code,
		});
	}

	async #lease(tree: CallTree, request: ExecutionRequest): Promise<ExecutionResult> {
		const start = performance.now();
		let cancel!: Cancel;
		const cancelled = new Promise<Seen>((resolve) => {
			cancel = (decided) => resolve({ decided });
		});
		const abort = () => cancel("cancelled");
		const timer = setTimeout(() => cancel("timeout"), request.timeoutMs);
		request.signal?.addEventListener("abort", abort);
		this.#live.add(cancel);
		const top: { jail: Jail | null } = { jail: null };
		try {
			const work =
				request.kind === "execute" ? this.#program(tree, request, top) : this.#function(tree, request);
			const seen = await Promise.race([work.then(withJson), cancelled]).catch((error) => failed(tree, error));
			const wallMs = performance.now() - start;
			await tree.checked();
			return this.#finish(tree, request, seen, top.jail, wallMs);
		} finally {
			clearTimeout(timer);
			request.signal?.removeEventListener("abort", abort);
			this.#live.delete(cancel);
		}
	}

	async #program(tree: CallTree, request: ProgramRequest, top: { jail: Jail | null }): Promise<Seen> {
		const jail = await tree.lease(request.language, DEFAULT_JAIL_LIMITS);
		top.jail = jail;
		const broker = new Broker(tree, jail, []);
		const answer = new Promise<Seen>((resolve) => {
			let said = false;
			/** The first word counts; what comes after it is not looked at. */
			const settle = (see: () => Seen) => {
				if (said) return;
				said = true;
				jail.onFrame = () => {};
				broker.stop();
				resolve(see());
			};
			const end = (ending: Ending) => settle(() => tree.ended(jail, ending));
			jail.onFrame = ({ header, body }) => {
				const message = readMessage(header);
				if (typeof message === "string") end({ kind: "protocol", message });
				else if (message.op === "result") settle(() => answered(jail, message, body));
				else broker.take(message, body);
			};
			void jail.ended.then(end);
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
		return answer;
	}

	async #function(tree: CallTree, request: CallRequest): Promise<Seen> {
		const chain = [fullName(request.fn)];
		const sandbox = await FunctionSandbox.start(
			tree,
			request.fn,
			(_sandbox, jail) => new Broker(tree, jail, chain),
			{ resultLimit: LIMITS.result_bytes.default },
		);
		return sandbox.call(request.input, 0);
	}

	/** Puts the answer together and writes the ledger and the log. The sandboxes are ended after it, off its way. */
	#finish(
		tree: CallTree,
		request: ExecutionRequest,
		seen: Seen,
		top: Jail | null,
		wallMs: number | null,
	): ExecutionResult {
		top?.drainOutput();
		const printed = { stdout: top?.stdout.text() ?? "", stderr: top?.stderr.text() ?? "" };
		const used = tree.measure();
		const { status, error } = outcome(subjectOf(request), seen);
		const resultJson = (status === "ok" && seen.said?.json) || "null";
		const returned = status === "ok" ? Buffer.byteLength(resultJson) : 0;
		const usage: Usage = {
			wall_ms: wallMs === null ? null : round(wallMs),
			cpu_ms: used && round(used.cpu_ms),
			peak_memory_mb: used && round(used.peak_memory_mb),
			calls: tree.calls,
			bytes_in_sandbox: tree.bytesIn,
			bytes_returned: returned,
			tokens_kept_out: Math.max(0, Math.floor((tree.bytesIn - returned) / BYTES_PER_TOKEN)),
		};
		tree.abandon();
		this.#record(tree, status, error?.type ?? null, usage);
		this.metrics.executed(status, usage.wall_ms);
		this.log("executed", executed(request, { id: tree.id, status, error, usage }));
		// Killing takes milliseconds of this thread: the answer goes first.
		setImmediate(() => void tree.end());
		return {
			id: tree.id,
			status,
			resultJson,
			...printed,
			error,
			warnings: [...(status === "ok" ? (seen.said?.message.warnings ?? []) : []), ...tree.warnings],
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

/** Why there is no answer from a sandbox. A fault of ours is logged, and still ends the execution in order. */
function failed(tree: CallTree, error: unknown): Seen {
	if (error instanceof CallRefused) return { refused: error };
	if (error instanceof MemoryTaken) return { decided: "busy" };
	if (error instanceof JailError) return { decided: "no_sandbox", why: error.reason };
	tree.fault(error);
	return { decided: "fault" };
}

/** The same, with the result's text. One that is too large is not read. */
function withJson(seen: Seen): Seen {
	const { said } = seen;
	if (!said?.message.ok || said.body.length > LIMITS.result_bytes.default) return seen;
	return { ...seen, said: { ...said, json: checkedJson(said.body) } };
}

function subjectOf(request: ExecutionRequest): Subject {
	return request.kind === "execute"
		? programSubject(request.timeoutMs)
		: { ...functionSubject(request.fn, LIMITS.result_bytes.default), wallMs: request.timeoutMs };
}

/** A microsecond is finer than anything that is measured here. */
function round(value: number): number {
	return Math.round(value * 1_000) / 1_000;
}
