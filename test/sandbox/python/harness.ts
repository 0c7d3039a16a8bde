/** Drives the real Python runner under init.py, without nsjail: the server's side of PROTOCOL.md in miniature. */
import { resolve } from "node:path";
import type { Socket } from "bun";

export const python = process.env.BRIG_TEST_PYTHON ?? "/usr/bin/python3";
const init = resolve(import.meta.dir, "../../../sandbox/init.py");

// biome-ignore lint/suspicious/noExplicitAny: tests look into arbitrary JSON
export type Json = any;
export type Frame = { header: Json; body: string };

/** One end of a socket pair: whole frames, or all text until its end. */
class Wire {
	readonly socket: Promise<Socket<undefined>>;
	private bytes = Buffer.alloc(0);
	private ended = false;
	private wake: () => void = () => {};

	constructor(fd: number) {
		const more = (data: Buffer) => {
			this.bytes = Buffer.concat([this.bytes, data]);
			this.wake();
		};
		const end = () => {
			this.ended = true;
			this.wake();
		};
		this.socket = Bun.connect({
			fd,
			socket: {
				data: (_: unknown, data: Uint8Array) => more(Buffer.from(data)),
				end,
				close: end,
				error: end,
				drain: () => this.flush(),
			},
			// biome-ignore lint/suspicious/noExplicitAny: `fd` is missing from bun-types
		} as any) as Promise<Socket<undefined>>;
	}

	private waiting = Buffer.alloc(0);

	async send(header: Json, body: string | Uint8Array = ""): Promise<void> {
		const head = Buffer.from(JSON.stringify(header));
		const tail = Buffer.from(body as string);
		const lengths = Buffer.alloc(8);
		lengths.writeUInt32BE(head.length, 0);
		lengths.writeUInt32BE(tail.length, 4);
		this.waiting = Buffer.concat([this.waiting, lengths, head, tail]);
		this.sink = await this.socket;
		this.flush();
	}

	private sink: Socket<undefined> | undefined;

	private flush(): void {
		if (this.sink === undefined || this.waiting.length === 0) return;
		const written = this.sink.write(this.waiting);
		if (written > 0) this.waiting = this.waiting.subarray(written);
	}

	/** The next frame; null at the end. */
	async frame(): Promise<Frame | null> {
		for (;;) {
			if (this.bytes.length >= 8) {
				const head = this.bytes.readUInt32BE(0);
				const size = 8 + head + this.bytes.readUInt32BE(4);
				if (this.bytes.length >= size) {
					const header = JSON.parse(this.bytes.toString("utf8", 8, 8 + head));
					const body = this.bytes.toString("utf8", 8 + head, size);
					this.bytes = this.bytes.subarray(size);
					return { header, body };
				}
			}
			if (this.ended) return null;
			await new Promise<void>((done) => {
				this.wake = done;
			});
		}
	}

	/** Everything until the other side closes. */
	async text(): Promise<string> {
		while (!this.ended) {
			await new Promise<void>((done) => {
				this.wake = done;
			});
		}
		return this.bytes.toString("utf8");
	}

	async close(): Promise<void> {
		(await this.socket).end();
	}
}

export type Answer = (header: Json, input: Json) => Json;

/** A function's failure, thrown by an `Answer`. */
export class Failure {
	constructor(
		readonly type: string,
		readonly message: string,
	) {}
}

export class Jail {
	readonly runner: Wire;
	readonly control: Wire;
	readonly stdout: Wire;
	readonly stderr: Wire;
	readonly calls: { function: string; input: Json }[] = [];
	readonly process: Bun.Subprocess;

	constructor(args: string[] = ["python"]) {
		this.process = Bun.spawn([python, "-I", "-S", "-B", init, ...args], {
			stdio: ["ignore", "ignore", "ignore", "pipe", "pipe", "pipe", "pipe"] as never,
			env: { PATH: "/usr/bin:/bin" },
			cwd: "/tmp",
		});
		const [runner, control, stdout, stderr] = [3, 4, 5, 6].map(
			(fd) => new Wire(this.process.stdio[fd] as unknown as number),
		);
		this.runner = runner as Wire;
		this.control = control as Wire;
		this.stdout = stdout as Wire;
		this.stderr = stderr as Wire;
	}

