/**
 * One end of a socket pair to a jail: bytes in by callback, bytes out without loss, in order.
 * @module
 */
import { closeSync, readSync } from "node:fs";
import type { Socket } from "bun";

export interface ChannelEvents {
	data(chunk: Uint8Array): void;
	/** The other end is closed, or the channel was closed here. Called once. */
	close(): void;
}

/** Reads at most this much at once when draining. */
const DRAIN_BYTES = 256 * 1024;

/**
 * What may wait for the other end before it is not read any more. An honest program stays below: it reads its answers,
 * and eight calls at once answer 64 MiB at most.
 */
const MOST_BACKLOG_BYTES = 64 * 1024 * 1024;
const MOST_BACKLOG_WRITES = 4_096;

export class Channel {
	#socket: Socket<undefined> | undefined;
	/** What the socket has not taken yet: its writes are partial. */
	#backlog: Uint8Array[] = [];
	#backlogBytes = 0;
	/** What the owner asked for, and what is so. */
	#paused = false;
	#still = false;
	#closed = false;

	private constructor(
		private readonly fd: number,
		private readonly events: ChannelEvents,
	) {}

	/** Takes over the parent's end of a socket pair, as Bun.spawn gives it. */
	static async open(fd: number, events: ChannelEvents): Promise<Channel> {
		const channel = new Channel(fd, events);
		channel.#socket = await Bun.connect({
			fd,
			socket: {
				data: (_socket: unknown, chunk: Uint8Array) => events.data(chunk),
				drain: () => channel.#flush(),
				close: () => channel.#end(),
				error: () => channel.#end(),
			},
		} as unknown as Bun.UnixSocketOptions<undefined>);
		return channel;
	}

	/** Bytes that the other end has not taken yet. */
	get backlogBytes(): number {
		return this.#backlogBytes;
	}

	/** Queues bytes; the caller must not change them afterwards. Ignored after the end. */
	write(bytes: Uint8Array): void {
		if (this.#closed) return;
		this.#backlog.push(bytes);
		this.#backlogBytes += bytes.length;
		if (this.#backlog.length === 1) this.#flush();
		else this.#gate();
	}

	/** Reads what has arrived already, at once, so that what was written before a frame is seen before it. */
	drain(): void {
		if (this.#closed) return;
		const buffer = new Uint8Array(DRAIN_BYTES);
		try {
			for (;;) {
				const count = readSync(this.fd, buffer);
				if (count === 0) return;
				this.events.data(buffer.subarray(0, count));
				if (count < buffer.length) return;
			}
		} catch {
			// EAGAIN: nothing more for now. Any other failure reaches the close callback.
		}
	}

	/** Stops reading; the kernel's buffer fills, and the jail waits. */
	pause(): void {
		this.#paused = true;
		this.#gate();
	}

	resume(): void {
		this.#paused = false;
		this.#gate();
	}

	close(): void {
		if (this.#closed) return;
		this.#socket?.terminate();
		this.#end();
	}

	/** Who asks and does not take the answers is not read any further: its answers would fill our memory. */
	#gate(): void {
		const clogged = this.#backlogBytes > MOST_BACKLOG_BYTES || this.#backlog.length > MOST_BACKLOG_WRITES;
		const still = this.#paused || clogged;
		if (this.#closed || still === this.#still) return;
		this.#still = still;
		if (still) this.#socket?.pause();
		else this.#socket?.resume();
	}

	#flush(): void {
		this.#writeBacklog();
		this.#gate();
	}

	#writeBacklog(): void {
		for (let bytes = this.#backlog[0]; bytes; bytes = this.#backlog[0]) {
			const written = this.#closed ? -1 : (this.#socket?.write(bytes) ?? -1);
			if (written < 0) return;
			this.#backlogBytes -= written;
			if (written < bytes.length) {
				this.#backlog[0] = bytes.subarray(written);
				return;
			}
			this.#backlog.shift();
		}
	}

	#end(): void {
		if (this.#closed) return;
		this.#closed = true;
		this.#backlog = [];
		this.#backlogBytes = 0;
		this.events.close();
	}
}

/** Closes descriptors of a child that could not be used. */
export function closeDescriptors(descriptors: readonly (number | null | undefined)[]): void {
	for (const fd of descriptors) {
		if (typeof fd !== "number") continue;
		try {
			closeSync(fd);
		} catch {
			// Closed already.
		}
	}
}
