import t from "tap";
import { api, type Options } from "../../http/support/client.ts";
import { startBrig } from "../../server.ts";
import { canary } from "./functions.ts";

const [OURS, THEIRS] = [canary(), canary()];
const brig = await startBrig(t);
const call = api(brig);
const CODE = "import os\ndef spell() -> list:\n    return [ord(c) for c in os.environ['TOKEN']]\n";
const spelled = (result: number[]) => String.fromCharCode(...(result ?? []));

await call("POST", "/v1/namespaces", { body: { name: "other" } });
for (const [ns, value] of [
	["default", OURS],
	["other", THEIRS],
] as const) {
	await call("PUT", `/v1/namespaces/${ns}/secrets/TOKEN`, { body: value });
	await call("PUT", `/v1/namespaces/${ns}/functions/vault.spell`, { body: { code: CODE, env: ["TOKEN"] } });
}
await call("PUT", "/v1/namespaces/other/functions/vault.only", {
	body: { code: CODE.replace("spell", "only"), env: ["TOKEN"] },
});
await call("PUT", "/v1/namespaces/other/secrets/ONLY_THEIRS", { body: THEIRS });
const keyFor = async (ns: string, scope: string): Promise<string> =>
	(await call("POST", "/v1/keys", { body: { name: "k", namespace: ns, scopes: [scope] } })).json.key;
const theirRun = (await call("POST", "/v1/namespaces/other/functions/vault.spell/call", { body: {} })).json;

t.test("one name of a secret and a function is two of them in two namespaces", async (t) => {
	t.equal(spelled(theirRun.result), THEIRS);
	const code = "from functions import vault\nresult = vault.spell()";
	for (const [ns, value] of [
		["default", OURS],
		["other", THEIRS],
	] as const) {
		const body = { language: "python", code };
		const { json } = await call("POST", `/v1/namespaces/${ns}/execute`, { body });
		t.equal(spelled(json.result), value, ns);
	}
});

t.test("a function that declares the neighbour's secret does not get it", async (t) => {
	const registered = await call("PUT", "functions/vault.only", {
		body: { code: CODE.replace("spell", "only").replace("TOKEN", "ONLY_THEIRS"), env: ["ONLY_THEIRS"] },
	});
	t.match(registered.json.warnings, [/ONLY_THEIRS does not exist/]);
	const { json } = await call("POST", "functions/vault.only/call", { body: {} });
	t.match(json, { status: "error", error: { type: "MissingSecret", message: /ONLY_THEIRS/ } });
});

t.test(
	"an admin bound to one namespace finds nothing of another: versions, approvals, locks, keys",
	async (t) => {
		const admin = await keyFor("default", "admin");
		const attempts: [string, string, unknown?][] = [
			["GET", "functions/vault.spell/versions"],
			["GET", "functions/vault.spell/versions/1"],
			["POST", "functions/vault.spell/rollback", { version: 1 }],
			["POST", "functions/vault.spell/approve", {}],
			["POST", "functions/vault.spell/lock"],
			["PUT", "functions/vault.spell", { code: CODE }],
			["DELETE", "functions/vault.spell"],
			["PUT", "secrets/TOKEN", "another-value"],
			["DELETE", "secrets/TOKEN"],
			["GET", `executions/${theirRun.id}`],
		];
		for (const [method, path, body] of attempts) {
			const options: Options = { key: admin, ...(body === undefined ? {} : { body }) };
			const answers = await Promise.all(
				["other", "nowhere"].map((ns) => call(method, `/v1/namespaces/${ns}/${path}`, options)),
			);
			t.equal(answers[0]?.status, 404, `${method} ${path}`);
			t.equal(answers[0]?.text, answers[1]?.text, `${method} ${path}`);
		}
		const own = await call("GET", `executions/${theirRun.id}`, { key: admin });
		t.equal(own.status, 404, "their execution is not found under one's own namespace");
		const [foreign, unbound] = [
			await call("POST", "/v1/keys", {
				key: admin,
				body: { name: "x", scopes: ["run"], namespace: "other" },
			}),
			await call("POST", "/v1/keys", { key: admin, body: { name: "x", scopes: ["admin"] } }),
		];
		t.ok([403, 404].includes(foreign.status), foreign.text);
		t.equal(unbound.json.namespace, "default", "a key that it makes is bound as it is");
		const keys = await call("GET", "/v1/keys", { key: admin });
		t.notMatch(keys.text, '"other"');
	},
);

t.test("a namespace that is made again has nothing of the one before", async (t) => {
	t.equal((await call("DELETE", "/v1/namespaces/other")).status, 204);
	t.equal((await call("POST", "/v1/namespaces", { body: { name: "other" } })).status, 201);
	t.same((await call("GET", "/v1/namespaces/other/functions")).json.functions, []);
	t.same((await call("GET", "/v1/namespaces/other/secrets")).json.secrets, []);
	t.same((await call("GET", "/v1/namespaces/other/executions")).json.executions, []);
	t.equal((await call("GET", "/v1/namespaces/other/functions/vault.spell/versions")).status, 404);
	const put = await call("PUT", "/v1/namespaces/other/functions/vault.spell", {
		body: { code: CODE, env: ["TOKEN"] },
	});
	t.equal(put.json.version, 1);
	const { json } = await call("POST", "/v1/namespaces/other/functions/vault.spell/call", { body: {} });
	t.match(json, { error: { type: "MissingSecret" } });
});
