/**
 * A real runner process on a socket pair, as a jail's server sees it.
 * @module
 */
import { closeSync } from "node:fs";
import { join } from "node:path";

/** A frame as it arrived. */
export interface Frame {
	// biome-ignore lint/suspicious/noExplicitAny: tests look into headers of every kind.
	header: any;
	body: string;
}

/** How the test answers a runner's call or query: a value, or a thrown failure. */
export type Answer = (header: Frame["header"], input: string) => unknown;

/** JSON text that is sent as it is, digits and all. */
export class RawJson {
	constructor(readonly text: string) {}
}

/** This Bun on the runner's source, or the executable that BRIG_TEST_EXECUTABLE names. */
const RUNNER = process.env.BRIG_TEST_EXECUTABLE
	? [process.env.BRIG_TEST_EXECUTABLE, "__runner"]
	: [process.execPath, "--no-install", join(import.meta.dir, "runner-process.ts")];

export class Runner {
	readonly #frames: Frame[] = [];
	readonly #waiting: ((frame: Frame) => void)[] = [];
	readonly #child: Bun.Subprocess<"ignore", "pipe", "pipe">;
	readonly #fd: number;
	readonly #writer: Bun.FileSink;
	readonly stdout: Promise<string>;
	readonly stderr: Promise<string>;
	answer: Answer = () => null;
	/** How long each read of the runner's stdout waits first. */
	slowReadMs = 0;
	/** Called when the runner says that it is ready. */
	onReady: (() => void) | undefined;

	/** Starts a runner whose stdout is read with a pause before each chunk. */
	constructor(command: string[] = RUNNER, slowReadMs = 0) {
		this.slowReadMs = slowReadMs;
		this.#child = Bun.spawn(command, {
			cwd: "/tmp",
			env: { HOME: "/tmp", TMPDIR: "/tmp", BUN_JSC_useTailCalls: "0" },
			stdio: ["ignore", "pipe", "pipe", "pipe"],
		}) as Bun.Subprocess<"ignore", "pipe", "pipe">;
		this.#fd = (this.#child as unknown as { stdio: number[] }).stdio[3] as number;
		this.#writer = Bun.file(this.#fd).writer();
		this.stdout = this.#readSlowly(this.#child.stdout);
		this.stderr = new Response(this.#child.stderr).text();
		void this.#read();
	}

	get exited(): Promise<number> {
		return this.#child.exited;
	}

	/** Sends a frame. */
	send(header: object, body = ""): void {
		const [head, tail] = [Buffer.from(JSON.stringify(header)), Buffer.from(body)];
		const prefix = Buffer.alloc(8);
		prefix.writeUInt32BE(head.length, 0);
		prefix.writeUInt32BE(tail.length, 4);
		this.#writer.write(Buffer.concat([prefix, head, tail]));
		this.#writer.flush();
	}

	/** Sends bytes that may be no frame. */
	sendBytes(bytes: Uint8Array): void {
		this.#writer.write(bytes);
		this.#writer.flush();
	}

	/** The next frame that is no call, query or `ready`. */
	next(): Promise<Frame> {
		const frame = this.#frames.shift();
		if (frame) return Promise.resolve(frame);
		return new Promise((resolve) => this.#waiting.push(resolve));
	}

	/** Runs a program and waits for its result frame. */
	run(code: string, options: object = {}): Promise<Frame> {
		this.send({ op: "run", services: ["orders"], result_limit: 100_000, depth_limit: 200, ...options }, code);
		return this.next();
	}

	/** Loads a hosted function. */
	load(name: string, code: string, options: object = {}): void {
		this.send(
			{ op: "load", function: name, services: ["orders"], result_limit: 1e6, depth_limit: 200, ...options },
			code,
		);
	}

	/** Ends the process and waits for it. */
	async end(): Promise<void> {
		this.#child.kill(9);
		await this.#child.exited;
		try {
			closeSync(this.#fd);
		} catch {}
	}

	async #readSlowly(stream: ReadableStream<Uint8Array>): Promise<string> {
		const chunks: Uint8Array[] = [];
		for await (const chunk of stream) {
			chunks.push(chunk);
			if (this.slowReadMs > 0) await Bun.sleep(this.slowReadMs);
		}
		return Buffer.concat(chunks).toString("utf8");
	}

	async #read(): Promise<void> {
		let buffer = Buffer.alloc(0);
		try {
			for await (const chunk of Bun.file(this.#fd).stream()) {
				buffer = Buffer.concat([buffer, chunk]);
				for (;;) {
					if (buffer.length < 8) break;
					const [head, body] = [buffer.readUInt32BE(0), buffer.readUInt32BE(4)];
					if (buffer.length < 8 + head + body) break;
					const header = JSON.parse(buffer.toString("utf8", 8, 8 + head));
					this.#receive({ header, body: buffer.toString("utf8", 8 + head, 8 + head + body) });
					buffer = buffer.subarray(8 + head + body);
				}
			}
		} catch {}
	}

	#receive(frame: Frame): void {
		const { op, id } = frame.header;
		if (op === "ready") return this.onReady?.();
		if (op !== "call" && op !== "query") {
			const waiting = this.#waiting.shift();
			if (waiting) waiting(frame);
			else this.#frames.push(frame);
			return;
		}
		void (async () => {
			try {
				const value = await this.answer(frame.header, frame.body);
				this.send(
					{ op: "reply", id, ok: true },
					value instanceof RawJson ? value.text : JSON.stringify(value ?? null),
				);
			} catch (error) {
				this.send({ op: "reply", id, ok: false, error });
			}
		})();
	}
}

/** Runs one program in a runner of its own and returns its result frame. */
export async function runOnce(
	code: string,
	answer: Answer = () => null,
	options: object = {},
): Promise<Frame> {
	const runner = new Runner();
	runner.answer = answer;
	try {
		return await runner.run(code, options);
	} finally {
		await runner.end();
	}
}