	/** Reads the attestation and `ready`. */
	async ready(): Promise<Json> {
		const attested = await this.control.frame();
		const ready = await this.runner.frame();
		if (ready?.header.op !== "ready")
			throw new Error(`not ready: ${JSON.stringify(ready)} ${await this.stderr.text()}`);
		return attested?.header;
	}

	/** Answers calls and queries until a frame of another kind comes. */
	async answer(reply: Answer): Promise<Frame | null> {
		for (;;) {
			const frame = await this.runner.frame();
			if (frame === null || !["call", "query"].includes(frame.header.op)) return frame;
			const id = frame.header.id;
			const input = frame.body === "" ? undefined : JSON.parse(frame.body);
			if (frame.header.op === "call") this.calls.push({ function: frame.header.function, input });
			try {
				await this.runner.send(
					{ op: "reply", id, ok: true },
					JSON.stringify(await reply(frame.header, input)),
				);
			} catch (failure) {
				if (!(failure instanceof Failure)) throw failure;
				const error = { function: frame.header.function, type: failure.type, message: failure.message };
				await this.runner.send({ op: "reply", id, ok: false, error });
			}
		}
	}

	async kill(): Promise<void> {
		this.process.kill("SIGKILL");
		await this.process.exited;
		// Without a pid namespace the runner outlives PID 1, until its descriptor ends.
		await Promise.all([this.runner, this.control, this.stdout, this.stderr].map((wire) => wire.close()));
	}
}

export type Ran = {
	ok: boolean;
	value: Json;
	text: string;
	error: Json;
	header: Json;
	end: Json;
	stdout: string;
	stderr: string;
	calls: { function: string; input: Json }[];
};

/** A stand-in for the server's functions: `echo` gives its input back, `fail` fails. */
export const functions: Answer = (header, input) => {
	if (header.op === "query") {
		if (header.kind === "list") return ["billing.charge", "orders.echo", "orders.fail"];
		if (header.kind === "parameters") return ["status", "limit"];
		if (header.kind === "search")
			return [{ name: "orders.echo", signature: header.query, summary: String(header.limit) }];
		return `stub of ${header.name}`;
	}
	if (header.function === "orders.echo") return input;
	throw new Failure("ValueError", "no such status");
};

/** Runs one program in a jail of its own. */
export async function run(
	code: string | Uint8Array,
	options: { answer?: Answer; services?: string[]; limit?: number; depth?: number } = {},
): Promise<Ran> {
	const jail = new Jail();
	await jail.ready();
	const header = {
		op: "run",
		services: options.services ?? ["orders", "billing"],
		result_limit: options.limit ?? 100_000,
		depth_limit: options.depth ?? 200,
	};
	await jail.runner.send(header, code);
	const frame = await jail.answer(options.answer ?? functions);
	// The server would end the jail now; here the runner sees that nobody listens any more.
	await jail.runner.close();
	const end = (await jail.control.frame())?.header;
	const [stdout, stderr] = await Promise.all([jail.stdout.text(), jail.stderr.text()]);
	const body = frame?.body ?? "";
	return {
		ok: frame?.header.ok ?? false,
		value: frame?.header.ok ? JSON.parse(body) : undefined,
		text: body,
		error: frame?.header.error,
		header: frame?.header,
		end,
		stdout,
		stderr,
		calls: jail.calls,
	};
}

/** Loads a hosted function and calls it with each input in turn. */
export async function host(
	source: string,
	inputs: Json[],
	name = "orders.get_orders",
	extra: Json = {},
): Promise<Json[]> {
	const jail = new Jail();
	await jail.ready();
	await jail.runner.send(
		{ op: "load", function: name, services: ["orders"], result_limit: 8_000_000, depth_limit: 200, ...extra },
		source,
	);
	const results: Json[] = [];
	for (const [index, input] of inputs.entries()) {
		await jail.runner.send({ op: "call", id: index + 1 }, JSON.stringify(input));
		const frame = await jail.answer(functions);
		const body = frame?.body ?? "";
		results.push({ ...frame?.header, value: frame?.header.ok ? JSON.parse(body) : undefined, text: body });
	}
	await jail.kill();
	return results;
}

/** What the runner makes of each source, one after another in one jail. */
export async function inspect(source: string | Uint8Array, name = "get_orders"): Promise<Json> {
	const jail = new Jail();
	await jail.ready();
	await jail.runner.send({ op: "inspect", name }, source);
	const frame = await jail.runner.frame();
	await jail.kill();
	return frame?.header;
}
