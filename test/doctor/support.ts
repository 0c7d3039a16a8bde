/**
 * `brig doctor` on a machine that a test breaks: in a mount namespace of its own, so that nobody else notices.
 * @module
 */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { PATIENCE } from "../patience.ts";
import { EXECUTABLE, outerEnv } from "../server.ts";

interface Test {
	teardown(action: () => unknown): unknown;
}

export interface Found {
	name: string;
	status: "ok" | "warn" | "fail";
	detail: string;
	remedy: string | null;
}

export interface Doctor {
	code: number;
	checks: Found[];
	/** What one check found. */
	find(name: string): Found;
}

export interface DoctorOptions {
	/** Names of checks; all when absent. */
	only?: string[];
	data?: string;
	env?: Record<string, string>;
	/** Shell commands that break the machine first, as root in a mount namespace; the last may end in `exec SOMETHING`. */
	broken?: string;
	/** What `brig doctor` is started by, such as `["setpriv", …]`. */
	under?: string[];
}

/** Why the machine can't be broken here; false when it can. */
export const notRoot = process.getuid?.() === 0 ? false : "only root has mount namespaces of its own";

const MOST_MS = 120_000 * PATIENCE;

/** Runs `brig doctor --json`. */
export async function doctor({
	only = [],
	data,
	env = {},
	broken,
	under = [],
}: DoctorOptions = {}): Promise<Doctor> {
	const folder = data === undefined ? [] : ["--data", data];
	const command = [...under, EXECUTABLE, "doctor", ...only, "--json", ...folder];
	const inside = [
		"unshare",
		"--mount",
		"--propagation",
		"private",
		"sh",
		"-ec",
		`${broken}\nexec "$@"`,
		"sh",
	];
	const child = Bun.spawn(broken === undefined ? command : [...inside, ...command], {
		stdio: ["ignore", "pipe", "pipe"],
		env: { ...outerEnv(), ...env },
		timeout: MOST_MS,
		killSignal: "SIGKILL",
	});
	const [code, stdout, stderr] = await Promise.all([
		child.exited,
		new Response(child.stdout).text(),
		new Response(child.stderr).text(),
	]);
	if (!stdout.startsWith("{")) throw new Error(`brig doctor --json said ${stdout}${stderr}`);
	const { checks } = JSON.parse(stdout) as { checks: Found[] };
	return {
		code,
		checks,
		find(name) {
			const found = checks.find((check) => check.name === name);
			if (!found) throw new Error(`there is no check ${name}`);
			return found;
		},
	};
}

/** A folder of the test's own, removed at its end. */
export function scratch(t: Test): string {
	const folder = mkdtempSync(join(tmpdir(), "doctor-test-"));
	t.teardown(() => rmSync(folder, { recursive: true, force: true }));
	return folder;
}

/** Commands after which a folder of the machine can be changed at will: what is written goes to `scratch`. */
export function writable(folder: string, scratch: string): string {
	const layers = join(scratch, folder.replaceAll("/", "-"));
	return `mkdir -p ${layers}/upper ${layers}/work
		mount -t overlay overlay -o lowerdir=${folder},upperdir=${layers}/upper,workdir=${layers}/work ${folder}\n`;
}

/** Commands after which nothing is in a folder but what follows. */
export const empty = (folder: string) => `mount -t tmpfs -o mode=755 none ${folder}\n`;
