import { Database } from "bun:sqlite";
import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import t from "tap";
import { makeDataFolder, outerEnv, startBrig } from "../server.ts";
import { api, brigCommand, execute } from "./support.ts";

const GET_ORDERS = `def get_orders(status: str = "open", limit: int = 50) -> list[dict]:
    """List customer orders, newest first."""
    return [{"id": 1, "status": status}][:limit]
`;

t.test(
	"the first start shows one curl line and one line for Claude Code, and they work as they are",
	async (t) => {
		const brig = await startBrig(t);
		const lines = brig.stderr().split("\n");
		const curl = lines.filter((line) => /^\s*curl /.test(line));
		const claude = lines.filter((line) => /^\s*claude mcp add /.test(line));
		t.same([curl.length, claude.length], [1, 1]);

		const folder = makeDataFolder(t);
		writeFileSync(join(folder, "get_orders.py"), GET_ORDERS);
		const child = Bun.spawn(["bash", "-c", `${curl[0]} --silent --show-error --fail`], {
			cwd: folder,
			stdio: ["ignore", "pipe", "inherit"],
			env: outerEnv(),
		});
		const answer = JSON.parse(await new Response(child.stdout).text());
		t.match(answer, { service: "orders", name: "get_orders", version: 1, language: "python" });
		t.equal(answer.description, "List customer orders, newest first.");
		t.match(answer.input_schema, { properties: { status: { default: "open" }, limit: { type: "integer" } } });

		const [, url = "", header = ""] =
			/brig (http\S+) --header "(Authorization: Bearer \S+)"/.exec(claude[0] ?? "") ?? [];
		t.equal(url, `${brig.url}/mcp/run/default`);
		const initialize = {
			jsonrpc: "2.0",
			id: 1,
			method: "initialize",
			params: { protocolVersion: "2025-06-18", capabilities: {}, clientInfo: { name: "test", version: "1" } },
		};
		const hello = await fetch(url, {
			method: "POST",
			headers: {
				authorization: header.slice("Authorization: ".length),
				"content-type": "application/json",
				accept: "application/json, text/event-stream",
			},
			body: JSON.stringify(initialize),
		});
		t.equal(hello.status, 200);
		t.match(await hello.text(), /"name":"brig"/);
	},
);

t.test("the admin key may everything, the run key only run", async (t) => {
	const brig = await startBrig(t);
	t.equal((await api(brig, "PUT", "functions/orders.get_orders", GET_ORDERS)).status, 201);
	const run = { url: brig.url, adminKey: brig.runKey };
	t.equal((await api(run, "PUT", "functions/orders.get_orders", GET_ORDERS)).status, 403);
	t.match(await execute(run, "python", "from functions import orders\nreturn orders.get_orders(limit=1)"), {
		body: { status: "ok", result: [{ id: 1, status: "open" }] },
	});
});

t.test("under systemd no key is made or printed, and the admin's socket makes one", async (t) => {
	const brig = await startBrig(t, { env: { JOURNAL_STREAM: "8:12345" } });
	t.same([brig.adminKey, brig.runKey], ["", ""]);
	t.notMatch(brig.stderr(), /brig_|curl|claude/);
	const list = await brigCommand(["key", "list", "--json", "--data", brig.data]);
	t.equal(list.code, 0, list.stderr);
	t.same(JSON.parse(list.stdout), { keys: [] });
	const made = await brigCommand([
		"key",
		"create",
		"--name",
		"ops",
		"--scope",
		"admin",
		"--json",
		"--data",
		brig.data,
	]);
	t.equal(made.code, 0, made.stderr);
	const { key } = JSON.parse(made.stdout);
	t.match(await execute({ url: brig.url, adminKey: key }, "python", "return 1"), { body: { status: "ok" } });
	t.notMatch(brig.stderr(), key);
});

t.test("no key is in the log or in a file of the data folder", async (t) => {
	const first = await startBrig(t);
	const shown = first.stderr();
	const keys = [first.adminKey, first.runKey];
	const made = await fetch(`${first.url}/v1/keys`, {
		method: "POST",
		headers: { authorization: `Bearer ${first.adminKey}` },
		body: JSON.stringify({ name: "third", scopes: ["write"] }),
	});
	keys.push(((await made.json()) as { key: string }).key);
	const wrong = `brig_${"x".repeat(43)}`;
	for (const adminKey of [...keys, wrong, `${first.adminKey}x`]) {
		const who = { url: first.url, adminKey };
		await api(who, "PUT", "functions/orders.get_orders", GET_ORDERS);
		await api(who, "PUT", "functions/orders.broken", "def broken(:\n");
		await execute(who, "python", "raise ValueError('no')");
		await api(who, "DELETE", "functions/orders.get_orders");
	}
	await first.stop();
	const later = first.stderr().slice(shown.length);
	const files = readdirSync(first.data).filter((name) => !["bin", "run"].includes(name));
	const bytes = Buffer.concat(files.map((name) => readFileSync(join(first.data, name))));
	for (const key of [...keys, wrong]) {
		t.equal(key.length, 48);
		t.notMatch(later, key.slice(5, 25));
		t.notOk(bytes.includes(key.slice(5, 25)));
	}
	const db = new Database(join(first.data, "brig.db"), { readonly: true });
	t.equal((db.query("SELECT count(*) AS count FROM keys").get() as { count: number }).count, 3);
	db.close();
});
