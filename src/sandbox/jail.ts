/**
 * One nsjail process and what it is told: started, attested, used once, destroyed.
 * @module
 */
import { attestationFaults, type Expected, NotConfined } from "./attest.ts";
import type { JailGroup } from "./cgroup.ts";
import { Channel, type ChannelEvents, closeDescriptors } from "./channel.ts";
import { encodeFrame, type Frame, FrameReader } from "./frames.ts";
import { JailError } from "./jail-error.ts";
import { firstChild, type Measured, measureTree } from "./measure.ts";
import { complaints, NsjailLog } from "./nsjail-log.ts";
import { Output, type OutputFilter } from "./output.ts";
import { RollCall } from "./roll-call.ts";
import { type Nsjail, spawnNsjail } from "./spawn-nsjail.ts";
import { lateStart, reasonIn } from "./start-failure.ts";

/** How a jail ended by itself. */
export type Ending =
	| { kind: "exit"; code: number }
	| { kind: "signal"; signal: number }
	/** Its frames broke the protocol, or it closed the way that they take. */
	| { kind: "protocol"; message: string }
	/** It went without a word: nsjail or PID 1 was killed. */
	| { kind: "gone" };

export interface JailOptions {
	/** argv of nsjail, itself included. */
	command: string[];
	expected: Expected;
	group: JailGroup;
	startMs: number;
}

/** How long the last words of an nsjail that has ended may take. */
const LOG_MS = 200;
const START_OUTPUT_BYTES = 2_048;
/** How long PID 1's last word, or nsjail's end, may take after an end of file. */
const LAST_WORD_MS = 1_000;

export class Jail {
	/** Set by whoever leases the jail. Frames that arrive without one are a breach of the protocol. */
	onFrame: ((frame: Frame) => void) | null = null;
	readonly ended: Promise<Ending>;
	stdout = new Output(0);
	/** Before its use: what PID 1 and the runner say when they don't come up. */
	stderr = new Output(START_OUTPUT_BYTES);
	#settleEnd!: (ending: Ending) => void;
	#settleReady!: { resolve: () => void; reject: (why: Ending | JailError) => void };
	#over = false;
	#attested = false;
	#runnerReady = false;
	#channels: Channel[] = [];
	#frames: Channel | undefined;
	/** Descriptor 7: held and never read, unless a lease opens it. Null once it is opened or closed. */
	#egress: number | null = null;
	readonly #log: NsjailLog;
	#pid = 0;
	readonly #rollCall = new RollCall();
	#cpuBefore = 0;
	readonly #reader = new FrameReader(0);
	#lastMeasured: Measured | null = null;
	#destroyed: Promise<void> | undefined;

	private constructor(
		private readonly nsjail: Nsjail,
		private readonly options: JailOptions,
	) {
		this.#log = new NsjailLog(nsjail.stderr);
		this.ended = new Promise((resolve) => {
			this.#settleEnd = resolve;
		});
	}

