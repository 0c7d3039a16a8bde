import t from "tap";
import { startBrig } from "../server.ts";
import { api, healthy, ORDERS, refused } from "./support/client.ts";

t.setTimeout(120_000);
const brig = await startBrig(t);
const call = api(brig);

async function key(fields: object): Promise<{ id: string; key: string }> {
	return (await call("POST", "/v1/keys", { body: { name: "test", ...fields } })).json;
}

t.test("without a key that is known nothing but health and the page of errors answers", async (t) => {
	const wrong = [
		null,
		"brig_",
		`brig_${"0".repeat(43)}`,
		`${brig.adminKey}x`,
		brig.adminKey.slice(0, -1),
		"x y",
	];
	for (const text of wrong) {
		for (const path of [
			"/v1/namespaces",
			"/v1/keys",
			"/v1/limits",
			"/openapi.json",
			"executions",
			"functions",
		]) {
			const answer = await call("GET", path, { key: text });
			refused(t, answer, 401, "unauthorized", `${path} with ${text}`);
			t.equal(answer.headers.get("www-authenticate"), "Bearer");
		}
	}
	const basic = await call("GET", "/v1/keys", {
		key: null,
		headers: { authorization: `Basic ${brig.adminKey}` },
	});
	refused(t, basic, 401, "unauthorized");
	const inQuery = await call("GET", `/v1/keys?key=${brig.adminKey}&access_token=${brig.adminKey}`, {
		key: null,
	});
	refused(t, inQuery, 401, "unauthorized");
	t.equal((await call("GET", "/healthz", { key: null })).status, 200);
	t.equal((await call("GET", "/docs/errors", { key: null })).status, 200);
});

t.test("a key is shown once, listed without its text, and of no use once revoked", async (t) => {
	const made = await call("POST", "/v1/keys", {
		body: { name: "once", scopes: ["run"], namespace: "default" },
	});
	t.equal(made.status, 201);
	t.match(made.json, {
		id: String,
		name: "once",
		key: /^brig_[0-9A-Za-z]{43}$/,
		scopes: ["run"],
		namespace: "default",
	});
	const listed = await call("GET", "/v1/keys");
	t.notMatch(listed.text, made.json.key);
	t.ok(listed.json.keys.some((one: { id: string }) => one.id === made.json.id));
	t.equal((await call("GET", "functions", { key: made.json.key })).status, 200);
	t.equal((await call("DELETE", `/v1/keys/${made.json.id}`)).status, 204);
	refused(t, await call("GET", "functions", { key: made.json.key }), 401, "unauthorized");
	refused(t, await call("DELETE", `/v1/keys/${made.json.id}`), 404, "key_not_found");
});

t.test("a scope allows what it is for and all below it", async (t) => {
	const run = (await key({ scopes: ["run"], namespace: "default" })).key;
	const write = (await key({ scopes: ["write"], namespace: "default" })).key;
	const admin = (await key({ scopes: ["admin"], namespace: "default" })).key;
	t.equal((await call("PUT", "functions/orders.get_orders", { body: ORDERS, key: write })).status, 201);
	refused(t, await call("PUT", "functions/orders.get_orders", { body: ORDERS, key: run }), 403, "forbidden");
	refused(t, await call("DELETE", "functions/orders.get_orders", { key: run }), 403, "forbidden");
	t.notMatch((await call("GET", "functions/orders.get_orders", { key: run })).json, { code: String });
	t.match((await call("GET", "functions/orders.get_orders", { key: write })).json, {
		code: /def get_orders/,
	});
	for (const low of [run, write]) refused(t, await call("GET", "/v1/keys", { key: low }), 403, "forbidden");
	t.equal((await call("GET", "/v1/keys", { key: admin })).status, 200);
	refused(t, await call("GET", "/v1/namespaces", { key: admin }), 403, "forbidden");
	refused(t, await call("POST", "/v1/namespaces", { key: admin, body: { name: "mine" } }), 403, "forbidden");
});

t.test("an admin of one namespace makes no key for another and sees none of it", async (t) => {
	t.equal((await call("POST", "/v1/namespaces", { body: { name: "other" } })).status, 201);
	const other = await key({ scopes: ["run"], namespace: "other" });
	const admin = (await key({ scopes: ["admin"], namespace: "default" })).key;
	const asked = { name: "x", scopes: ["admin"] };
	refused(
		t,
		await call("POST", "/v1/keys", { key: admin, body: { ...asked, namespace: "other" } }),
		404,
		"namespace_not_found",
	);
	const bound = await call("POST", "/v1/keys", { key: admin, body: asked });
	t.equal(bound.json.namespace, "default", "its keys are bound as it is");
	t.notMatch((await call("GET", "/v1/keys", { key: admin })).text, other.id);
	refused(t, await call("DELETE", `/v1/keys/${other.id}`, { key: admin }), 404, "key_not_found");
});

t.test("for a key bound to services every other service is not there, in code too", async (t) => {
	await call("PUT", "functions/orders.get_orders", { body: ORDERS });
	await call("PUT", "functions/billing.refund", { body: "def refund(): return 'money'" });
	const bound = (await key({ scopes: ["write"], namespace: "default", services: ["orders"] })).key;
	const list = await call("GET", "functions", { key: bound });
	t.same(
		list.json.functions.map((fn: { service: string }) => fn.service),
		["orders"],
	);
	const known = await call("GET", "functions/billing.refund", { key: bound });
	refused(t, known, 404, "function_not_found");
	t.equal(
		known.text.replaceAll("refund", "nobody"),
		(await call("GET", "functions/billing.nobody", { key: bound })).text,
	);
	refused(
		t,
		await call("POST", "functions/billing.refund/call", { key: bound, body: {} }),
		404,
		"function_not_found",
	);
	refused(
		t,
		await call("PUT", "functions/billing.more", { key: bound, body: "def more(): return 1" }),
		404,
		"function_not_found",
	);
	refused(t, await call("DELETE", "functions/billing.refund", { key: bound }), 404, "function_not_found");
	const code = "import functions\nresult = functions.list()\nfrom functions import billing\nbilling.refund()";
	const ran = await call("POST", "execute", { key: bound, body: { language: "python", code } });
	t.equal(ran.json.status, "error");
	t.notMatch(ran.text, "money");
});

t.test("the server is well after all that", async (t) => {
	await healthy(t, call);
});
