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
