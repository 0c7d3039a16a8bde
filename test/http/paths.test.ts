import t from "tap";
import { startBrig } from "../server.ts";
import { api, healthy, ORDERS, refused } from "./support/client.ts";
import { parse, raw, request } from "./support/raw.ts";

t.setTimeout(120_000);
const brig = await startBrig(t);
const call = api(brig);

t.test("an address that does not exist is 404, a method that it lacks 405 with those it has", async (t) => {
	for (const path of [
		"/",
		"/v1",
		"/v1/",
		"/v2/namespaces",
		"/v1/namespaces/default/nothing",
		"/favicon.ico",
		"/.env",
		"/mcp",
	]) {
		refused(t, await call("GET", path), 404, "not_found", path);
	}
	for (const [method, path, allow] of [
		["DELETE", "/healthz", "GET"],
		["PUT", "/openapi.json", "GET"],
		["PUT", "execute", "POST"],
		["GET", "execute", "POST"],
		["POST", "functions/a.b", "GET, PUT, DELETE"],
		["PUT", "/v1/keys", "GET, POST"],
		["PATCH", "/v1/namespaces", "GET, POST"],
		["DELETE", "executions", "GET"],
	] as const) {
		const answer = await call(method, path);
		refused(t, answer, 405, "method_not_allowed", `${method} ${path}`);
		t.equal(answer.headers.get("allow"), allow);
	}
});

t.test("a name that breaks the rules is refused, and the reason named", async (t) => {
	const services = [
		"Orders",
		"1st",
		"a__b",
		"_a",
		"functions",
		"search",
		"class",
		"import",
		"def",
		"let",
		"eval",
		"a-b",
		"a".repeat(64),
	];
	const names = [
		"2fa",
		"a__b",
		"_x",
		"class",
		"return",
		"None",
		"await",
		"a-b",
		"x".repeat(64),
		"%C3%A9",
		"__proto__",
		"",
	];
	for (const name of [...services.map((one) => `${one}.f`), ...names.map((one) => `orders.${one}`)]) {
		refused(
			t,
			await call("PUT", `functions/${name}`, { body: "def f(): return 1" }),
			422,
			"invalid_name",
			name,
		);
	}
	for (const name of [
		"orders",
		"a.b.c",
		"..a",
		"constructor",
		"__proto__",
		`${"a".repeat(40)}.${"b".repeat(40)}`,
	]) {
		refused(
			t,
			await call("PUT", `functions/${name}`, { body: "def f(): return 1" }),
			422,
			"invalid_name",
			name,
		);
	}
	for (const name of ["Upper", "-a", "a-", "a_b", "", "a".repeat(64), "ä", "../x", "a/b", "__proto__"]) {
		refused(t, await call("POST", "/v1/namespaces", { body: { name } }), 422, "invalid_name", name);
	}
});

t.test("names of JavaScript's own are names like any other", async (t) => {
	for (const name of ["constructor.prototype", "tostring.valueOf", "hasownproperty.then"]) {
		refused(t, await call("GET", `functions/${name}`), 404, "function_not_found", name);
	}
	const made = await call("PUT", "functions/constructor.hasOwn", { body: "def hasOwn(): return 'fine'" });
	t.equal(made.status, 201, made.text);
	t.equal((await call("POST", "functions/constructor.hasOwn/call")).json.result, "fine");
	const code = "from functions import constructor\nresult = constructor.hasOwn()";
	t.equal((await call("POST", "execute", { body: { language: "python", code } })).json.result, "fine");
	for (const ns of ["__proto__", "constructor", "toString"])
		refused(t, await call("GET", `/v1/namespaces/${ns}/functions`), 404, "namespace_not_found", ns);
});

t.test("no spelling of a path reaches what its plain form does not", async (t) => {
	await call("POST", "/v1/namespaces", { body: { name: "other" } });
	await call("PUT", "/v1/namespaces/other/functions/orders.get_orders", { body: ORDERS });
	const tricks = [
		"/v1/namespaces/default/../other/functions/orders.get_orders",
		"/v1/namespaces/default/%2e%2e/other/functions/orders.get_orders",
		"/v1/namespaces/default%2f..%2fother/functions/orders.get_orders",
		"/v1/namespaces/default/functions/..%2f..%2fother%2ffunctions%2forders.get_orders",
		"/v1/namespaces//other/functions/orders.get_orders",
		"//v1/namespaces/other/functions/orders.get_orders",
		"/v1/namespaces/other%00/functions/orders.get_orders",
		"/v1/namespaces/default/functions/orders.get_orders%00",
		"/v1/namespaces/OTHER/functions/orders.get_orders",
		"/v1/namespaces/other;x/functions/orders.get_orders",
		"/v1/namespaces/%6fther/functions/orders.get_orders",
		"/v1/namespaces/other/functions/orders%2eget_orders",
		"/v1/namespaces/%ff/functions",
		"/v1/namespaces/%/functions",
		"/v1/namespaces/%E0%A4%A/functions",
		"http://127.0.0.1/v1/namespaces/other/functions/orders.get_orders",
		"*",
		"?",
	];
	for (const target of tricks) {
		const { status } = parse(await raw(brig.url, [request(target, brig.runKey)]));
		t.ok([400, 404, 422].includes(status), `${status} ${target}`);
	}
	await healthy(t, call);
	t.notMatch(brig.stderr(), /\bfault\b/);
});

t.test("the name of the host changes nothing about the path", async (t) => {
	for (const host of ["x", "ab", "api", "localhost:1", "[::1]", "127.0.0.1"]) {
		const ask = (target: string) =>
			raw(brig.url, [request(target, brig.adminKey).replace("Host: 127.0.0.1", `Host: ${host}`)]);
		t.equal(parse(await ask("/v1/limits")).status, 200, host);
		t.same(parse(await ask("/elsewhere/v1/limits")), { status: 404, code: "not_found" }, host);
	}
});

t.test("queries that ask for nonsense are refused or answered, never a fault", async (t) => {
	for (const query of [
		"limit=0",
		"limit=501",
		"limit=x",
		"limit=1e9",
		"limit=-1",
		"status=nope",
		"status=__proto__",
	]) {
		refused(t, await call("GET", `executions?${query}`), 422, "invalid_field", query);
	}
	for (const query of [
		"before=nothing",
		"before=%00",
		"function=%27%20OR%201=1",
		"limit=1&limit=2",
		"__proto__=1",
		"q=%ff",
		"x[y]=1",
	]) {
		t.ok((await call("GET", `executions?${query}`)).status < 500, query);
		t.ok((await call("GET", `functions?${query}`)).status < 500, query);
	}
	t.equal((await call("GET", `functions?q=${"order ".repeat(1_000)}`)).status, 200);
	t.notMatch(brig.stderr(), /\bfault\b/);
});
