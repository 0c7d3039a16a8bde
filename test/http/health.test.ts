import { chmodSync, copyFileSync, readdirSync, renameSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import t from "tap";
import { processesOf } from "../sandbox/real.ts";
import { startBrig } from "../server.ts";
import { api, healthy, refused } from "./support/client.ts";
import { readMetrics } from "./support/prometheus.ts";

t.setTimeout(120_000);
const brig = await startBrig(t, { args: ["--warm", "0"] });
const call = api(brig);
const execute = () => call("POST", "execute", { body: { language: "python", code: "6 * 7" } });
const health = async () => {
	const { status, text } = await call("GET", "/healthz", { key: null });
	return `${status} ${text}`;
};
const metrics = async () => readMetrics((await call("GET", "/metrics")).text);

const home = readdirSync(join(brig.data, "bin")).find((name) => /^[0-9a-f]{16}$/.test(name)) ?? "";
const nsjail = join(brig.data, "bin", home, "nsjail/bin/nsjail");

/** Puts a script in nsjail's place, at once, as a rename does; `$real` in it is the real one. */
function replaceNsjail(script: string): void {
	writeFileSync(`${nsjail}.new`, `#!/bin/sh\nreal='${nsjail}.real'\n${script}\n`);
	chmodSync(`${nsjail}.new`, 0o755);
	renameSync(`${nsjail}.new`, nsjail);
}

t.test("a server whose sandboxes start is well, and everybody may ask", async (t) => {
	copyFileSync(nsjail, `${nsjail}.real`);
	t.equal(await health(), '200 {"status":"ok"}');
	t.equal((await execute()).json.result, 42);
	t.equal(await health(), '200 {"status":"ok"}');
});

t.test("sandboxes without a filter of system calls are refused, and the third says why", async (t) => {
	// An nsjail that leaves one line of the configuration out.
	replaceNsjail(
		`config=$2; shift 2; sed /^seccomp_policy_file/d "$config" >"$config.wide"; exec "$real" -C "$config.wide" "$@"`,
	);
	const words: string[] = [];
	for (let count = 0; count < 3; count++) {
		refused(t, await execute(), 503, "no_sandbox");
		words.push(await health());
	}
	t.same(words, [
		'503 {"status":"sandbox_failed"}',
		'503 {"status":"sandbox_failed"}',
		'503 {"status":"not_confined"}',
	]);
	t.same(
		processesOf(brig.data).filter((pid) => pid !== brig.process.pid),
		[],
		"nothing of them is left",
	);

	const series = await metrics();
	const has = (name: string, value: number) => t.equal(series.get(name), value, name);
	has("brig_healthy", 0);
	has('brig_unhealthy{reason="not_confined"}', 1);
	has('brig_unhealthy{reason="sandbox_failed"}', 0);
	has("brig_attestation_failures_total", 3);
	has('brig_sandbox_starts_total{language="python",result="not_confined"}', 3);
	has('brig_executions_total{status="sandbox_failed"}', 3);
	has("brig_sandboxes_alive", 0);

	const lines = brig.stderr().split("\n");
	const failed = lines.filter((line) => / attestation_failed /.test(line));
	t.equal(failed.length, 3);
	for (const line of failed)
		t.match(line, / language="python" faults="Seccomp is 0, not 2; Seccomp_filters is 0, not 1"$/);
	t.match(
		lines.filter((line) => / (un)?healthy /.test(line)),
		[
			/ unhealthy status="sandbox_failed" reason="/,
			/ unhealthy status="not_confined" reason="Three sandboxes/,
		],
	);
});

t.test("a sandbox that does not start at all is the other reason", async (t) => {
	replaceNsjail("exec true");
	refused(t, await execute(), 503, "no_sandbox");
	t.equal(await health(), '503 {"status":"not_confined"}', "the row has not ended");
	t.equal((await metrics()).get('brig_sandbox_starts_total{language="python",result="sandbox_failed"}'), 1);
});

t.test("one success makes the server well again", async (t) => {
	renameSync(`${nsjail}.real`, nsjail);
	t.equal((await execute()).json.result, 42);
	await healthy(t, call);
	const series = await metrics();
	t.equal(series.get("brig_healthy"), 1);
	t.equal(series.get("brig_attestation_failures_total"), 3, "a counter never falls");
	t.match(brig.stderr(), / healthy status="ok" reason="The last sandbox started well\."/);
});
