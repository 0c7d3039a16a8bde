/** A short program of the machine, run to its end within its time. @module */

export interface Ended {
	/** Null after a signal. */
	code: number | null;
	stdout: string;
	stderr: string;
	/** True when it was killed because its time was up. */
	late: boolean;
}

const MOST = 10_000;
/** What is printed is read a moment longer than the program lives; a child of its own may hold the pipe for ever. */
const MOMENT_MS = 500;

/** Runs argv without input and with an empty environment, and kills it with all its children. Rejects when it can't be started. */
export async function runCommand(argv: string[], timeoutMs: number, signal: AbortSignal): Promise<Ended> {
	const child = Bun.spawn(argv, {
		stdio: ["ignore", "pipe", "pipe"],
		env: { PATH: "/usr/sbin:/usr/bin:/sbin:/bin", LC_ALL: "C" },
		cwd: "/",
		// A process group of its own.
		detached: true,
	});
	const reading = [collect(child.stdout), collect(child.stderr)] as const;
	const over = AbortSignal.any([AbortSignal.timeout(timeoutMs), signal]);
	const late = await Promise.race([child.exited.then(() => false), fired(over)]);
	killGroup(child.pid);
	await child.exited;
	await Promise.race([Promise.all(reading.map(({ end }) => end)), Bun.sleep(MOMENT_MS)]);
	const [stdout, stderr] = reading.map(({ text }) => text()) as [string, string];
	return { code: child.exitCode, stdout, stderr, late };
}

/** Reads a stream in the background; the first part of it is kept. */
function collect(stream: ReadableStream<Uint8Array>): { text(): string; end: Promise<void> } {
	const decoder = new TextDecoder();
	let text = "";
	const end = (async () => {
		for await (const chunk of stream) if (text.length < MOST) text += decoder.decode(chunk, { stream: true });
	})();
	return { text: () => text.slice(0, MOST), end: end.catch(() => {}) };
}

function fired(signal: AbortSignal): Promise<true> {
	return new Promise((resolve) => {
		if (signal.aborted) resolve(true);
		signal.addEventListener("abort", () => resolve(true), { once: true });
	});
}

function killGroup(pid: number): void {
	try {
		process.kill(-pid, "SIGKILL");
	} catch {
		// Nobody is left in it.
	}
}
