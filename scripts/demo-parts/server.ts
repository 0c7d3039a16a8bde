/**
 * A `brig serve` of our own for the demo and the benchmark: a folder, a free port, and an end.
 * @module
 */
import { existsSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";

/** dist/brig, or what BRIG_EXECUTABLE names. */
export const EXECUTABLE = resolve(process.env.BRIG_EXECUTABLE ?? "dist/brig");

const SCOPE = ["systemd-run", "--quiet", "--scope", "-p", "Delegate=cpu memory pids", "--"];
const START_MS = 30_000;
const STOP_MS = 20_000;

export interface OwnServer {
	/** `http://127.0.0.1:PORT` */
	url: string;
	pid: number;
	adminKey: string;
	runKey: string;
	/** How its sandboxes are bounded, in words. */
	confinement: string;
	/** From the start of the process to its word that it listens. */
	readyMs: number;
	stop(): Promise<void>;
}

/** True where a delegated cgroup can be had: cgroup v2, systemd, and root, who may map ids into sandboxes. */
export function canDelegate(): boolean {
	if (process.getuid?.() !== 0 || !existsSync("/sys/fs/cgroup/cgroup.controllers")) return false;
	const [command, ...rest] = SCOPE;
	if (!Bun.which(command as string)) return false;
	return Bun.spawnSync([command as string, ...rest, "true"], { stdio: ["ignore", "ignore", "ignore"] })
		.success;
}

/** Starts `brig serve` on FOLDER/data and resolves when it listens; its process id stands in FOLDER/server.pid meanwhile. */
export async function startServer(
	folder: string,
	delegate: boolean,
	args: string[] = [],
): Promise<OwnServer> {
	const start = performance.now();
	const child = Bun.spawn(
		[
			...(delegate ? SCOPE : []),
			...[EXECUTABLE, "serve", "--data", join(folder, "data"), "--listen", "127.0.0.1:0"],
			...(delegate ? [] : ["--without-cgroups"]),
			...args,
		],
		{ stdio: ["ignore", "ignore", "pipe"], env: ownEnvironment() },
	);
	writeFileSync(join(folder, "server.pid"), String(child.pid));
	const listening = /^brig: listening on (http\S+)$/m;
	const timer = setTimeout(() => child.kill("SIGKILL"), START_MS);
	const { text, rest } = await readUntil(child.stderr, listening);
	clearTimeout(timer);
	const url = listening.exec(text)?.[1];
	if (!url) throw new Error(`brig serve does not start:\n${text}`);
	return {
		url,
		pid: child.pid,
		adminKey: /^\s*curl .*Bearer (brig_\w+)/m.exec(text)?.[1] ?? "",
		runKey: /^\s*claude mcp add .*Bearer (brig_\w+)/m.exec(text)?.[1] ?? "",
		confinement: delegate ? "a delegated cgroup (systemd-run --scope)" : "rlimits alone (--without-cgroups)",
		readyMs: performance.now() - start,
		async stop() {
			child.kill("SIGTERM");
			const killer = setTimeout(() => child.kill("SIGKILL"), STOP_MS);
			const code = await child.exited;
			clearTimeout(killer);
			await rest;
			if (code !== 0) throw new Error(`brig serve ended with ${child.signalCode ?? code}`);
		},
	};
}

/** Reads up to the line that is waited for, or the end; the rest is read and dropped, so that nobody blocks. */
async function readUntil(stream: ReadableStream<Uint8Array>, line: RegExp) {
	const reader = stream.getReader();
	const decoder = new TextDecoder();
	let text = "";
	while (!line.test(text)) {
		const { value, done } = await reader.read();
		if (done) break;
		text += decoder.decode(value, { stream: true });
	}
	const rest = (async () => {
		while (!(await reader.read()).done);
	})();
	return { text, rest };
}

/** The environment without what would configure brig or make it keep its first keys to itself. */
function ownEnvironment(): Record<string, string> {
	const kept = Object.entries(process.env).filter(
		([name, value]) => value !== undefined && !/^(BRIG_|JOURNAL_STREAM$)/.test(name),
	);
	return Object.fromEntries(kept) as Record<string, string>;
}
