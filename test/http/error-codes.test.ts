import { readdirSync, rmSync } from "node:fs";
import { join } from "node:path";
import t from "tap";
import { ERRORS } from "../../src/errors.ts";
import { startBrig } from "../server.ts";
import { api, type Options, ORDERS, refused } from "./support/client.ts";

t.setTimeout(200_000);
/** What can't be reached from outside on a machine that is well. */
const OUT_OF_REACH: Record<string, string> = {
	internal: "a fault of the server itself: every other test asserts that there is none",
	disk_full: "needs a full disk under the data folder",
	bad_settings: "needs a wrong /etc/brig/brig.toml: test/vps/day-3-operating tries it",
};
const seen = new Set<string>();

const brig = await startBrig(t);
const call = api(brig);
const F = "functions/orders.get_orders";
const python = { "content-type": "text/x-python" };
const slow = `export default ${"<a>(".repeat(46)}1${")".repeat(46)}`;
const backtracking = {
	code: "def costly(a: list = []): return 1",
	input_schema: {
		type: "object",
		properties: { a: { type: "array", uniqueItems: true, items: { pattern: "[ab]*a[ab]{400}$" } } },
	},
};

/** One request for each code: status, code, method, path, the rest. */
const REQUESTS: [number, keyof typeof ERRORS, string, string, Options?][] = [
	[400, "invalid_json", "POST", "execute", { body: "{" }],
	[400, "bad_request", "POST", "/mcp/run/default", { body: [] }],
	[401, "unauthorized", "GET", "functions", { key: null }],
	[403, "forbidden", "GET", "/v1/keys", { key: brig.runKey }],
	[
		403,
		"foreign_origin",
		"POST",
		"/mcp/run/default",
		{ headers: { origin: "https://evil.example" }, body: {} },
	],
	[404, "not_found", "GET", "/nowhere"],
	[404, "namespace_not_found", "GET", "/v1/namespaces/nowhere/functions"],
	[404, "function_not_found", "GET", "functions/orders.nobody"],
	[404, "version_not_found", "POST", `${F}/rollback`, { body: { version: 99 } }],
	[404, "execution_not_found", "GET", "executions/exe_0"],
	[404, "key_not_found", "DELETE", "/v1/keys/key_0"],
	[404, "secret_not_found", "GET", "secrets/NOTHING"],
	[405, "method_not_allowed", "GET", "execute"],
	[409, "already_exists", "POST", "/v1/namespaces", { body: { name: "default" } }],
	[409, "name_conflict", "PUT", "functions/orders.GET_ORDERS", { body: "def GET_ORDERS(): return 1" }],
	[409, "language_conflict", "PUT", F, { body: "export default () => 1;" }],
	[409, "locked", "PUT", "functions/orders.fixed", { body: "def fixed(): return 2" }],
	[412, "precondition_failed", "PUT", F, { body: `${ORDERS}\n`, headers: { "if-match": '"9-0"' } }],
	[413, "too_large", "PUT", F, { body: "#".repeat(2 * 1024 * 1024) }],
	[422, "invalid_name", "PUT", "functions/orders.class", { body: ORDERS }],
	[422, "invalid_field", "POST", "/v1/keys", { body: { name: "", scopes: [] } }],
	[422, "invalid_schema", "PUT", F, { body: { code: ORDERS, input_schema: { type: "array" } } }],
	[422, "invalid_input", "POST", `${F}/call`, { body: { limit: "many" } }],
	[422, "input_too_complex", "POST", "functions/orders.costly/call", { body: { a: ["ab".repeat(15_000)] } }],
	[422, "invalid_source", "PUT", F, { body: " " }],
	[422, "language_unknown", "PUT", F, { body: "x" }],
	[422, "source_syntax", "PUT", F, { body: "def get_orders(:", headers: python }],
	[422, "no_entry", "PUT", F, { body: "x = 1", headers: python }],
	[
		422,
		"source_too_complex",
		"PUT",
		"functions/orders.slow",
		{ body: slow, headers: { "content-type": "text/x-typescript" } },
	],
	[422, "not_supported", "PUT", F, { body: { code: ORDERS, requirements: ["requests"] } }],
	[422, "limit_exceeded", "POST", "execute", { body: { code: "1", timeout_ms: 9_999_999 } }],
];

t.test("each code is the answer to some request", async (t) => {
	t.equal((await call("PUT", F, { body: ORDERS })).status, 201);
	t.equal((await call("PUT", "functions/orders.fixed", { body: "def fixed(): return 1" })).status, 201);
	t.equal((await call("POST", "functions/orders.fixed/lock")).status, 200);
	t.equal((await call("PUT", "functions/orders.costly", { body: backtracking })).status, 201);
	for (const [status, code, method, path, options] of REQUESTS) {
		refused(t, await call(method, path, options), status, code, `${method} ${path} is ${status} ${code}`);
		seen.add(code);
	}
	t.notMatch(brig.stderr(), /\bfault\b/);
});

t.test("a server with too much to do says when to come again", async (t) => {
	const small = api(await startBrig(t, { args: ["--concurrency", "1", "--warm", "0"] }));
	const body = { language: "python", code: "import time\ntime.sleep(12)", timeout_ms: 13_000 };
	const long = small("POST", "execute", { body });
	await Bun.sleep(300);
	const answer = await small("POST", "execute", { body: { language: "python", code: "1" } });
	refused(t, answer, 429, "busy");
	t.ok(Number(answer.headers.get("retry-after")) > 0);
	seen.add("busy");
	t.equal((await long).json.status, "ok");
});

t.test("a server that can start no sandbox says so, and its health does", async (t) => {
	const broken = await startBrig(t, { args: ["--warm", "0"] });
	const bin = join(broken.data, "bin");
	for (const name of readdirSync(bin)) rmSync(join(bin, name), { recursive: true, force: true });
	const ask = api(broken);
	refused(t, await ask("POST", "execute", { body: { language: "python", code: "1" } }), 503, "no_sandbox");
	refused(t, await ask("PUT", F, { body: ORDERS }), 503, "no_sandbox");
	seen.add("no_sandbox");
	t.equal((await ask("GET", "/healthz", { key: null })).status, 503);
	t.equal((await ask("GET", "functions")).status, 200, "what needs no sandbox works");
});

t.test("that was every code of the table", (t) => {
	t.same([...seen, ...Object.keys(OUT_OF_REACH)].sort(), Object.keys(ERRORS).sort());
	t.end();
});
