/**
 * Frames on descriptor 7, the runner's side.
 * @module
 */

export const KIND = { open: 1, data: 2, end: 3, reset: 4, credit: 5 } as const;
type Kind = (typeof KIND)[keyof typeof KIND];

const HEADER_BYTES = 8;
/** What waits for the server before connections are read no more. */
const MOST_UNSENT_BYTES = 512 * 1024;
const NOTHING = new Uint8Array(0);

export interface EgressEvents {
	/** One frame; the payload is the receiver's during the call. */
	frame(id: number, kind: number, payload: Buffer): void;
	/** There is room again. */
	drain(): void;
	/** The server allows nothing any more. */
	end(): void;
}

export class EgressWire {
	#held: Buffer = Buffer.alloc(0);
	#unsent: Uint8Array[] = [];
	#unsentBytes = 0;
	#write: (bytes: Uint8Array) => number = () => 0;

	private constructor(private readonly events: EgressEvents) {}

	static async open(fd: number, events: EgressEvents): Promise<EgressWire> {
		const wire = new EgressWire(events);
		const socket = await Bun.connect({
			fd,
			socket: {
				data: (_: unknown, chunk: Uint8Array) => wire.#take(chunk),
				drain: () => wire.#drain(),
				close: () => events.end(),
				error: () => events.end(),
			},
		} as unknown as Bun.TCPSocketConnectOptions);
		wire.#write = (bytes) => socket.write(bytes);
		socket.unref();
		return wire;
	}

	/** True while more should not be sent. */
	get full(): boolean {
		return this.#unsentBytes >= MOST_UNSENT_BYTES;
	}

	send(id: number, kind: Kind, payload: Uint8Array = NOTHING): void {
		const frame = Buffer.allocUnsafe(HEADER_BYTES + payload.length);
		frame.writeUInt32BE(id, 0);
		frame.writeUInt8(kind, 4);
		frame.writeUIntBE(payload.length, 5, 3);
		frame.set(payload, HEADER_BYTES);
		this.#unsent.push(frame);
		this.#unsentBytes += frame.length;
		if (this.#unsent.length === 1) this.#flush();
	}

	sendCredit(id: number, bytes: number): void {
		const payload = Buffer.allocUnsafe(4);
		payload.writeUInt32BE(bytes, 0);
		this.send(id, KIND.credit, payload);
	}

	#drain(): void {
		const wasFull = this.full;
		this.#flush();
		if (wasFull && !this.full) this.events.drain();
	}

	#flush(): void {
		for (let next = this.#unsent[0]; next; next = this.#unsent[0]) {
			const count = Math.max(0, this.#write(next));
			this.#unsentBytes -= count;
			if (count < next.length) {
				this.#unsent[0] = next.subarray(count);
				return;
			}
			this.#unsent.shift();
		}
	}

	#take(chunk: Uint8Array): void {
		let bytes = Buffer.concat([this.#held, chunk]);
		while (bytes.length >= HEADER_BYTES) {
			const end = HEADER_BYTES + bytes.readUIntBE(5, 3);
			if (bytes.length < end) break;
			this.events.frame(bytes.readUInt32BE(0), bytes.readUInt8(4), bytes.subarray(HEADER_BYTES, end));
			bytes = bytes.subarray(end);
		}
		this.#held = bytes;
	}
}