	/** Starts nsjail and resolves when the jail is attested and its runner ready. Throws JailError. */
	static async start(options: JailOptions): Promise<Jail> {
		let nsjail: Nsjail;
		try {
			nsjail = spawnNsjail(options.command);
		} catch (error) {
			await options.group.remove();
			throw error;
		}
		const jail = new Jail(nsjail, options);
		const timer = setTimeout(() => jail.#settleReady.reject(lateStart(options.startMs)), options.startMs);
		try {
			await jail.#boot();
			return jail;
		} catch (why) {
			await jail.destroy();
			throw why instanceof Error ? why : await jail.#startFailure(why as Ending);
		} finally {
			clearTimeout(timer);
		}
	}

	get over(): boolean {
		return this.#over;
	}

	/**
	 * Why a jail that has waited must not be used, or null: it has ended, PID 1 or the runner does not answer
	 * within a second, or somebody has changed what bounds it. Only before it is assigned.
	 */
	async fault(): Promise<string | null> {
		const [runner, init] = this.#channels;
		const silence = await this.#rollCall.take({ "the runner": runner, "PID 1": init }, this.ended);
		if (this.#over) return "it has ended";
		return silence ?? (this.options.group.faults(this.#pid).join("; ") || null);
	}

	/** Says what this use of the jail may send and print, and counts its costs from here on. */
	assign(bodyBytes: number, outputBytes: number): void {
		this.#reader.bodyBytes = bodyBytes;
		this.stdout = new Output(outputBytes);
		this.stderr = new Output(outputBytes);
		this.#cpuBefore = this.measure()?.cpu_ms ?? 0;
	}

	/** Passes everything printed from here on through a filter of its own for each stream. */
	filterOutput(make: () => OutputFilter): void {
		this.stdout.filter(make());
		this.stderr.filter(make());
	}

	/** Sends one frame to the runner. */
	send(header: object, body?: Uint8Array | string): void {
		this.#frames?.write(encodeFrame(header, body));
	}

	/** Opens the way out, once, for a lease that may have one: nothing was read from it before. Throws JailError. */
	async openEgress(events: ChannelEvents): Promise<Channel> {
		const fd = this.#egress;
		if (fd === null) throw new JailError("the jail has no way out that could be opened");
		this.#egress = null;
		try {
			const channel = await Channel.open(fd, events);
			this.#channels.push(channel);
			if (this.#destroyed) channel.close();
			return channel;
		} catch (error) {
			closeDescriptors([fd]);
			throw new JailError(`the way out of the jail does not open: ${(error as Error).message}`);
		}
	}

	/** Bytes of frames that the runner has not taken yet. */
	get unreadBytes(): number {
		return this.#frames?.backlogBytes ?? 0;
	}

	/** Stops and starts the reading of frames: a jail that sends faster than it is served waits. */
	pause(): void {
		this.#frames?.pause();
	}
	resume(): void {
		this.#frames?.resume();
	}

	/** Takes in everything printed so far. */
	drainOutput(): void {
		for (const channel of this.#channels.slice(2, 4)) channel.drain();
	}

	/** CPU time and peak memory since the start, by the group's word, the host's, or PID 1's last; null when none has it. */
	measure(): Measured | null {
		const measured =
			this.options.group.measure() ?? this.#lastMeasured ?? (this.#pid ? measureTree(this.#pid) : null);
		return measured && { ...measured, cpu_ms: Math.max(0, measured.cpu_ms - this.#cpuBefore) };
	}

	/** What bounds and counts it. */
	get group(): JailGroup {
		return this.options.group;
	}

	/** nsjail's own words about what went wrong: its warnings and errors. */
	get lastWords(): string {
		return complaints(this.#log.text);
	}

	/** Kills everything in the jail and waits until it is gone. Idempotent. */
	destroy(): Promise<void> {
		this.#destroyed ??= this.#destroy();
		return this.#destroyed;
	}

	async #boot(): Promise<void> {
		const ready = new Promise<void>((resolve, reject) => {
			this.#settleReady = { resolve, reject };
		});
		ready.catch(() => {});
		const [frames, control, stdout, stderr, egress] = this.nsjail.stdio.slice(3) as number[];
		this.#egress = egress ?? null;
		const openings = [
			[frames, this.#frameEvents(this.#reader, (frame) => this.#onFrame(frame))],
			[control, this.#frameEvents(new FrameReader(0), (frame) => this.#onControl(frame))],
			[stdout, { data: (chunk: Uint8Array) => this.stdout.push(chunk), close: () => {} }],
			[stderr, { data: (chunk: Uint8Array) => this.stderr.push(chunk), close: () => {} }],
		] as const;
		try {
			for (const [fd, events] of openings) this.#channels.push(await Channel.open(fd as number, events));
		} catch (error) {
			closeDescriptors(openings.slice(this.#channels.length).map(([fd]) => fd));
			throw new JailError(`a channel to the jail does not open: ${(error as Error).message}`);
		}
		this.#frames = this.#channels[0];
		void this.nsjail.exited.then(() => this.#end({ kind: "gone" }));
		await ready;
	}

	#frameEvents(reader: FrameReader, take: (frame: Frame) => void) {
		return {
			data: (chunk: Uint8Array) => {
				if (this.#over) return;
				try {
					for (const frame of reader.push(chunk)) if (!this.#over) take(frame);
				} catch (error) {
					this.#end({ kind: "protocol", message: String(error) });
				}
			},
			// nsjail holds every descriptor to its own end, which is told at once: a jail that lives on has closed this one itself.
			close: () => {
				const end = () => this.#end({ kind: "protocol", message: "it closed its descriptor" });
				setTimeout(end, LAST_WORD_MS).unref();
			},
		};
	}

	#onFrame(frame: Frame): void {
		if (this.onFrame) return this.onFrame(frame);
		if (this.#rollCall.heard("the runner", frame.header)) return;
		if (frame.header.op === "ready" && !this.#runnerReady) {
			this.#runnerReady = true;
			return this.#settleWhenReady();
		}
		this.#end({ kind: "protocol", message: "a frame that nobody asked for" });
	}

	/** PID 1 attests before it starts the runner, but on a descriptor of its own: either word may be read first. */
	#settleWhenReady(): void {
		if (this.#attested && this.#runnerReady) this.#settleReady.resolve();
	}

	#onControl({ header }: Frame): void {
		if (header.op === "attest" && !this.#attested) {
			this.#pid = firstChild(this.nsjail.pid);
			const faults = [
				...attestationFaults(header, this.options.expected),
				...this.options.group.faults(this.#pid),
			];
			if (faults.length) {
				this.#settleReady.reject(new NotConfined(faults));
				return;
			}
			this.#attested = true;
			return this.#settleWhenReady();
		}
		if (this.#rollCall.heard("PID 1", header)) return;
		if (header.op !== "end") return this.#end({ kind: "protocol", message: "PID 1 spoke out of turn" });
		this.#lastMeasured = {
			cpu_ms: Number(header.cpu_ms),
			peak_memory_mb: Number(header.peak_memory_mb),
		};
		if (typeof header.exit === "number") this.#end({ kind: "exit", code: header.exit });
		else this.#end({ kind: "signal", signal: Number(header.signal) });
	}

	/** The first reason counts. */
	#end(ending: Ending): void {
		if (this.#over) return;
		this.#over = true;
		this.drainOutput();
		this.#settleEnd(ending);
		this.#settleReady?.reject(ending);
	}

	/** What came instead of a jail, from nsjail's own words. */
	async #startFailure(ending: Ending): Promise<JailError> {
		const log = `${await this.#log.whole(LOG_MS)}${this.stderr.text()}`;
		return new JailError(
			`the jail ended at its start (${ending.kind}): ${complaints(log)}`,
			reasonIn(log, this.#attested),
		);
	}

	async #destroy(): Promise<void> {
		this.#end({ kind: "gone" });
		// nsjail's child has its parent's death as a signal to die by, and PID 1's death ends the whole jail.
		this.nsjail.kill("SIGKILL");
		for (const channel of this.#channels) channel.close();
		closeDescriptors([this.#egress]);
		this.#egress = null;
		await this.nsjail.exited;
		await this.options.group.remove();
	}
}
