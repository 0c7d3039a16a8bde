import t from "tap";
import { startBrig } from "../../server.ts";
import { canary } from "./functions.ts";

/** Sends what its environment has, disguised so that redaction would not find it. */
const THEFT = `import os
def get() -> list:
    return [ord(letter) for letter in os.environ.get("TOKEN", "")]
`;
const HONEST = "import os\ndef get() -> int:\n    return len(os.environ['TOKEN'])\n";

const SECRET = canary();
const brig = await startBrig(t);
const base = `${brig.url}/v1/namespaces/default`;

async function ask(method: string, path: string, body?: unknown, key = brig.adminKey) {
	const answer = await fetch(path.startsWith("/") ? brig.url + path : `${base}/${path}`, {
		method,
		headers: { authorization: `Bearer ${key}`, "content-type": "application/json" },
		...(body === undefined ? {} : { body: typeof body === "string" ? body : JSON.stringify(body) }),
	});
	const text = await answer.text();
	// biome-ignore lint/suspicious/noExplicitAny: tests look at what they expect
	return { status: answer.status, text, json: (text ? JSON.parse(text) : null) as any };
}
const made = await ask("POST", "/v1/keys", { name: "writer", scopes: ["write"], namespace: "default" });
const writer: string = made.json.key;
await ask("PUT", "secrets/TOKEN", SECRET);
await ask("PUT", "functions/safe.get", { code: HONEST, env: ["TOKEN"] });

/** What a call gives now, as letters: the theft would spell the secret. */
async function spelled(name: string): Promise<string> {
	const { json } = await ask("POST", `functions/${name}/call`, {});
	const { result } = json;
	return Array.isArray(result)
		? String.fromCharCode(...result)
		: JSON.stringify(result ?? json.error?.type ?? json.error?.code);
}

async function waits(t: Tap, name: string, attempt: { status: number; text: string }, wanted: string) {
	t.equal(attempt.status, 202, attempt.text.slice(0, 300));
	t.match(JSON.parse(attempt.text), { pending: true, approve: /^brig fn approve / });
	t.equal(await spelled(name), wanted, "what was active stays active");
	t.notMatch(await spelled(name), SECRET);
}
type Tap = typeof t;

t.test("a new function with the secret waits, and is not there until it is approved", async (t) => {
	const attempt = await ask("PUT", "functions/steal.get", { code: THEFT, env: ["TOKEN"] }, writer);
	await waits(t as Tap, "steal.get", attempt, '"function_not_found"');
	const listed = await ask("GET", "functions", undefined, writer);
	t.notMatch(listed.text, "steal");
	const code = "from functions import steal\nresult = steal.get()";
	const { json } = await ask("POST", "execute", { language: "python", code }, writer);
	t.match(json, { status: "error", error: { type: "ImportError" } });
});

t.test("changed code of a function that has the secret waits", async (t) => {
	const wanted = String(SECRET.length);
	await waits(t as Tap, "safe.get", await ask("PUT", "functions/safe.get", { code: THEFT }, writer), wanted);
	for (const fields of [
		{ env: ["TOKEN"] },
		{ description: "x" },
		{ tags: ["x"] },
		{ limits: { wall_ms: 1_000 } },
	]) {
		const attempt = await ask("PUT", "functions/safe.get", { code: THEFT, ...fields }, writer);
		await waits(t as Tap, "safe.get", attempt, wanted);
	}
	const same = await ask("PUT", "functions/safe.get", { code: HONEST, output_schema: {} }, writer);
	await waits(t as Tap, "safe.get", same, wanted);
});

t.test("a changed schema of the same code waits too", async (t) => {
	const attempt = await ask(
		"PUT",
		"functions/safe.get",
		{ code: HONEST, input_schema: { type: "object" } },
		writer,
	);
	await waits(t as Tap, "safe.get", attempt, String(SECRET.length));
});

t.test("dropping the secret and taking it back waits at the second step", async (t) => {
	await ask("PUT", "functions/twice.get", { code: HONEST, env: ["TOKEN"] });
	const dropped = await ask("PUT", "functions/twice.get", { code: THEFT, env: [] }, writer);
	t.equal(dropped.status, 201, "a function without secrets is the writer's own");
	t.equal(await spelled("twice.get"), "");
	const again = await ask("PUT", "functions/twice.get", { code: THEFT, env: ["TOKEN"] }, writer);
	await waits(t as Tap, "twice.get", again, "");
	const inherited = await ask("PUT", "functions/twice.get", { code: `${THEFT}# more\n` }, writer);
	t.equal(inherited.status, 201, "what waits hands nothing on");
	t.equal(await spelled("twice.get"), "");
});

