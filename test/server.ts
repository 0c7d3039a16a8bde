/**
 * A real `dist/brig serve` on a data folder of its own, for tests against the built executable.
 * @module
 */
import { chmodSync, existsSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { PATIENCE } from "./patience.ts";
import { SCOPE } from "./scope.ts";
import { type ServerProcess, serviceCommand, serviceFolder, serviceProcess } from "./service.ts";

/** The executable under test: dist/brig, or what BRIG_TEST_EXECUTABLE names. */
export const EXECUTABLE = resolve(process.env.BRIG_TEST_EXECUTABLE ?? "dist/brig");

const START_MS = 30_000 * PATIENCE;
const STOP_MS = 20_000 * PATIENCE;

/** The whole confinement of the installed service where BRIG_TEST_SERVICE asks for it. */
const SERVICE = Boolean(process.env.BRIG_TEST_SERVICE);

/** As much of a tap test as this needs. */
interface Test {
	teardown(action: () => unknown): unknown;
}

export interface StartOptions {
	/** More flags for `serve`. */
	args?: string[];
	/** More of its environment. */
	env?: Record<string, string>;
	/** A data folder that a test made; it is left there. */
	data?: string;
	/** A command that becomes what its arguments name, such as `unshare -m`. */
	wrap?: string[];
}

export interface TestBrig {
	/** `http://127.0.0.1:PORT` */
	url: string;
	/** The first keys; empty on a data folder that had been served before. */
	adminKey: string;
	runKey: string;
	data: string;
	process: ServerProcess;
	/** All that the server has written so far. */
	stderr(): string;
	/** Stops it by SIGTERM and waits until it has exited; its exit code. A second call changes nothing. */
	stop(): Promise<number>;
}

/** A data folder that the ids of sandboxes can walk into, removed when the test ends. */
export function makeDataFolder(t: Test): string {
	const data = SERVICE ? serviceFolder() : mkdtempSync(join(tmpdir(), "brig-test-"));
	chmodSync(data, 0o711);
	t.teardown(() => rmSync(data, { recursive: true, force: true }));
	return data;
}

/**
 * Starts the server and resolves once it listens; it is stopped when the test ends.
 *
 * @example
 * const { url, adminKey } = await startBrig(t);
 * const answer = await fetch(`${url}/v1/namespaces`, { headers: { authorization: `Bearer ${adminKey}` } });
 */
export async function startBrig(t: Test, options: StartOptions = {}): Promise<TestBrig> {
	if (!existsSync(EXECUTABLE)) throw new Error(`${EXECUTABLE} is missing: run scripts/build first`);
	const data = options.data ?? makeDataFolder(t);
	const limits = SCOPE.length > 0 || SERVICE ? [] : ["--without-cgroups"];
	const flags = ["--listen", "127.0.0.1:0", ...limits, ...(options.args ?? [])];
	const service = SERVICE ? serviceCommand(data, flags, options.env ?? {}) : null;
	const direct = [...SCOPE, ...(options.wrap ?? []), EXECUTABLE, "serve", "--data", data, ...flags];
	const child = Bun.spawn(service?.command ?? direct, {
		stdio: ["ignore", "ignore", "pipe"],
		env: { ...outerEnv(), ...options.env },
	});
	let written = "";
	let heard = () => {};
	const reading = (async () => {
		const decoder = new TextDecoder();
		for await (const piece of child.stderr) {
			written += decoder.decode(piece, { stream: true });
			heard();
		}
	})();
	let stopping: Promise<number> | undefined;
	let server: ServerProcess = child;
	const stop = () => {
		stopping ??= end(server, reading);
		return stopping;
	};
	t.teardown(stop);

	const url = await new Promise<string>((done, failed) => {
		const timer = setTimeout(
			() => failed(new Error(`brig does not listen after ${START_MS} ms:\n${written}`)),
			START_MS,
		);
		heard = () => {
			const found = /^brig: listening on (http\S+)$/m.exec(written)?.[1];
			if (!found) return;
			clearTimeout(timer);
			done(found);
		};
		void reading.then(() => {
			clearTimeout(timer);
			failed(new Error(`brig serve ended before it listened:\n${written}`));
		});
	});
	if (service) server = serviceProcess(service.unit, data, child);
	const keyIn = (line: RegExp) => line.exec(written)?.[1] ?? "";
	return {
		url,
		adminKey: keyIn(/^\s*curl .*Bearer (brig_\w+)/m),
		runKey: keyIn(/^\s*claude mcp add .*Bearer (brig_\w+)/m),
		data,
		process: server,
		stderr: () => written,
		stop,
	};
}

/** Ends the server and waits; one that does not go by itself is killed, and that is an error. */
async function end(child: ServerProcess, reading: Promise<void>): Promise<number> {
	let late = false;
	const timer = setTimeout(() => {
		late = true;
		child.kill("SIGKILL");
	}, STOP_MS);
	child.kill("SIGTERM");
	const code = await child.exited;
	clearTimeout(timer);
	if (late) throw new Error(`brig serve was still there ${STOP_MS} ms after SIGTERM`);
	await reading;
	return code;
}

/** The environment without what would configure brig or hide its first keys. */
export function outerEnv(): Record<string, string> {
	const kept = Object.entries(process.env).filter(
		([name, value]) => value !== undefined && !/^(BRIG_|JOURNAL_STREAM$|TAP)/.test(name),
	);
	return Object.fromEntries(kept) as Record<string, string>;
}
