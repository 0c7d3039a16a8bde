/**
 * The server's end of descriptor 7: connections out of one jail, each with credit both ways, so that neither side
 * keeps more than a window for the other.
 * @module
 */
import {
	encodeCredit,
	encodeStreamFrame,
	KIND,
	PAYLOAD_BYTES,
	StreamError,
	type StreamFrame,
	StreamFrameReader,
	WINDOW_BYTES,
} from "./frames.ts";

/** As much of a channel to a jail as this needs. */
export interface Wire {
	write(bytes: Uint8Array): void;
	close(): void;
	/** What was written and not taken yet. */
	readonly backlogBytes: number;
}

/** What a connection's owner hears. Nothing comes after `gone`. */
export interface StreamEvents {
	/** Bytes; they are the owner's only during the call. Each must be answered by `consumed` in time. */
	data(bytes: Uint8Array): void;
	/** The client sends no more. */
	end(): void;
	/** Everything written is on its way: there is room again. */
	drain(): void;
	/** The client has broken off, or the jail is gone. */
	gone(): void;
}

export interface Stream {
	/** Queues bytes; false when they wait for credit: `drain` tells when not any more. The bytes are copied. */
	write(bytes: Uint8Array): boolean;
	/** Sends no more after what is queued. */
	end(): void;
	/** Breaks off at once. */
	reset(): void;
	/** Gives the client credit for bytes that are dealt with. */
	consumed(bytes: number): void;
}

/** Every frame costs the server something; a flood of empty ones must not be free. */
const FRAME_COST = 1024;
/** A jail that asks much and reads nothing has gone wrong. */
const MOST_BACKLOG_BYTES = 4 * 1024 * 1024;

export interface MultiplexerOptions {
	/** What all frames from the jail may cost together, in bytes. */
	budget: number;
	/** A new connection. */
	open(stream: Stream): StreamEvents;
	/** The jail broke the protocol or its budget; everything is closed. */
	broken(why: string): void;
}

export class Multiplexer {
	readonly #reader = new StreamFrameReader();
	readonly #streams = new Map<number, OpenStream>();
	#lastId = 0;
	#spent = 0;
	#closed = false;

	constructor(
		private readonly wire: Wire,
		private readonly options: MultiplexerOptions,
	) {}

	/** Takes what came from the jail. Never throws. */
	push(chunk: Uint8Array): void {
		if (this.#closed) return;
		try {
			this.#reader.push(chunk, (frame) => {
				if (!this.#closed) this.#take(frame);
			});
		} catch (error) {
			if (!(error instanceof StreamError)) throw error;
			this.close();
			this.options.broken(error.message);
		}
	}

	/** Breaks every connection off. Idempotent. */
	close(): void {
		if (this.#closed) return;
		this.#closed = true;
		const streams = [...this.#streams.values()];
		this.#streams.clear();
		for (const stream of streams) stream.lose();
		this.wire.close();
	}

	/** For a stream: sends a frame. */
	send(frame: Uint8Array): void {
		if (this.#closed) return;
		this.wire.write(frame);
		if (this.wire.backlogBytes > MOST_BACKLOG_BYTES) {
			this.close();
			this.options.broken("it does not read what it asked for");
		}
	}

	/** For a stream: it is over. */
	forget(id: number): void {
		this.#streams.delete(id);
	}

	#take({ id, kind, payload }: StreamFrame): void {
		this.#spent += payload.length + FRAME_COST;
		if (this.#spent > this.options.budget) throw new StreamError("it has sent more than it may");
		if (kind === KIND.open) {
			if (id <= this.#lastId) throw new StreamError("a connection's number is used twice");
			this.#lastId = id;
			const stream = new OpenStream(id, this);
			this.#streams.set(id, stream);
			stream.events = this.options.open(stream);
			// It may have ended before its owner was known.
			if (stream.over) stream.events.gone();
			return;
		}
		// What was under way when a connection ended is of no interest.
		if (id > this.#lastId) throw new StreamError("a frame of a connection that is not open");
		this.#streams.get(id)?.take(kind, payload);
	}
}

class OpenStream implements Stream {
	events: StreamEvents | undefined;
	/** What may still be sent, and what waits for that. */
	#credit = WINDOW_BYTES;
	#waiting: Buffer[] = [];
	/** What the client has sent beyond what was consumed, and what was consumed and not told. */
	#owed = 0;
	#untold = 0;
	#ending = false;
	#sentEnd = false;
	#heardEnd = false;
	#over = false;

	constructor(
		private readonly id: number,
		private readonly owner: Multiplexer,
	) {}

	get over(): boolean {
		return this.#over;
	}

	write(bytes: Uint8Array): boolean {
		if (this.#over || this.#ending) return true;
		this.#waiting.push(Buffer.from(bytes));
		this.#flush();
		return this.#waiting.length === 0;
	}

	end(): void {
		if (this.#over || this.#ending) return;
		this.#ending = true;
		this.#flush();
	}

	reset(): void {
		if (this.#over) return;
		this.#finish();
		this.owner.send(encodeStreamFrame(this.id, KIND.reset));
	}

	consumed(bytes: number): void {
		if (this.#over) return;
		this.#owed -= bytes;
		this.#untold += bytes;
		if (this.#untold < WINDOW_BYTES / 2) return;
		this.owner.send(encodeCredit(this.id, this.#untold));
		this.#untold = 0;
	}

	/** Acts on a frame of the client's. Throws StreamError. */
	take(kind: number, payload: Uint8Array): void {
		if (kind === KIND.data) {
			this.#owed += payload.length;
			if (this.#owed + this.#untold > WINDOW_BYTES) throw new StreamError("it has sent more than its credit");
			if (this.#heardEnd) throw new StreamError("it has sent more after its end");
			this.events?.data(payload);
		} else if (kind === KIND.credit) {
			const more = Buffer.from(payload).readUInt32BE(0);
			if (more === 0) throw new StreamError("it has given no credit at all");
			this.#credit += more;
			if (this.#credit > WINDOW_BYTES) throw new StreamError("it has given more credit than a window");
			this.#flush();
			if (this.#waiting.length === 0 && !this.#over) this.events?.drain();
		} else if (kind === KIND.end) {
			if (this.#heardEnd) throw new StreamError("it has ended twice");
			this.#heardEnd = true;
			this.events?.end();
			this.#finishIfBothEnded();
		} else {
			this.lose();
		}
	}

	/** The other side is gone. */
	lose(): void {
		if (this.#over) return;
		this.#finish();
		this.events?.gone();
	}

	#flush(): void {
		for (let next = this.#waiting[0]; next && this.#credit > 0 && !this.#over; next = this.#waiting[0]) {
			const piece = next.subarray(0, Math.min(this.#credit, PAYLOAD_BYTES));
			this.#credit -= piece.length;
			if (piece.length === next.length) this.#waiting.shift();
			else this.#waiting[0] = next.subarray(piece.length);
			this.owner.send(encodeStreamFrame(this.id, KIND.data, piece));
		}
		if (!this.#ending || this.#sentEnd || this.#waiting.length > 0 || this.#over) return;
		this.#sentEnd = true;
		this.owner.send(encodeStreamFrame(this.id, KIND.end));
		this.#finishIfBothEnded();
	}

	#finishIfBothEnded(): void {
		if (this.#sentEnd && this.#heardEnd && !this.#over) this.lose();
	}

	#finish(): void {
		this.#over = true;
		this.#waiting = [];
		this.owner.forget(this.id);
	}
}
