/**
 * The executable as a user calls it.
 * @module
 */
import { mkdirSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { EXECUTABLE, outerEnv } from "../server.ts";

export interface Outcome {
	code: number;
	stdout: string;
	stderr: string;
}

export interface CallOptions {
	env?: Record<string, string>;
	stdin?: string;
	cwd?: string;
}

/** Calls `brig` with these arguments and waits for its end. */
export async function brig(args: string[], { env = {}, stdin, cwd }: CallOptions = {}): Promise<Outcome> {
	const child = Bun.spawn([EXECUTABLE, ...args], {
		stdio: [stdin === undefined ? "ignore" : new TextEncoder().encode(stdin), "pipe", "pipe"],
		env: { ...outerEnv(), ...env },
		...(cwd !== undefined && { cwd }),
		timeout: 60_000,
	});
	const [stdout, stderr, code] = await Promise.all([
		new Response(child.stdout).text(),
		new Response(child.stderr).text(),
		child.exited,
	]);
	return { code, stdout, stderr };
}

/** `brig` for the server of one data folder, through its socket. */
export function brigOf(data: string) {
	return (args: string[], options: CallOptions = {}) =>
		brig(args, { ...options, env: { BRIG_DATA: data, ...options.env } });
}

/** Writes files below a folder; their paths. */
export function writeFiles(folder: string, files: Record<string, string>): string[] {
	return Object.entries(files).map(([name, text]) => {
		const path = join(folder, name);
		mkdirSync(dirname(path), { recursive: true });
		writeFileSync(path, text);
		return path;
	});
}

/** Calls `brig` on a terminal, types `typed`, and reads its screen. */
export async function terminal(
	args: string[],
	typed: string,
	data: string,
): Promise<{ screen: string; code: number }> {
	const script = `
import os, pty, sys
pid, fd = pty.fork()
if pid == 0: os.execv(sys.argv[1], sys.argv[1:])
os.write(fd, sys.stdin.buffer.read())
screen = b""
while True:
    try: piece = os.read(fd, 65536)
    except OSError: break
    if not piece: break
    screen += piece
os.write(1, screen)
sys.exit(os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]))
`;
	const child = Bun.spawn(["python3", "-c", script, EXECUTABLE, ...args], {
		stdio: [new TextEncoder().encode(typed), "pipe", "inherit"],
		env: { ...outerEnv(), BRIG_DATA: data },
	});
	const screen = await new Response(child.stdout).text();
	return { screen, code: await child.exited };
}
