import t from "tap";
import { p99 } from "../attack/support/watch.ts";
import { startBrig } from "../server.ts";
import { api, healthDuring, healthy, ORDERS, refused } from "./support/client.ts";
import { parse, raw, request } from "./support/raw.ts";

t.setTimeout(200_000);
const brig = await startBrig(t);
const call = api(brig);
const EXECUTE = "/v1/namespaces/default/execute";
const CALL = "functions/orders.get_orders/call";
const FUNCTION = "functions/orders.get_orders";
const MIB = 1024 * 1024;
const json = { "content-type": "application/json" };

t.test("a body that is no JSON is refused where JSON is asked for", async (t) => {
	await call("PUT", FUNCTION, { body: ORDERS });
	const bad = ["{", "[1,", "{'a':1}", '{"a":1}{"b":2}', "nonsense", "\0", "NaN", '{"a":01}', "\ufeff{}x"];
	for (const body of [...bad, new Uint8Array([0xff, 0xfe, 0x7b]), new Uint8Array([0x22, 0xc3, 0x22])]) {
		for (const path of ["execute", CALL])
			refused(t, await call("POST", path, { body, headers: json }), 400, "invalid_json");
		refused(t, await call("POST", "/v1/keys", { body, headers: json }), 400, "invalid_json");
		refused(t, await call("PUT", FUNCTION, { body, headers: json }), 400, "invalid_json");
	}
});

t.test("JSON of another form is refused with the path of each fault", async (t) => {
	for (const body of [
		"[]",
		"null",
		'"x"',
		"1",
		"",
		"{}",
		'{"code":1}',
		'{"code":"1","more":1}',
		'{"code":"1","language":"ruby"}',
	]) {
		const answer = await call("POST", "execute", { body, headers: json });
		refused(t, answer, 422, "invalid_field", body);
		t.ok(Array.isArray(answer.json.error.faults), "faults are listed");
	}
	for (const timeout_ms of [0, -1, 1.5, "1000", null]) {
		refused(t, await call("POST", "execute", { body: { code: "1", timeout_ms } }), 422, "invalid_field");
	}
	refused(
		t,
		await call("POST", "execute", { body: { code: "1", timeout_ms: 300_001 } }),
		422,
		"limit_exceeded",
	);
});

t.test("a body above its limit is refused, whether its length is declared or not", async (t) => {
	const large = "x".repeat(9 * MIB);
	refused(t, await call("POST", CALL, { body: JSON.stringify({ status: large }) }), 413, "too_large");
	refused(t, await call("PUT", FUNCTION, { body: `# ${large}` }), 413, "too_large");
	refused(t, await call("PUT", FUNCTION, { body: `# ${"x".repeat(MIB)}` }), 413, "too_large");
	refused(t, await call("PUT", FUNCTION, { body: { code: `# ${"x".repeat(MIB)}` } }), 413, "too_large");
	refused(
		t,
		await call("POST", "execute", { body: { language: "python", code: `# ${"x".repeat(MIB)}` } }),
		413,
		"too_large",
	);
	refused(t, await call("POST", "/v1/keys", { body: JSON.stringify({ name: large }) }), 413, "too_large");
	const head = `POST ${EXECUTE} HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer ${brig.runKey}\r\nTransfer-Encoding: chunked\r\n\r\n`;
	const chunk = `${(256 * 1024).toString(16)}\r\n${" ".repeat(256 * 1024)}\r\n`;
	const chunked = await raw(brig.url, [head, ...Array.from({ length: 60 }, () => chunk)], { between: 5 });
	t.same(parse(chunked), { status: 413, code: "too_large" }, chunked.slice(0, 300));
});

t.test("a body of terabytes is refused by its declared length alone", async (t) => {
	const head = `POST ${EXECUTE} HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer ${brig.runKey}\r\nContent-Length: 9999999999999\r\n\r\n`;
	const { status } = parse(await raw(brig.url, [head, "{"]));
	t.ok([400, 413].includes(status), `${status}`);
	await healthy(t, call);
});

t.test("a body nested too deep is refused without harm", async (t) => {
	for (const depth of [201, 10_000, 1_000_000]) {
		for (const [open, close] of [
			["[", "]"],
			['{"a":', "}"],
		] as const) {
			const deep = `{"status":${open.repeat(depth)}1${close.repeat(depth)}}`;
			const answer = await call("POST", CALL, { body: deep });
			if (deep.length > 8 * MIB) refused(t, answer, 413, "too_large");
			else refused(t, answer, 400, "invalid_json");
		}
	}
});

t.test("half a body, and a body that comes byte by byte, hold nobody up", async (t) => {
	const body = JSON.stringify({ language: "python", code: "6 * 7" });
	const whole = request(EXECUTE, brig.runKey, "POST", body);
	const half = whole.slice(0, -10);
	const slow = Promise.all([
		...Array.from({ length: 20 }, () => raw(brig.url, [half], { ms: 3_000 })),
		...Array.from({ length: 20 }, () => raw(brig.url, [half], { hangUp: true })),
		...Array.from({ length: 20 }, () => raw(brig.url, [whole.slice(0, 30)], { ms: 3_000 })),
		raw(brig.url, [...whole], { between: 5, ms: 10_000 }),
	]);
	const slowest = p99(await healthDuring(call, slow));
	t.ok(slowest < 100, `healthz: p99 ${slowest} ms`);
	t.match((await slow).at(-1), /"result":42/, "slow is not wrong");
	await healthy(t, call);
});

t.test("what is not HTTP is refused without harm", async (t) => {
	const odd = [
		"\0\0\0\0",
		"GET\r\n\r\n",
		"\x16\x03\x01\x02\x00\x01\x00",
		`GET / HTTP/1.1\r\n${"a: b\r\n".repeat(20_000)}\r\n`,
	];
	for (const bytes of [
		...odd,
		`GET /${"a".repeat(100_000)} HTTP/1.1\r\nHost: x\r\n\r\n`,
		"GET / HTTP/9.9\r\n\r\n",
	]) {
		t.notMatch(await raw(brig.url, [bytes], { ms: 500 }), /^HTTP\/1.1 2/);
	}
	const smuggled = `POST ${EXECUTE} HTTP/1.1\r\nHost: x\r\nContent-Length: 4\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\nGET /v1/keys HTTP/1.1\r\n\r\n`;
	t.notMatch(await raw(brig.url, [smuggled], { ms: 500 }), /^HTTP\/1.1 2/m);
	await healthy(t, call);
});

t.test("a client that goes away before its answer cancels its execution", async (t) => {
	const body = JSON.stringify({ language: "python", code: "import time\ntime.sleep(20)" });
	await raw(brig.url, [request(EXECUTE, brig.runKey, "POST", body)], { ms: 700 });
	let status = "running";
	for (let tries = 0; status === "running" && tries < 100; tries++) {
		await Bun.sleep(50);
		status = (await call("GET", "executions?limit=1")).json.executions[0].status;
	}
	t.equal(status, "cancelled");
	t.notMatch(brig.stderr(), /\bfault\b/);
});
