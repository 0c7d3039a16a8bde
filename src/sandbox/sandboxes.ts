/**
 * Where sandboxes come from: the pool, or a start of their own. What runs in them is not known here.
 * @module
 */
import { isDeepStrictEqual } from "node:util";
import { Health, type HealthWord } from "../health.ts";
import type { Log } from "../log.ts";
import { LANGUAGES, type Language } from "../result.ts";
import { NotConfined } from "./attest.ts";
import { listed } from "./attest-words.ts";
import { MemoryBeyond, MemoryTaken } from "./cgroup.ts";
import type { Jail } from "./jail.ts";
import { JailError } from "./jail-error.ts";
import { Launcher, type LauncherOptions } from "./launcher.ts";
import type { JailLimits } from "./nsjail-config.ts";
import { Pool } from "./pool.ts";
import { type Share, Shares, WAITING_WEIGHT } from "./shares.ts";
import { beforeStart } from "./start-failure.ts";
import { Starts } from "./starts.ts";

/** What a sandbox is asked for. */
export interface SandboxRequest {
	/** Whose it is: owners get the same CPU, however many sandboxes each has. */
	owner: number;
	language: Language;
	limits: JailLimits;
	/** The largest value that it may send, in bytes. */
	bodyBytes: number;
	/** Most bytes kept of each of its output streams. */
	outputBytes: number;
	/** Ends the wait for it when nobody wants it any more; its reason is thrown. */
	signal?: AbortSignal;
}

export interface SandboxesOptions extends LauncherOptions {
	/** Jails of each language that wait ready; 0 for none. */
	warm: number;
	/** The limits that waiting jails have. */
	usual: JailLimits;
	/** Whether there is more than one owner: each then leaves some memory to the others. */
	several: () => boolean;
	log: Log;
	/** Hears how each start went and how long it took in ms; one that only lacks memory is none. */
	started?: (language: Language, result: HealthWord, ms: number) => void;
}

/** How long a lease waits for memory that other sandboxes hold. */
const MEMORY_WAIT_MS = 2_000;
const MEMORY_RETRY_MS = 50;
/** Where there are several owners, each has this share of the memory at the most; a program and a function always. */
const OWNER_SHARE = 3 / 4;
const OWNER_JAILS = 2;

/** The owner of jails that wait: no namespace has this id. */
const NOBODY = -1;
/** A jail starts with this weight at least: one of an owner that uses all there is would not be ready in time. */
const START_WEIGHT = 100;
/** Starting a jail takes the time of a whole core: most programs have their answer by then. */
const REFILL_AFTER_MS = 15;

/** Makes jails, counts them, and ends them all. */
export class Sandboxes {
	readonly #launcher: Launcher;
	readonly #pool: Pool;
	readonly #shares = new Shares();
	readonly #starts = new Starts();
	readonly #starting = new Set<Promise<Jail>>();
	readonly #live = new Set<Jail>();
	readonly #health: Health;
	/** Leases that wait for memory. */
	#short = 0;
	#closed = false;
	#idle: Timer | undefined;

