/**
 * Machines that lack something, made of this one by mount namespaces, limits and filters: each is gone with the
 * process that it was made for.
 */
import { readdirSync } from "node:fs";
import { EXECUTABLE, makeDataFolder, outerEnv, type TestBrig } from "../server.ts";

interface Test {
	teardown(action: () => unknown): unknown;
}

/** Mounts, limits and other users need root; false when this is root. */
export const noRoot = process.getuid?.() === 0 ? false : "only root can make such a machine of this one";

/** Becomes its arguments in a mount namespace of its own, after these lines of shell. */
export const mounted = (lines: string) => [
	"unshare",
	"--mount",
	"/bin/sh",
	"-ec",
	`${lines}\nexec "$0" "$@"`,
];

/** Runs lines of shell in a running server's mount namespace. Throws when they fail. */
export function inside({ process: { pid } }: TestBrig, lines: string): void {
	const { exitCode, stderr } = Bun.spawnSync([
		"nsenter",
		"--mount",
		"--target",
		`${pid}`,
		"/bin/sh",
		"-ec",
		lines,
	]);
	if (exitCode !== 0) throw new Error(stderr.toString());
}

/** Becomes its arguments as a user without rights; with `caps` it may map ids, like the service. */
export function asUser(caps: boolean): string[] {
	const rights = ["inh-caps", "ambient-caps", "bounding-set"].map((set) => `--${set}=-all,+setuid,+setgid`);
	const user = ["setpriv", "--reuid=4321", "--regid=4321", "--clear-groups"];
	return caps ? [...user, "--no-new-privs", ...rights] : user;
}

/** Runs `brig serve` on a new data folder where it must refuse to start; what it says. Throws when it starts. */
export async function refusal(t: Test, wrap: string[], data = makeDataFolder(t)): Promise<string> {
	const child = Bun.spawn(
		[...wrap, EXECUTABLE, "serve", "--data", data, "--listen", "127.0.0.1:0", "--without-cgroups"],
		{ stdio: ["ignore", "ignore", "pipe"], env: outerEnv(), timeout: 60_000, killSignal: "SIGKILL" },
	);
	const [code, stderr] = await Promise.all([child.exited, new Response(child.stderr).text()]);
	if (code !== 1) throw new Error(`exit ${code}, not 1:\n${stderr}`);
	return stderr;
}

/** The last line, which is the sentence for the operator: events may stand before it. */
export const sentence = (stderr: string) => stderr.trimEnd().split("\n").at(-1) ?? "";

/** The server's health. */
export async function health({ url }: TestBrig): Promise<number> {
	const answer = await fetch(`${url}/healthz`);
	await answer.body?.cancel();
	return answer.status;
}

/** How many descriptors a server has open. */
export const descriptors = ({ process: { pid } }: TestBrig) => readdirSync(`/proc/${pid}/fd`).length;
