import { readFileSync } from "node:fs";
import { join } from "node:path";
import t from "tap";
import { functionTable } from "../../src/store/functions.ts";
import { openStore } from "../../src/store/open.ts";
import { serveDns } from "../egress/support/dns-server.ts";
import { serveHttp } from "../egress/support/servers.ts";
import { PATIENCE } from "../patience.ts";
import { draft } from "../store/make.ts";
import { type Attack, request, run } from "./support/attack.ts";
import { attackGroup } from "./support/group.ts";

/** Large enough that a few thousand answers about all of them are seconds and hundreds of megabytes. */
const FUNCTIONS = 800;
/** What was under way at an end may arrive so much later. */
const GRACE_MS = 500 * PATIENCE;
/** How long one question for the server's health may wait at the worst. */
const LONGEST_MS = 500 * PATIENCE;

/** So much longer live the functions that queue calls where a sandbox takes a second to start. */
const SLOWNESS = PATIENCE >= 10 ? 4 : 1;

const effects: { path: string; at: number }[] = [];
const dns = await serveDns(t, () => ["127.0.0.1"]);
const port = serveHttp(t, (asked) => {
	effects.push({ path: new URL(asked.url).pathname, at: performance.now() });
	return new Response("noted");
});

const FRAMES = readFileSync(join(import.meta.dirname, "support/frames.py"), "utf8");
const REACH = `
import time, urllib.request
def reach(path: str) -> str:
    time.sleep(0.3)
    return urllib.request.urlopen("http://effects.example.com:${port}" + path).read().decode()
`;
const QUEUE = (how: string, end: string) => `${FRAMES}
def queue_and_${how}():
    send(b"".join(frame({"op": "call", "id": 1 + n, "function": "effects.reach"}, b'{"path": "/${how}"}') for n in range(250)))
    time.sleep(${3 * SLOWNESS})
    ${end}
import time
`;
const SEARCH = `${FRAMES}
def search():
    words = "pa or cu fi by re co da st wi al se fu ser pag find customer order region what country status date 1 2 3 4 5 6 7"
    while True:
        send(frame({"op": "query", "id": 1, "kind": "search", "query": words, "limit": 50}) * 1_000)
`;

/** Registers what has effects, then a catalog so large that asking about all of it costs something. */
async function settle(t: Pick<typeof import("tap").default, "equal">, attack: Attack): Promise<void> {
	const store = openStore(attack.brig.data);
	const table = functionTable(store);
	for (let n = 0; n < FUNCTIONS; n++) {
		const names = Array.from({ length: 20 }, (_, k) => [
			`parameter_${k}_${n}`,
			{ description: "what it is" },
		]);
		table.add(1, draft(`large.find_customer_orders_by_region_${n}`, catalogued(Object.fromEntries(names))), {
			createdBy: "key_a",
			pending: false,
		});
	}
	store.close();
	const egress = [`effects.example.com:${port}`];
	for (const [name, fields] of Object.entries({
		reach: { code: REACH, egress },
		slow: { code: "import time\ndef slow():\n    time.sleep(60)\n" },
		search: { code: SEARCH },
		queue_and_exit: { code: QUEUE("exit", "__import__('os')._exit(3)") },
		queue_and_wait: { code: QUEUE("wait", "time.sleep(60)"), limits: { wall_ms: 4_000 * SLOWNESS } },
	})) {
		const path = `/v1/namespaces/default/functions/effects.${name}`;
		const { http, text } = await request(attack, "PUT", path, JSON.stringify(fields), attack.brig.adminKey);
		t.equal(http, 201, text);
	}
}

function catalogued(properties: Record<string, object>) {
	const description = "Find all the customer orders by region, country, status and date, with paging.";
	return {
		description,
		input_schema: { type: "object" as const, properties },
		parameters: Object.keys(properties),
	};
}

const attack = await attackGroup(t, "floods", settle, {
	BRIG_EGRESS_PRIVATE: "*.example.com",
	BRIG_DNS_SERVERS: dns.address,
});

t.test("meanwhile no question for the server's health waited long", (t) => {
	const longest = Math.max(...attack.watch.delays);
	t.ok(longest < LONGEST_MS, `healthz: at most ${longest.toFixed(1)} ms`);
	t.end();
});

t.test("what waits for its turn when a program's time is over starts no sandbox", async (t) => {
	const code = `${FRAMES}
send(frame({"op": "call", "id": 1, "function": "effects.slow"}, b"{}") * 900)
while True:
    pass`;
	t.equal((await run(attack, code, "python", 5_000)).status, "timeout");
	await Bun.sleep(GRACE_MS);
	const before = await starts();
	t.ok(before > 0);
	await Bun.sleep(2_000);
	t.equal(await starts(), before);
});

/** How many sandboxes the server has started. */
async function starts(): Promise<number> {
	const { adminKey, url } = attack.brig;
	const answer = await fetch(`${url}/metrics`, { headers: { authorization: `Bearer ${adminKey}` } });
	const found = [...(await answer.text()).matchAll(/^brig_sandbox_starts_total\{.*\} (\d+)$/gm)];
	return found.reduce((sum, [, count]) => sum + Number(count), 0);
}

for (const [how, ended] of [
	["exit", "/ended/exit"],
	["wait", "/ended/expire"],
] as const) {
	t.test(`what ${how} had queued has no effect after its end`, (t) => {
		const end = effects.find(({ path }) => path === ended);
		t.ok(end, "its caller went on");
		const times = effects.filter(({ path }) => path === `/${how}`).map(({ at }) => at - (end?.at ?? 0));
		t.ok(times.length > 0, `${times.length} effects: the calls were real`);
		const late = times.filter((time) => time > GRACE_MS);
		t.same(late, [], "none is late");
		t.end();
	});
}