	constructor(private readonly options: SandboxesOptions) {
		this.#launcher = new Launcher(options);
		this.#health = new Health(options.log);
		const { cgroups, usual } = options;
		// Jails that only wait hold half of the memory at the most.
		const most = Math.floor(cgroups.memoryMb / usual.memory_mb / 4);
		this.#pool = new Pool(
			Math.min(options.warm, most),
			() => this.#short === 0 && cgroups.freeMb() >= 2 * usual.memory_mb,
		);
	}

	/** Starts one jail, to see that this machine can, and then fills the pool behind it. Throws JailError. */
	async warmUp(): Promise<void> {
		const first = await this.#startToWait("python");
		for (const language of LANGUAGES) {
			const start = () => this.#startToWait(language);
			await this.#pool.keep(language, start, language === "python" ? first : undefined);
		}
	}

	/** Anything but `ok` after a start that failed, until one succeeds. */
	get health(): HealthWord {
		return this.#health.word;
	}

	/** How many there are, those that wait included. */
	get alive(): number {
		return this.#live.size;
	}

	/** How many of a language wait for their use. */
	waiting(language: Language): number {
		return this.#pool.waiting(language);
	}

	/** What the live ones may use, what they do use, and what all may use together, in MiB; null without control groups. */
	get memory(): { reservedMb: number; usedMb: number | null; limitMb: number } | null {
		const { cgroups } = this.options;
		const limitMb = cgroups.memoryMb;
		return cgroups.enabled
			? { reservedMb: limitMb - cgroups.freeMb(), usedMb: cgroups.usedMb(), limitMb }
			: null;
	}

	/** One fresh, attested jail, for one use. Throws JailError, MemoryTaken, MemoryBeyond. The caller destroys it. */
	async lease(request: SandboxRequest): Promise<Jail> {
		const share = this.#shares.open(request.owner);
		const jail = await this.#have(request, share).catch((error) => {
			share.close();
			throw beforeStart(error);
		});
		void jail.ended.then(() => share.close());
		jail.assign(request.bodyBytes, request.outputBytes);
		setTimeout(() => void this.#pool.refill(), REFILL_AFTER_MS);
		return jail;
	}

	/** Starts a jail and throws it away, to see whether one can be had. */
	async probe(): Promise<void> {
		const jail = await this.#startToWait("python").catch(() => null);
		await jail?.destroy();
	}

	/** Probes from now on whenever nothing was started for so long, in ms. */
	watch(idleMs: number): void {
		this.#idle = setTimeout(async () => {
			await this.probe();
			if (!this.#closed) this.#idle?.refresh();
		}, idleMs);
	}

	/** Ends every jail, also those that are starting. */
	async close(): Promise<void> {
		this.#closed = true;
		clearTimeout(this.#idle);
		this.#pool.close();
		this.#shares.close();
		await Promise.allSettled(this.#starting);
		await Promise.all([...this.#live].map((jail) => jail.destroy()));
		this.#launcher.close();
	}

	async #have(request: SandboxRequest, share: Share): Promise<Jail> {
		const { language, limits, signal } = request;
		const allMb = this.options.cgroups.memoryMb;
		if (limits.memory_mb > allMb) throw new MemoryBeyond(limits.memory_mb, allMb);
		const deadline = performance.now() + MEMORY_WAIT_MS;
		while (!share.claim(limits.memory_mb, this.#mostMb())) {
			if (performance.now() > deadline)
				throw new MemoryTaken("the namespace's other sandboxes have its share of the memory");
			await Bun.sleep(MEMORY_RETRY_MS);
			signal?.throwIfAborted();
		}
		// The last that waits is for an owner that has none, or a program and its function.
		const leave = this.options.several() && share.others >= OWNER_JAILS ? 1 : 0;
		const waiting = await this.#waiting(language, limits, leave);
		const jail = waiting ?? (await this.#startWithRoom(request, share, deadline));
		share.give(jail.group, waiting !== null);
		return jail;
	}

	/** What one owner may have, in MiB. */
	#mostMb(): number {
		const { cgroups, usual, several } = this.options;
		return several() ? Math.max(OWNER_JAILS * usual.memory_mb, OWNER_SHARE * cgroups.memoryMb) : Infinity;
	}

	/** A jail of the pool that is still as it was when it was attested; null when there are only `leave`. */
	async #waiting(language: Language, limits: JailLimits, leave: number): Promise<Jail | null> {
		if (!isDeepStrictEqual(limits, this.options.usual)) return null;
		for (let jail = this.#pool.take(language, leave); jail; jail = this.#pool.take(language, leave)) {
			const fault = await jail.fault();
			if (fault === null) return jail;
			const ended = jail.over;
			this.options.log("sandbox_discarded", { reason: fault });
			void jail.destroy();
			// What has stopped or changed one may have done so to all: nobody waits for each of them in turn.
			if (!ended) void this.#pool.drain();
		}
		return null;
	}

	/** Jails that only wait give way to one that is needed; for the rest of the memory it waits a while. */
	async #startWithRoom(request: SandboxRequest, share: Share, deadline: number): Promise<Jail> {
		const { owner, language, limits, signal } = request;
		const begin = () => this.#start(language, limits, Math.max(START_WEIGHT, share.weight));
		const start = () => this.#starts.run(owner, begin, signal);
		try {
			return await start();
		} catch (error) {
			if (!(error instanceof MemoryTaken)) throw error;
		}
		this.#short++;
		try {
			for (;;) {
				if (!(await this.#pool.drain())) await Bun.sleep(MEMORY_RETRY_MS);
				try {
					return await start();
				} catch (error) {
					if (!(error instanceof MemoryTaken) || performance.now() > deadline) throw error;
				}
			}
		} finally {
			this.#short--;
		}
	}

	/** One for the pool, or to see whether one can be had. */
	#startToWait(language: Language): Promise<Jail> {
		return this.#starts.run(NOBODY, () => this.#start(language, this.options.usual, WAITING_WEIGHT));
	}

	async #start(language: Language, limits: JailLimits, weight: number): Promise<Jail> {
		if (this.#closed) throw new JailError("the server is stopping");
		const begun = performance.now();
		const starting = this.#launcher.start(language, limits, weight);
		this.#starting.add(starting);
		try {
			const jail = await starting;
			this.#started(language, "ok", begun);
			this.#live.add(jail);
			void jail.ended
				.then(() => jail.destroy())
				.then(() => {
					this.#live.delete(jail);
					// It may have had the memory that the pool waited for.
					void this.#pool.refill();
				});
			return jail;
		} catch (error) {
			if (error instanceof NotConfined) {
				this.options.log("attestation_failed", { language, faults: listed(error.faults) });
				this.#started(language, "not_confined", begun);
			} else if (!(error instanceof MemoryTaken)) {
				this.options.log("sandbox_failed", { language, reason: (error as Error).message });
				this.#started(language, "sandbox_failed", begun);
			}
			throw error;
		} finally {
			this.#starting.delete(starting);
		}
	}

	#started(language: Language, result: HealthWord, begun: number): void {
		if (!this.#closed) this.#idle?.refresh();
		this.#health.started(result);
		this.options.started?.(language, result, performance.now() - begun);
	}
}
