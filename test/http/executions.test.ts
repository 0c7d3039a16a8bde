import t from "tap";
import { startBrig } from "../server.ts";
import { api, refused } from "./support/client.ts";

t.setTimeout(120_000);
const brig = await startBrig(t);
const call = api(brig);
const run = (code: string, key = brig.runKey) =>
	call("POST", "execute", { key, body: { language: "python", code } });
const ids = (answer: { json: { executions: { id: string }[] } }) =>
	answer.json.executions.map(({ id }) => id);

t.test("every execution is in the ledger, newest first, a page at a time", async (t) => {
	const made: string[] = [];
	for (let i = 0; i < 7; i++) made.unshift((await run(`result = ${i}`)).json.id);
	t.same(ids(await call("GET", "executions")), made);
	const first = await call("GET", "executions?limit=3");
	t.same(ids(first), made.slice(0, 3));
	const second = await call("GET", `executions?limit=3&before=${first.json.next}`);
	t.same(ids(second), made.slice(3, 6));
	const last = await call("GET", `executions?limit=3&before=${second.json.next}`);
	t.same([ids(last), last.json.next], [made.slice(6), null]);
});

t.test("the ledger tells how an execution ended and what it called, never the data", async (t) => {
	await call("PUT", "functions/orders.secretive", {
		body: "def secretive(x: str) -> str:\n    print('printed by the function')\n    return x * 2",
	});
	const { json } = await run("from functions import orders\nresult = orders.secretive('marker-data')[:3]");
	t.equal(json.result, "mar");
	const shown = await call("GET", `executions/${json.id}`, { key: brig.runKey });
	t.match(shown.json, {
		id: json.id,
		kind: "execute",
		language: "python",
		status: "ok",
		error_type: null,
		code_sha256: /^[0-9a-f]{64}$/,
	});
	t.match(shown.json.call_tree, [
		{ function: "orders.secretive", version: 1, depth: 1, count: 1, status: "ok" },
	]);
	t.notMatch(shown.text, "marker-data");
	t.notMatch(shown.text, "printed by the function");
	t.match((await call("GET", `executions/${json.id}`)).json.outputs, [
		{ function: "orders.secretive", stdout: "printed by the function\n" },
	]);
});

t.test("executions are found by status and by function", async (t) => {
	const failed = (await run("1 / 0")).json.id;
	t.same(ids(await call("GET", "executions?status=error")), [failed]);
	t.same(ids(await call("GET", "executions?status=timeout")), []);
	const called = (await call("POST", "functions/orders.secretive/call", { body: { x: "a" } })).json.id;
	t.same(ids(await call("GET", "executions?function=orders.secretive")), [called]);
	t.match((await call("GET", `executions/${called}`)).json, {
		kind: "call",
		function: "orders.secretive",
		version: 1,
	});
});

t.test("a run key sees its own executions, a write key all of the namespace", async (t) => {
	const make = async (scopes: string[]) =>
		(await call("POST", "/v1/keys", { body: { name: "x", scopes, namespace: "default" } })).json
			.key as string;
	const [other, writer] = [await make(["run"]), await make(["write"])];
	const theirs = (await run("result = 'theirs'", other)).json.id;
	t.same(ids(await call("GET", "executions", { key: other })), [theirs]);
	t.notOk(ids(await call("GET", "executions", { key: brig.runKey })).includes(theirs));
	t.ok(ids(await call("GET", "executions", { key: writer })).includes(theirs));
	const hidden = await call("GET", `executions/${theirs}`, { key: brig.runKey });
	refused(t, hidden, 404, "execution_not_found");
	t.equal(
		hidden.text,
		(await call("GET", "executions/exe_0000000000000000000000", { key: brig.runKey })).text,
	);
	t.equal((await call("GET", `executions/${theirs}`, { key: writer })).status, 200);
});

t.test("namespaces are made once, listed, and gone with all that is in them", async (t) => {
	t.equal((await call("POST", "/v1/namespaces", { body: { name: "team-1" } })).status, 201);
	refused(t, await call("POST", "/v1/namespaces", { body: { name: "team-1" } }), 409, "already_exists");
	t.ok(
		(await call("GET", "/v1/namespaces")).json.namespaces.some(
			(one: { name: string }) => one.name === "team-1",
		),
	);
	t.equal((await call("GET", "/v1/namespaces/team-1")).status, 200);
	const { key } = (
		await call("POST", "/v1/keys", { body: { name: "x", scopes: ["write"], namespace: "team-1" } })
	).json;
	t.equal(
		(await call("PUT", "/v1/namespaces/team-1/functions/a.f", { key, body: "def f(): return 1" })).status,
		201,
	);
	t.equal((await call("DELETE", "/v1/namespaces/team-1")).status, 204);
	refused(t, await call("GET", "/v1/namespaces/team-1"), 404, "namespace_not_found");
	refused(t, await call("GET", "/v1/namespaces/team-1/functions", { key }), 401, "unauthorized");
	await call("POST", "/v1/namespaces", { body: { name: "team-1" } });
	t.same((await call("GET", "/v1/namespaces/team-1/functions")).json.functions, [], "a new one starts empty");
});

t.test("the limits are shown, and the page of errors explains every code", async (t) => {
	t.match((await call("GET", "/v1/limits", { key: brig.runKey })).json.limits, {
		wall_ms: { default: 30_000, maximum: 300_000 },
	});
	const page = await call("GET", "/docs/errors", { key: null });
	t.match(page.headers.get("content-type"), "text/html");
	const { error } = (await call("GET", "/nowhere")).json;
	t.match(page.text, `id="${error.docs.split("#")[1]}"`);
});
