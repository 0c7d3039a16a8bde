/**
 * One nsjail process and what it is told: started, attested, used once, destroyed.
 * @module
 */
import { readFileSync } from "node:fs";
import { attestationFaults, type Expected } from "./attest.ts";
import type { JailGroup } from "./cgroup.ts";
import { Channel, type ChannelEvents, closeDescriptors } from "./channel.ts";
import { encodeFrame, type Frame, FrameError, FrameReader } from "./frames.ts";
import { JailError } from "./jail-error.ts";
import { type Measured, measureTree } from "./measure.ts";
import { Output, type OutputFilter } from "./output.ts";

/** How a jail ended by itself. */
export type Ending =
	| { kind: "exit"; code: number }
	| { kind: "signal"; signal: number }
	/** Its frames broke the protocol. */
	| { kind: "protocol"; message: string }
	/** A frame larger than its limit. */
	| { kind: "too_large" }
	/** It went without a word: nsjail or PID 1 was killed. */
	| { kind: "gone" };

export interface JailOptions {
	/** argv of nsjail, itself included. */
	command: string[];
	expected: Expected;
	group: JailGroup;
	startMs: number;
}

const LOG_BYTES = 8_192;
/** How long PID 1's last word may take after the runner's end of file. */
const LAST_WORD_MS = 500;

export class Jail {
	/** Set by whoever leases the jail. Frames that arrive without one are a breach of the protocol. */
	onFrame: ((frame: Frame) => void) | null = null;
	readonly ended: Promise<Ending>;
	stdout = new Output(0);
	stderr = new Output(0);
	#settleEnd!: (ending: Ending) => void;
	#settleReady!: { resolve: () => void; reject: (error: Error) => void };
	#over = false;
	#attested = false;
	#runnerReady = false;
	#channels: Channel[] = [];
	#frames: Channel | undefined;
	/** Descriptor 7: held and never read, unless a lease opens it. Null once it is opened or closed. */
	#egress: number | null = null;
	#log = "";
	#pid = 0;
	#cpuBefore = 0;
	readonly #reader = new FrameReader(0);
	#lastMeasured: Measured | null = null;
	#destroyed: Promise<void> | undefined;

	private constructor(
		private readonly nsjail: Bun.Subprocess<"ignore", "ignore", "pipe">,
		private readonly options: JailOptions,
	) {
		this.ended = new Promise((resolve) => {
			this.#settleEnd = resolve;
		});
	}

	/** Starts nsjail and resolves when the jail is attested and its runner ready. Throws JailError. */
	static async start(options: JailOptions): Promise<Jail> {
		let nsjail: Bun.Subprocess<"ignore", "ignore", "pipe">;
		try {
			nsjail = Bun.spawn(options.command, {
				stdio: ["ignore", "ignore", "pipe", "pipe", "pipe", "pipe", "pipe", "pipe"],
				env: {},
				cwd: "/",
			}) as Bun.Subprocess<"ignore", "ignore", "pipe">;
		} catch (error) {
			await options.group.remove();
			throw new JailError(`nsjail does not start: ${(error as Error).message}`);
		}
		const jail = new Jail(nsjail, options);
		const timer = setTimeout(() => jail.#end({ kind: "gone" }), options.startMs);
		try {
			await jail.#boot();
			return jail;
		} catch (error) {
			await jail.destroy();
			throw error;
		} finally {
			clearTimeout(timer);
		}
	}

	get over(): boolean {
		return this.#over;
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

	/** CPU time since its start, by the group's word; 0 where there is none. */
	cpuMs(): number {
		return this.options.group.cpuMs();
	}

	/** How much CPU it gets beside others when there is too little. */
	weigh(weight: number): void {
		this.options.group.weigh(weight);
	}

	ranOutOfMemory(): boolean {
		return this.options.group.ranOutOfMemory();
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
		void this.#readLog();
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
					const large = error instanceof FrameError && error.message.startsWith("a body");
					this.#end(large ? { kind: "too_large" } : { kind: "protocol", message: String(error) });
				}
			},
			// The runner's end closes before PID 1 has said how it ended: the word is waited for, not for ever.
			close: () => void setTimeout(() => this.#end({ kind: "gone" }), LAST_WORD_MS).unref(),
		};
	}

	#onFrame(frame: Frame): void {
		if (this.onFrame) return this.onFrame(frame);
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
			const faults = attestationFaults(header, this.options.expected);
			if (faults.length) {
				this.#settleReady.reject(new JailError(`the jail is not confined as asked: ${faults.join("; ")}`));
				return;
			}
			this.#attested = true;
			this.#pid = firstChild(this.nsjail.pid);
			return this.#settleWhenReady();
		}
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
		this.#settleReady?.reject(
			new JailError(`the jail ended at its start (${ending.kind}): ${this.#reason()}`),
		);
	}

	/** nsjail's own words about what went wrong: its warnings and errors. */
	#reason(): string {
		const lines = this.#log.split("\n").filter((line) => /^\[[WEF]\]/.test(line));
		return (
			(lines.length ? lines : this.#log.split("\n")).slice(-4).join(" | ").slice(0, 1_000) ||
			"it said nothing"
		);
	}

	async #readLog(): Promise<void> {
		const decoder = new TextDecoder();
		for await (const chunk of this.nsjail.stderr) {
			this.#log = (this.#log + decoder.decode(chunk)).slice(-LOG_BYTES);
		}
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

/** nsjail's one child, which is PID 1 of the jail; 0 when it is gone. */
function firstChild(pid: number): number {
	try {
		return Number(readFileSync(`/proc/${pid}/task/${pid}/children`, "utf8").trim().split(" ")[0]) || 0;
	} catch {
		return 0;
	}
}
