/**
 * The machine's own programs that install and uninstall call: by an absolute list of folders, without a shell.
 * @module
 */

const PATH = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";
const LIMIT_MS = 60_000;
const MOST_TEXT = 2_000;

/** What a program said, and whether it was content. */
export interface Said {
	ok: boolean;
	stdout: string;
	stderr: string;
}

/** Runs a program to its end, a minute at the longest. One that is not there is not content. */
export async function ask(command: readonly string[], limitMs = LIMIT_MS): Promise<Said> {
	if (!Bun.which(command[0] ?? "", { PATH }))
		return { ok: false, stdout: "", stderr: `there is no program ${command[0]}` };
	const child = Bun.spawn([...command], {
		stdio: ["ignore", "pipe", "pipe"],
		env: { PATH, LC_ALL: "C.UTF-8", HOME: "/root" },
		timeout: limitMs,
		killSignal: "SIGKILL",
	});
	const [stdout, stderr, code] = await Promise.all([
		new Response(child.stdout).text(),
		new Response(child.stderr).text(),
		child.exited,
	]);
	return { ok: code === 0, stdout: stdout.trim(), stderr: stderr.trim() };
}

/** Runs a program that must succeed; what it printed. Throws an Error that quotes it. */
export async function run(command: readonly string[], limitMs = LIMIT_MS): Promise<string> {
	const said = await ask(command, limitMs);
	if (!said.ok) {
		const reason = (said.stderr || said.stdout || "it says nothing").slice(0, MOST_TEXT);
		throw new Error(`\`${command.join(" ")}\` failed: ${reason}`);
	}
	return said.stdout;
}
