/**
 * A function's runner as in a jail, but without nsjail: a process in an empty network namespace, with descriptor 3
 * for frames and descriptor 7 for a gateway of this process.
 * @module
 */
import { join, resolve } from "node:path";
import type { Gateway } from "../../../src/egress/gateway.ts";
import { EGRESS_PORT } from "../../../src/egress/gateway.ts";
import { Channel } from "../../../src/sandbox/channel.ts";
import { encodeFrame, type Frame, FrameReader } from "../../../src/sandbox/frames.ts";

export type Language = "python" | "typescript";

const ROOT = resolve(import.meta.dir, "../../..");
/** This Bun on the runner's source, or the executable that BRIG_TEST_EXECUTABLE names. */
const TYPESCRIPT = process.env.BRIG_TEST_EXECUTABLE
	? [process.env.BRIG_TEST_EXECUTABLE, "__runner"]
	: [process.execPath, "--no-install", join(ROOT, "test/sandbox/typescript/support/runner-process.ts")];
const RUNNERS: Record<Language, string[]> = {
	python: ["/usr/bin/python3", "-I", "-S", "-B", join(ROOT, "sandbox/init.py"), "python"],
	typescript: TYPESCRIPT,
};
const ALONE = ["unshare", "--net", "--", "sh", "-c", 'ip link set lo up && exec "$@"', "sh"];

/** Why there can be no network namespace here; false when there can. */
export function noNamespaces(): string | false {
	if (process.getuid?.() !== 0) return "network namespaces need root";
	if (!Bun.which("ip")) return "ip (package iproute2) is missing";
	const { exitCode } = Bun.spawnSync(["unshare", "--net", "true"]);
	return exitCode === 0 ? false : "this machine makes no network namespaces";
}

export interface Result {
	ok: boolean;
	value: unknown;
	error: { type: string; message: string; line: number | null; hint: string | null } | null;
}

export class FunctionProcess {
	#nextId = 1;
	#waiting = new Map<unknown, (result: Result) => void>();
	#ready = Promise.withResolvers<void>();
	#channels: Channel[] = [];

	private constructor(private readonly child: Bun.Subprocess) {}

	/** Starts a runner and loads the function; with a gateway, its way out is open. */
	static async start(language: Language, code: string, gateway: Gateway | null): Promise<FunctionProcess> {
		const child = Bun.spawn([...ALONE, ...RUNNERS[language]], {
			stdio: ["ignore", "ignore", "inherit", "pipe", "pipe", "pipe", "pipe", "pipe"] as never,
			env: { PATH: "/usr/sbin:/usr/bin:/sbin:/bin", HOME: "/tmp", TMPDIR: "/tmp" },
			cwd: "/tmp",
		});
		const own = new FunctionProcess(child);
		const [frames, control, stdout, stderr, egress] = child.stdio.slice(3) as unknown as number[];
		const reader = new FrameReader(16 * 1024 * 1024);
		const open = async (fd: number | undefined, data: (chunk: Uint8Array) => void) => {
			const channel = await Channel.open(fd as number, { data, close: () => {} });
			own.#channels.push(channel);
			return channel;
		};
		const wire = await open(frames, (chunk) => {
			for (const frame of reader.push(chunk)) own.#take(frame);
		});
		for (const fd of [control, stdout]) await open(fd, () => {});
		await open(stderr, (chunk) => process.stderr.write(chunk));
		if (gateway) {
			await gateway.attach(async (events) => {
				const channel = await Channel.open(egress as number, events);
				own.#channels.push(channel);
				return channel;
			});
		} else await open(egress, () => {});
		await own.#ready.promise;
		const header = {
			op: "load",
			function: "net.main",
			services: [],
			result_limit: 16 * 1024 * 1024,
			depth_limit: 200,
			...(gateway ? { egress: { port: EGRESS_PORT } } : {}),
		};
		wire.write(encodeFrame(header, code));
		return own;
	}

	/** Calls the function with one object. */
	call(input: object): Promise<Result> {
		const id = this.#nextId++;
		return new Promise((done) => {
			this.#waiting.set(id, done);
			this.#channels[0]?.write(encodeFrame({ op: "call", id }, JSON.stringify(input)));
		});
	}

	async end(): Promise<void> {
		this.child.kill("SIGKILL");
		for (const channel of this.#channels) channel.close();
		await this.child.exited;
	}

	#take({ header, body }: Frame): void {
		if (header.op === "ready") return this.#ready.resolve();
		if (header.op !== "result") return;
		const value = body.length ? JSON.parse(new TextDecoder().decode(body)) : undefined;
		this.#waiting.get(header.id)?.({ ok: header.ok === true, value, error: (header.error ?? null) as never });
		this.#waiting.delete(header.id);
	}
}

/** Runs one function once. */
export async function runFunction(
	language: Language,
	code: string,
	gateway: Gateway | null,
	input: object = {},
): Promise<Result> {
	const running = await FunctionProcess.start(language, code, gateway);
	try {
		return await running.call(input);
	} finally {
		await running.end();
		gateway?.close();
	}
}