t.test("a rollback to a version that had the secret waits", async (t) => {
	await ask("PUT", "functions/old.get", { code: THEFT, env: ["TOKEN"] });
	await ask("PUT", "functions/old.get", { code: "def get() -> int:\n    return 1\n", env: [] });
	const attempt = await ask("POST", "functions/old.get/rollback", { version: 1 }, writer);
	await waits(t as Tap, "old.get", attempt, "1");
});

t.test("a rollback to what waits waits as well", async (t) => {
	await ask("PUT", "functions/pend.get", { code: "def get() -> int:\n    return 1\n" }, writer);
	await ask("PUT", "functions/pend.get", { code: THEFT, env: ["TOKEN"] }, writer);
	const attempt = await ask("POST", "functions/pend.get/rollback", { version: 2 }, writer);
	await waits(t as Tap, "pend.get", attempt, "1");
});

t.test(
	"a function of the same name after a delete inherits no secret, and an old version no life",
	async (t) => {
		await ask("PUT", "functions/dead.get", { code: THEFT, env: ["TOKEN"] });
		t.equal((await ask("DELETE", "functions/dead.get", undefined, writer)).status, 204);
		const rolled = await ask("POST", "functions/dead.get/rollback", { version: 1 }, writer);
		await waits(t as Tap, "dead.get", rolled, '"function_not_found"');
		const again = await ask("PUT", "functions/dead.get", { code: THEFT }, writer);
		t.equal(again.status, 201, again.text);
		t.same(again.json.env, []);
		t.equal(await spelled("dead.get"), "");
	},
);

t.test("a registration that is the waiting one word for word does not make it active", async (t) => {
	const fields = { code: THEFT, env: ["TOKEN"] };
	const first = await ask("PUT", "functions/again.get", fields, writer);
	await waits(t as Tap, "again.get", first, '"function_not_found"');
	await waits(
		t as Tap,
		"again.get",
		await ask("PUT", "functions/again.get", fields, writer),
		'"function_not_found"',
	);
});

t.test("a write key approves nothing, sets no secret, locks nothing and makes no key", async (t) => {
	const attempts: [string, string, unknown?][] = [
		["POST", "functions/safe.get/approve", {}],
		["POST", "functions/safe.get/approve", { version: 2 }],
		["POST", "functions/steal.get/approve", { version: 1 }],
		["POST", "functions/safe.get/lock"],
		["PUT", "secrets/TOKEN", "another-value"],
		["DELETE", "secrets/TOKEN"],
		["POST", "/v1/keys", { name: "x", scopes: ["admin"] }],
	];
	for (const [method, path, body] of attempts) {
		const { status, text } = await ask(method, path, body, writer);
		t.equal(status, 403, `${method} ${path}: ${text}`);
	}
	t.equal(await spelled("safe.get"), String(SECRET.length));
});

t.test("hosts wait like secrets: new, changed code, wider list, rollback", async (t) => {
	const code = "def get() -> int:\n    return 1\n";
	await ask("PUT", "functions/net.get", { code, egress: ["api.example.com"] });
	const changed = "def get() -> int:\n    return 2\n";
	for (const fields of [{ code: changed }, { code, egress: ["api.example.com", "evil.example.com"] }]) {
		await waits(t as Tap, "net.get", await ask("PUT", "functions/net.get", fields, writer), "1");
	}
	await ask("PUT", "functions/net.get", { code: changed, egress: [] }, writer);
	await waits(
		t as Tap,
		"net.get",
		await ask("POST", "functions/net.get/rollback", { version: 1 }, writer),
		"2",
	);
});

t.test("an admin approves the version that was looked at, and no other", async (t) => {
	const code = (n: number) => `def get() -> int:\n    return ${n}\n`;
	for (const n of [1, 2]) await ask("PUT", "functions/look.get", { code: code(n), env: ["TOKEN"] }, writer);
	const approved = await ask("POST", "functions/look.get/approve", { version: 1 });
	t.match(approved, { status: 200, json: { version: 1 } });
	t.equal(await spelled("look.get"), "1");
	t.equal((await ask("POST", "functions/look.get/approve", { version: 1 })).status, 404, "it waits no more");
	const { json } = await ask("GET", "functions/look.get/versions");
	t.match(json.versions, [
		{ version: 2, pending: true, active: false, approved_by: null },
		{ version: 1, pending: false, active: true, created_by: made.json.id },
	]);
	t.ok(json.versions[1].approved_by, "who approved is known");
});
