/**
 * The way out of a function's jail: a listener on the jail's own loopback, whose connections go over descriptor 7.
 * Frames are u32 connection, u8 kind, u24 length, payload: see PROTOCOL.md.
 * @module
 */
import type { Socket } from "bun";
import { explainErrors } from "./egress-errors.ts";
import { EgressWire, KIND } from "./egress-wire.ts";

const EGRESS_FD = 7;
const PAYLOAD_BYTES = 16 * 1024;
const WINDOW_BYTES = 128 * 1024;
/** As many as the server takes; more wait here. */
const CONNECTIONS = 16;
const REST_MS = 250;
const VARIABLES = ["http_proxy", "https_proxy", "all_proxy", "HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY"];

/** Listens and sets the proxy variables, which fetch reads at each request. Before the function's source is loaded. */
export async function openWayOut(port: number): Promise<void> {
	const connections = new Map<number, Connection>();
	const queue: Connection[] = [];
	let last = 0;
	let over = false;
	const wire = await EgressWire.open(EGRESS_FD, {
		frame: (id, kind, payload) => connections.get(id)?.take(kind, payload),
		drain: () => {
			for (const connection of connections.values()) connection.pump();
		},
		end: () => {
			over = true;
			for (const connection of [...queue, ...connections.values()]) connection.abort();
		},
	});
	const start = (connection: Connection) => {
		connections.set(++last, connection);
		connection.open(last);
	};
	const done = (connection: Connection) => {
		if (connections.get(connection.id) === connection) connections.delete(connection.id);
		else if (queue.includes(connection)) queue.splice(queue.indexOf(connection), 1);
		const next = connections.size < CONNECTIONS ? queue.shift() : undefined;
		if (next) start(next);
	};
	/** fetch keeps connections for a next request; while others wait, those that nothing is asked of are ended. */
	const makeRoom = () => {
		if (queue.length === 0) return;
		const kept = [...connections.values()].find((connection) => connection.restsSince(REST_MS));
		if (kept) kept.release();
		setTimeout(makeRoom, REST_MS).unref();
	};
	Bun.listen<Connection>({
		hostname: "127.0.0.1",
		port,
		allowHalfOpen: true,
		socket: {
			open: (socket) => {
				socket.data = new Connection(socket, wire, done);
				if (over) return socket.data.abort();
				if (connections.size < CONNECTIONS) start(socket.data);
				else if (queue.push(socket.data) === 1) makeRoom();
			},
			data: (socket, bytes) => socket.data.send(bytes),
			drain: (socket) => socket.data.deliver(),
			end: (socket) => socket.data.sendEnd(),
			close: (socket) => socket.data.closed(),
			error: (socket) => socket.data.closed(),
		},
	}).unref();
	for (const name of VARIABLES) process.env[name] = `http://127.0.0.1:${port}`;
	process.env.no_proxy = process.env.NO_PROXY = "";
	explainErrors(`127.0.0.1:${port}`);
}

/** One connection of the function's, and the credit that each side has left. */
class Connection {
	id = 0;
	#credit = WINDOW_BYTES;
	#untold = 0;
	/** To the server, and to the function. */
	#outgoing: Buffer[] = [];
	#incoming: Buffer[] = [];
	#ended = false;
	#sentEnd = false;
	#heardEnd = false;
	#over = false;
	/** When the server's last bytes came; 0 while the function waits for some. */
	#answered = 0;

	constructor(
		private readonly socket: Socket<Connection>,
		private readonly wire: EgressWire,
		private readonly done: (connection: Connection) => void,
	) {}

	open(id: number): void {
		this.id = id;
		this.wire.send(id, KIND.open);
		this.pump();
	}

	/** From the function. */
	send(bytes: Uint8Array): void {
		this.#answered = 0;
		this.#outgoing.push(Buffer.from(bytes));
		this.pump();
	}

	sendEnd(): void {
		this.#ended = true;
		this.pump();
	}

	/** Sends what credit and the wire allow; the function's socket waits meanwhile. */
	pump(): void {
		if (this.id === 0) return this.#hold();
		for (let next = this.#outgoing[0]; next && this.#credit > 0; next = this.#outgoing[0]) {
			if (this.#over || this.wire.full) return this.#hold();
			const piece = next.subarray(0, Math.min(PAYLOAD_BYTES, this.#credit));
			this.#credit -= piece.length;
			if (piece.length === next.length) this.#outgoing.shift();
			else this.#outgoing[0] = next.subarray(piece.length);
			this.wire.send(this.id, KIND.data, piece);
		}
		if (this.#outgoing.length > 0) return this.#hold();
		if (this.#over) return;
		this.socket.resume();
		if (!this.#ended || this.#sentEnd) return;
		this.#sentEnd = true;
		this.wire.send(this.id, KIND.end);
		this.#finishIfBothEnded();
	}

	#hold(): void {
		if (!this.#over) this.socket.pause();
	}

	/** From the server. */
	take(kind: number, payload: Buffer): void {
		if (kind === KIND.data) {
			this.#answered = performance.now();
			this.#incoming.push(Buffer.from(payload));
			if (this.#incoming.length === 1) this.deliver();
		} else if (kind === KIND.credit) {
			this.#credit += payload.readUInt32BE(0);
			this.pump();
		} else if (kind === KIND.end) {
			this.#heardEnd = true;
			this.deliver();
		} else if (kind === KIND.reset) {
			this.abort();
		}
	}

	/** Gives the function what has come; tells the server when there is room again. */
	deliver(): void {
		for (let next = this.#incoming[0]; next && !this.#over; next = this.#incoming[0]) {
			const count = this.socket.write(next);
			if (count < 0) return;
			this.#untold += count;
			if (this.#untold >= WINDOW_BYTES / 2) {
				this.wire.sendCredit(this.id, this.#untold);
				this.#untold = 0;
			}
			if (count < next.length) {
				this.#incoming[0] = next.subarray(count);
				return;
			}
			this.#incoming.shift();
		}
		if (!this.#heardEnd || this.#over) return;
		this.socket.shutdown();
		this.#finishIfBothEnded();
	}

	/** True when the last word was the server's, and long enough ago. */
	restsSince(ms: number): boolean {
		return this.#answered > 0 && performance.now() - this.#answered >= ms;
	}

	/** Ends a connection that rests. */
	release(): void {
		this.wire.send(this.id, KIND.reset);
		this.abort();
	}

	/** Breaks the function's side off. */
	abort(): void {
		if (this.#over) return;
		this.#finish();
		this.socket.terminate();
	}

	/** The function's socket is gone. */
	closed(): void {
		if (this.#over) return;
		if (this.id !== 0) this.wire.send(this.id, KIND.reset);
		this.#finish();
	}

	#finishIfBothEnded(): void {
		if (this.#over || !this.#sentEnd || !this.#heardEnd || this.#incoming.length > 0) return;
		this.#finish();
		this.socket.end();
	}

	#finish(): void {
		this.#over = true;
		this.#outgoing = [];
		this.#incoming = [];
		this.done(this);
	}
}
