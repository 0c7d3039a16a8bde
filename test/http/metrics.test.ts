import { join } from "node:path";
import t from "tap";
import manifest from "../../package.json" with { type: "json" };
import { startBrig } from "../server.ts";
import { api, ORDERS, refused } from "./support/client.ts";
import { changes, readMetrics, type Series } from "./support/prometheus.ts";

t.setTimeout(180_000);
const brig = await startBrig(t, { args: ["--warm", "0", "--concurrency", "1"] });
const call = api(brig);

/** A reading, checked line by line. */
async function read(): Promise<Series> {
	return readMetrics((await call("GET", "/metrics")).text);
}

/** What `work` changed in the counters; gauges, buckets and sums are left out. */
async function counted(work: () => Promise<unknown>): Promise<Record<string, number>> {
	const before = await read();
	await work();
	const all = changes(before, await read());
	return Object.fromEntries(
		Object.entries(all).filter(([name]) => /^brig_.*_(total(\{.*)?|count)$/.test(name)),
	);
}

/** Resolves when a series has this value; throws after half a minute. */
async function until(name: string, value: number): Promise<void> {
	const end = performance.now() + 30_000;
	for (let found: number | undefined; found !== value; found = (await read()).get(name)) {
		if (performance.now() > end) throw new Error(`${name} is still ${found}, not ${value}`);
		await Bun.sleep(10);
	}
}

const python = (code: string, more: object = {}) =>
	call("POST", "execute", { body: { language: "python", code, ...more } });

t.test("metrics are for admin keys that are not bound to a namespace", async (t) => {
	refused(t, await call("GET", "/metrics", { key: null }), 401, "unauthorized");
	refused(t, await call("GET", "/metrics", { key: `brig_${"x".repeat(43)}` }), 401, "unauthorized");
	for (const [scopes, namespace] of [
		[["run"], null],
		[["write"], null],
		[["run", "write"], "default"],
		[["admin"], "default"],
	]) {
		const { json } = await call("POST", "/v1/keys", { body: { name: "low", scopes, namespace } });
		refused(t, await call("GET", "/metrics", { key: json.key }), 403, "forbidden", String(scopes));
	}
	refused(t, await call("POST", "/metrics"), 405, "method_not_allowed");
	const answer = await call("GET", "/metrics");
	t.equal(answer.status, 200);
	t.equal(answer.headers.get("content-type"), "text/plain; version=0.0.4; charset=utf-8");
	const local = await fetch("http://localhost/metrics", { unix: join(brig.data, "brig.sock") });
	t.equal(local.status, 200, "who may open the socket is admin");
});

t.test("a server that has done nothing has every series, with its version", async (t) => {
	const idle = await startBrig(t, { args: ["--warm", "1"] });
	const metrics = async () => readMetrics((await api(idle)("GET", "/metrics")).text);
	let series = await metrics();
	const end = performance.now() + 30_000;
	const waiting = (language: string) => series.get(`brig_sandboxes_waiting{language="${language}"}`);
	while ((waiting("python") !== 1 || waiting("typescript") !== 1) && performance.now() < end) {
		await Bun.sleep(20);
		series = await metrics();
	}
	t.same([waiting("python"), waiting("typescript")], [1, 1]);
	const has = (name: string, value: number) => t.equal(series.get(name), value, name);
	has("brig_sandboxes_alive", 2);
	has("brig_healthy", 1);
	has('brig_unhealthy{reason="sandbox_failed"}', 0);
	has('brig_unhealthy{reason="not_confined"}', 0);
	has("brig_attestation_failures_total", 0);
	has('brig_executions_total{status="ok"}', 0);
	has('brig_executions_total{status="sandbox_failed"}', 0);
	has('brig_refusals_total{code="busy"}', 0);
	has("brig_execution_seconds_count", 0);
	has('brig_sandbox_starts_total{language="typescript",result="ok"}', 1);
	has('brig_sandbox_starts_total{language="typescript",result="not_confined"}', 0);
	has("brig_sandbox_start_seconds_count", 2);
	has("brig_admission_running", 0);
	has("brig_admission_queue", 0);
	const [info] = [...series.keys()].filter((name) => name.startsWith("brig_build_info"));
	t.match(info, `brig_build_info{version="${manifest.version}",commit="`);
	for (const name of [
		"process_resident_memory_bytes",
		"process_cpu_seconds_total",
		"process_open_fds",
		"brig_uptime_seconds",
	])
		t.ok((series.get(name) ?? 0) > 0, name);
	const bounded = Boolean(process.env.BRIG_TEST_SCOPE);
	t.equal(series.has("brig_sandbox_memory_limit_bytes"), bounded, "only control groups bound memory");
	const used = series.get("brig_sandbox_memory_used_bytes");
	t.equal(used !== undefined, bounded, "and count it");
	if (bounded) {
		has("brig_sandbox_memory_reserved_bytes", 2 * 256 * 1024 * 1024);
		t.ok(
			(used ?? 0) > 1024 * 1024 && (used ?? 0) <= (series.get("brig_sandbox_memory_limit_bytes") ?? 0),
			`${used} bytes`,
		);
	}
});

t.test("counters rise by exactly what was executed", async (t) => {
	const nothing = await counted(async () => {});
	t.same(nothing, {});
	const before = await read();
	const programs = await counted(async () => {
		for (const code of ["6 * 7", "result = 1", "return [1]"]) t.equal((await python(code)).json.status, "ok");
		t.equal((await python("1 / 0")).json.status, "error");
		t.equal((await python("while True: pass", { timeout_ms: 300 })).json.status, "timeout");
		t.equal((await python("'x' * 200_000")).json.status, "output_too_large");
		const { json } = await call("POST", "execute", { body: { language: "typescript", code: "return 1" } });
		t.equal(json.status, "ok");
	});
	t.same(programs, {
		'brig_executions_total{status="ok"}': 4,
		'brig_executions_total{status="error"}': 1,
		'brig_executions_total{status="timeout"}': 1,
		'brig_executions_total{status="output_too_large"}': 1,
		brig_execution_seconds_count: 7,
		'brig_sandbox_starts_total{language="python",result="ok"}': 6,
		'brig_sandbox_starts_total{language="typescript",result="ok"}': 1,
		brig_sandbox_start_seconds_count: 7,
	});
	const after = await read();
	const seconds = changes(before, after).brig_execution_seconds_sum ?? 0;
	t.ok(seconds > 0.3 && seconds < 60, `${seconds} s`);
	const late = 'brig_execution_seconds_bucket{le="0.2"}';
	t.ok((after.get("brig_execution_seconds_count") ?? 0) > (after.get(late) ?? 0), "the timeout took longer");
});

t.test("registrations take sandboxes and are no executions; calls are", async (t) => {
	t.same(
		await counted(async () => {
			t.equal((await call("PUT", "functions/orders.get_orders", { body: ORDERS })).status, 201);
		}),
		{
			'brig_sandbox_starts_total{language="python",result="ok"}': 1,
			brig_sandbox_start_seconds_count: 1,
		},
	);
	t.same(
		await counted(async () => {
			t.equal((await call("POST", "functions/orders.get_orders/call", { body: { limit: 2 } })).status, 200);
			const code = "from functions import orders\nlen(orders.get_orders())";
			t.equal((await python(code)).json.result, 50);
		}),
		{
			'brig_executions_total{status="ok"}': 2,
			brig_execution_seconds_count: 2,
			'brig_sandbox_starts_total{language="python",result="ok"}': 3,
			brig_sandbox_start_seconds_count: 3,
		},
	);
});

t.test("every refusal is counted by its code", async (t) => {
	const codes = await counted(async () => {
		await call("GET", "functions", { key: null });
		await call("GET", "/nowhere");
		await call("DELETE", "/v1/limits");
		await call("POST", "functions/orders.nobody/call", { body: {} });
		await call("POST", "functions/orders.get_orders/call", { body: { limit: "many" } });
		await call("POST", "execute", { body: "{" });
		await call("POST", "/mcp/run/default", { key: null, body: {} });
		await call("GET", "/metrics", { key: brig.runKey });
	});
	t.same(codes, {
		'brig_refusals_total{code="unauthorized"}': 2,
		'brig_refusals_total{code="not_found"}': 1,
		'brig_refusals_total{code="method_not_allowed"}': 1,
		'brig_refusals_total{code="function_not_found"}': 1,
		'brig_refusals_total{code="invalid_input"}': 1,
		'brig_refusals_total{code="invalid_json"}': 1,
		'brig_refusals_total{code="forbidden"}': 1,
	});
});

t.test("who runs and who waits shows while it lasts, and a client that leaves is counted", async (t) => {
	const [first, others] = [new AbortController(), new AbortController()];
	const body = JSON.stringify({ language: "python", code: "import time\ntime.sleep(30)" });
	const sleep = ({ signal }: AbortController) =>
		fetch(`${brig.url}/v1/namespaces/default/execute`, {
			method: "POST",
			headers: { authorization: `Bearer ${brig.runKey}` },
			body,
			signal,
		}).catch(() => null);
	const before = await read();
	const sleepers = [sleep(first)];
	await until("brig_admission_running", 1);
	sleepers.push(sleep(others), sleep(others));
	await until("brig_admission_queue", 2);
	t.equal((await read()).get("brig_admission_places"), 1);
	others.abort();
	await until("brig_admission_queue", 0);
	first.abort();
	await Promise.all(sleepers);
	await until("brig_admission_running", 0);
	await until("brig_sandboxes_alive", 0);
	const { 'brig_executions_total{status="cancelled"}': cancelled, brig_execution_seconds_count: timed } =
		changes(before, await read());
	t.same([cancelled, timed], [3, 1], "those that waited took no time that could be measured");
});

t.test("what users name or write never becomes a part of it", async (t) => {
	const before = await read();
	const evil = 'marker"}\nbrig_marker_total 1\n';
	await call("PUT", "functions/orders.marker_one", { body: "def marker_one(): raise ValueError('marker')" });
	await call("POST", "functions/orders.marker_one/call", { body: {} });
	await call("POST", `functions/${encodeURIComponent(evil)}/call`, { body: {} });
	await call("PUT", `functions/orders.${encodeURIComponent(evil)}`, { body: ORDERS });
	await call("POST", "/v1/namespaces", { body: { name: "marker" } });
	await call("POST", "/v1/namespaces", { body: { name: evil } });
	await call("POST", "/v1/keys", { body: { name: evil, scopes: ["run"] } });
	await call("PUT", "secrets/MARKER", { body: evil });
	await call("GET", `/${encodeURIComponent(evil)}`);
	await call("GET", "/metrics?marker=1", { key: "marker", headers: { "user-agent": "marker" } });
	await python(`class marker(Exception): pass\nraise marker(${JSON.stringify(evil)})`);
	await call("POST", "execute", { body: { language: evil, code: "1" } });
	const { text } = await call("GET", "/metrics");
	t.notMatch(text, /marker/i);
	t.same([...readMetrics(text).keys()], [...before.keys()], "no series has come or gone");
	t.equal((await read()).get("brig_healthy"), 1);
});
