/**
 * The Python runner's bytecode, made once by this machine's Python: it saves every jail a third of its start.
 * The hashes of what was made are kept beside it, so that a file that has changed since is made again.
 * @module
 */
import { chmodSync, existsSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";

const PYTHON = "/usr/bin/python3";
const LIST = "bytecode.json";
/** A Python that hangs must not keep the server from saying so. */
const MOST_MS = 10_000;

/** Compiles the package below `inside` unless that is done and intact. Without bytecode everything works, slower. */
export function compileRunner(inside: string, hash: (bytes: Uint8Array) => string): void {
	if (!existsSync(PYTHON)) return;
	const folder = join(inside, "python/brig_runner/__pycache__");
	const list = join(inside, LIST);
	const made = () =>
		existsSync(folder)
			? Object.fromEntries(readdirSync(folder).map((name) => [name, hash(readFileSync(join(folder, name)))]))
			: {};
	const listed = existsSync(list) ? readFileSync(list, "utf8") : "";
	if (listed === JSON.stringify({ python: pythonIdentity(), files: made() })) return;
	rmSync(folder, { recursive: true, force: true });
	// Unchecked: the interpreter need not compare with the source, which is verified at every start.
	const compile = [
		"-I",
		"-S",
		"-m",
		"compileall",
		"-q",
		"--invalidation-mode",
		"unchecked-hash",
		join(inside, "python"),
	];
	const { exitCode } = Bun.spawnSync([PYTHON, ...compile], {
		env: {},
		stdio: ["ignore", "ignore", "ignore"],
		timeout: MOST_MS,
		killSignal: "SIGKILL",
	});
	if (exitCode !== 0) return rmSync(folder, { recursive: true, force: true });
	chmodSync(folder, 0o755);
	for (const name of readdirSync(folder)) chmodSync(join(folder, name), 0o644);
	writeFileSync(list, JSON.stringify({ python: pythonIdentity(), files: made() }), { mode: 0o644 });
	chmodSync(list, 0o644);
}

/** Changes when the interpreter is replaced: its bytecode may be of another form then. */
function pythonIdentity(): string {
	const { size, mtimeMs, ino } = statSync(PYTHON);
	return `${size} ${mtimeMs} ${ino}`;
}
