import { existsSync, rmSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import t from "tap";
import { startBrig } from "../server.ts";
import { register } from "./support.ts";

const VERSION = "1.30.0";
const FOLDER = resolve(`.cache/python-mcp-${VERSION}-packages`);

/** Runs a command that finds the client to its end; what it wrote. Throws when it fails. */
async function run(...command: string[]): Promise<string> {
	const child = Bun.spawn(command, {
		stdio: ["ignore", "pipe", "pipe"],
		env: { ...process.env, PYTHONPATH: FOLDER },
	});
	const [stdout, stderr, code] = await Promise.all([
		new Response(child.stdout).text(),
		new Response(child.stderr).text(),
		child.exited,
	]);
	if (code !== 0) throw new Error(`${command.join(" ")}: exit ${code}\n${stderr.slice(-2_000)}`);
	return stdout;
}

/** Puts the client into a folder of its own, once: that needs pip alone, no virtual environment. */
async function installClient(): Promise<void> {
	const done = join(FOLDER, "installed");
	if (existsSync(done)) return;
	rmSync(FOLDER, { recursive: true, force: true });
	const install = ["-m", "pip", "install", "--quiet", "--disable-pip-version-check"];
	await run("python3", ...install, "--target", FOLDER, `mcp==${VERSION}`);
	writeFileSync(done, "");
}

interface Answer {
	isError: boolean;
	text: string;
	structured: { status: string; result: unknown; error: { type: string; line: number } | null };
}
interface Seen {
	server: string;
	protocol: string;
	instructions: string;
	tools: string[];
	execute: string;
	ok: Answer;
	failing: Answer;
	big: Answer;
	parallel: Answer[];
	progress: number[];
}

t.setTimeout(240_000);

t.test("the official Python client lists, executes, and reads a failing execution", async (t) => {
	await installClient();
	const brig = await startBrig(t);
	await register(
		brig,
		"numbers.first",
		"def first(count: int) -> list[int]:\n    return list(range(count))\n",
	);
	const script = join(import.meta.dirname, "python_client.py");
	const seen: Seen = JSON.parse(await run("python3", script, `${brig.url}/mcp/run/default`, brig.runKey));

	t.equal(seen.server, "brig");
	t.match(seen.protocol, /^2025-/);
	t.match(seen.instructions, "execute");
	t.same(seen.tools, ["execute", "search", "describe"]);
	t.match(seen.execute, "numbers");
	t.match(seen.ok, { isError: false, structured: { status: "ok", result: 45, error: null } });
	t.match(seen.failing, {
		isError: true,
		text: /ZeroDivisionError/,
		structured: { status: "error", error: { type: "ZeroDivisionError", line: 1 } },
	});
	t.match(seen.big.text, "18446744073709551616");
	t.same(
		seen.parallel.map(({ structured }) => structured.result),
		[0, 2, 4, 6],
	);
	t.ok(seen.progress.length >= 1, "it heard of progress");
});
