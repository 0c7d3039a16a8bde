/**
 * A TCP connection to one pinned address.
 * @module
 */
import type { Socket } from "bun";

export interface UpstreamEvents {
	/** Bytes; they are the owner's only during the call. */
	data(bytes: Uint8Array): void;
	/** So many of the bytes that were written have left. */
	written(bytes: number): void;
	/** The other side sends no more, or everything is over. Once. */
	end(): void;
}

export class Upstream {
	#socket: Socket<undefined> | undefined;
	#waiting: Buffer[] = [];
	#ending = false;
	#ended = false;
	#closed = false;

	private constructor(private readonly events: UpstreamEvents) {}

	/** Connects to an address, never to a name. Throws what the socket says, or `ETIMEDOUT`. */
	static async dial(
		address: string,
		port: number,
		timeoutMs: number,
		events: UpstreamEvents,
	): Promise<Upstream> {
		const upstream = new Upstream(events);
		const late = Promise.withResolvers<never>();
		const timer = setTimeout(
			() => late.reject(Object.assign(new Error("it took too long"), { code: "ETIMEDOUT" })),
			timeoutMs,
		);
		const connecting = Bun.connect({
			hostname: address,
			port,
			allowHalfOpen: true,
			socket: {
				data: (_socket, chunk) => {
					if (!upstream.#closed) events.data(chunk);
				},
				drain: () => upstream.#flush(),
				end: () => upstream.#end(),
				close: () => upstream.#close(),
				error: () => upstream.#close(),
			},
		});
		try {
			upstream.#socket = await Promise.race([connecting, late.promise]);
			return upstream;
		} catch (error) {
			// One that comes through after all is not wanted any more, and must not be heard.
			upstream.destroy();
			void connecting.then(
				(socket) => socket.terminate(),
				() => {},
			);
			throw error;
		} finally {
			clearTimeout(timer);
		}
	}

	/** True when the other side sends no more. */
	get ended(): boolean {
		return this.#ended;
	}

	/** Queues bytes; `written` tells how many have left. They are copied. */
	write(bytes: Uint8Array): void {
		if (this.#closed || this.#ending) return;
		this.#waiting.push(Buffer.from(bytes));
		if (this.#waiting.length === 1) this.#flush();
	}

	/** Sends no more after what is queued; what comes is still read. */
	finish(): void {
		if (this.#ending) return;
		this.#ending = true;
		if (this.#waiting.length === 0) this.#socket?.shutdown();
	}

	pause(): void {
		if (!this.#closed) this.#socket?.pause();
	}

	resume(): void {
		if (!this.#closed) this.#socket?.resume();
	}

	/** Breaks off. Nothing is told any more. */
	destroy(): void {
		if (this.#closed) return;
		this.#closed = true;
		this.#ended = true;
		this.#waiting = [];
		this.#socket?.terminate();
	}

	#flush(): void {
		for (let next = this.#waiting[0]; next && !this.#closed; next = this.#waiting[0]) {
			const count = this.#socket?.write(next) ?? 0;
			if (count < 0) return;
			if (count === next.length) this.#waiting.shift();
			else this.#waiting[0] = next.subarray(count);
			if (count > 0) this.events.written(count);
			if (count < next.length) return;
		}
		if (this.#ending && !this.#closed) this.#socket?.shutdown();
	}

	#end(): void {
		if (this.#ended) return;
		this.#ended = true;
		this.events.end();
	}

	#close(): void {
		if (this.#closed) return;
		this.#closed = true;
		this.#waiting = [];
		this.#end();
	}
}
