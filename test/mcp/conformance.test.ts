import { existsSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import t from "tap";
import { startBrig, type TestBrig } from "../server.ts";

const VERSION = "0.1.16";
const FOLDER = resolve(`.cache/conformance-${VERSION}`);
const SUITE = join(FOLDER, "node_modules/@modelcontextprotocol/conformance/dist/index.js");
/** The others ask for tools, prompts and resources by names of their own, which no real server has. */
const SCENARIOS = ["server-initialize", "ping", "tools-list", "dns-rebinding-protection"];

async function run(command: string[], cwd: string): Promise<{ code: number; output: string }> {
	const child = Bun.spawn(command, { cwd, stdio: ["ignore", "pipe", "pipe"] });
	const [stdout, stderr, code] = await Promise.all([
		new Response(child.stdout).text(),
		new Response(child.stderr).text(),
		child.exited,
	]);
	return { code, output: stdout + stderr };
}

/** Installs the suite, once. */
async function install(): Promise<void> {
	if (existsSync(SUITE)) return;
	const npm = [
		"npm",
		"install",
		"--prefix",
		FOLDER,
		"--no-save",
		"--ignore-scripts",
		"--no-audit",
		"--no-fund",
	];
	const { code, output } = await run([...npm, `@modelcontextprotocol/conformance@${VERSION}`], ".");
	if (code !== 0) throw new Error(`npm could not install the conformance suite: ${output.slice(-1_000)}`);
}

/** The suite sends no key: this adds it, and passes Host and Origin on as they came. */
function addKey(t: { teardown(action: () => unknown): unknown }, brig: TestBrig): string {
	const proxy = Bun.serve({
		port: 0,
		hostname: "127.0.0.1",
		fetch(request) {
			const headers = new Headers(request.headers);
			headers.set("authorization", `Bearer ${brig.runKey}`);
			const { pathname, search } = new URL(request.url);
			return fetch(`${brig.url}${pathname}${search}`, {
				method: request.method,
				headers,
				body: request.body,
			});
		},
	});
	t.teardown(() => proxy.stop(true));
	return `http://localhost:${proxy.port}/mcp/run/default`;
}

t.setTimeout(240_000);

t.test("the conformance suite's scenarios that need no fixtures pass", async (t) => {
	await install();
	const brig = await startBrig(t);
	const url = addKey(t, brig);
	const results = mkdtempSync(join(tmpdir(), "brig-conformance-"));
	t.teardown(() => rmSync(results, { recursive: true, force: true }));
	for (const scenario of SCENARIOS) {
		const command = [process.execPath, "--bun", SUITE, "server", "--url", url, "--scenario", scenario];
		const { code, output } = await run(command, results);
		t.equal(code, 0, `${scenario}: ${code === 0 ? "passes" : output.slice(-2_000)}`);
		t.match(output, /Passed: [1-9]\d*\/\d+, 0 failed/, `${scenario} checks something`);
	}
});
