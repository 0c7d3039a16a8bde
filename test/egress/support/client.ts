/**
 * A jail's end of descriptor 7 in this process: connections through a gateway, byte by byte if a test wants so.
 * @module
 */
import {
	encodeCredit,
	encodeStreamFrame,
	KIND,
	type Kind,
	StreamFrameReader,
} from "../../../src/egress/frames.ts";
import type { Gateway } from "../../../src/egress/gateway.ts";

/** How a connection ended for the client: in good order, broken off, or with the whole way out. */
export type Ending = "end" | "reset" | "closed";

export class Client {
	readonly connections = new Map<number, ClientConnection>();
	closed = false;
	#next = 0;
	#events: { data(chunk: Uint8Array): void; close(): void } | null = null;
	readonly #reader = new StreamFrameReader();
	/** False: what the server sends is counted and not read. */
	reading = true;
	unread = 0;

	static async on(gateway: Gateway): Promise<Client> {
		const client = new Client();
		await gateway.attach(async (events) => {
			client.#events = events;
			return client.#wire();
		});
		return client;
	}

	/** Opens a connection. */
	connect(): ClientConnection {
		const connection = new ClientConnection(++this.#next, this);
		this.connections.set(connection.id, connection);
		this.frame(connection.id, KIND.open);
		return connection;
	}

	/** Opens one, sends this, and waits for the end. */
	async request(text: string | Uint8Array): Promise<{ text: string; ending: Ending }> {
		const connection = this.connect();
		connection.send(text);
		const ending = await connection.ended;
		return { text: connection.text, ending };
	}

	frame(id: number, kind: Kind, payload?: Uint8Array): void {
		this.bytes(encodeStreamFrame(id, kind, payload));
	}

	credit(id: number, bytes: number): void {
		this.bytes(encodeCredit(id, bytes));
	}

	/** Bytes that may be no frame. */
	bytes(bytes: Uint8Array): void {
		if (!this.closed) this.#events?.data(bytes);
	}

	#wire() {
		const client = this;
		return {
			write(bytes: Uint8Array) {
				if (!client.reading) client.unread += bytes.length;
				else
					client.#reader.push(bytes, ({ id, kind, payload }) =>
						client.connections.get(id)?.take(kind, payload),
					);
			},
			close() {
				if (client.closed) return;
				client.closed = true;
				for (const connection of client.connections.values()) connection.finish("closed");
				client.#events?.close();
			},
			get backlogBytes() {
				return client.unread;
			},
		};
	}
}

export class ClientConnection {
	/** What has come so far. */
	received: Buffer = Buffer.alloc(0);
	/** Whether what comes gives the server new credit. */
	giving = true;
	credits = 0;
	readonly ended: Promise<Ending>;
	#settle!: (ending: Ending) => void;
	#watchers: (() => void)[] = [];
	#over = false;

	constructor(
		readonly id: number,
		private readonly client: Client,
	) {
		this.ended = new Promise((settle) => {
			this.#settle = settle;
		});
	}

	get text(): string {
		return this.received.toString("latin1");
	}

	/** Sends in frames of at most 16 KiB, whatever the credit. */
	send(data: string | Uint8Array): void {
		const bytes = typeof data === "string" ? Buffer.from(data, "latin1") : data;
		for (let at = 0; at < bytes.length; at += 16_384) {
			this.client.frame(this.id, KIND.data, bytes.subarray(at, at + 16_384));
		}
	}

	sendEnd(): void {
		this.client.frame(this.id, KIND.end);
	}

	reset(): void {
		this.client.frame(this.id, KIND.reset);
	}

	/** Resolves once so much is true; false when the connection ended before. */
	until(condition: (connection: ClientConnection) => boolean): Promise<boolean> {
		return new Promise((done) => {
			const look = () => {
				if (condition(this)) done(true);
				else if (this.#over) done(false);
				else this.#watchers.push(look);
			};
			look();
		});
	}

	take(kind: Kind, payload: Uint8Array): void {
		if (kind === KIND.data) {
			this.received = Buffer.concat([this.received, payload]);
			if (this.giving) this.client.credit(this.id, payload.length);
		} else if (kind === KIND.credit) this.credits += Buffer.from(payload).readUInt32BE(0);
		else if (kind === KIND.end) {
			this.finish("end");
			this.sendEnd();
		} else if (kind === KIND.reset) this.finish("reset");
		for (const look of this.#watchers.splice(0)) look();
	}

	finish(ending: Ending): void {
		if (this.#over) return;
		this.#over = true;
		this.#settle(ending);
		for (const look of this.#watchers.splice(0)) look();
	}
}
