import t from "tap";
import { startCaller } from "./support.ts";

t.setTimeout(200_000);
const caller = await startCaller(t);
/** A tree: top calls middle and leaf at once, middle calls leaf; leaves never end by themselves. */
const leaf = "import time\ndef leaf():\n    while True:\n        time.sleep(0.05)\n";
await caller.put("tree.leaf", leaf);
await caller.put("tree.leaf_ts", "export async function leaf_ts() {\n\tfor (;;) {}\n}");
await caller.put("tree.middle", "def middle():\n    from functions import tree\n    return tree.leaf()\n");
await caller.put(
	"tree.middle_ts",
	'import { tree } from "functions";\nexport const middle_ts = () => Promise.all([tree.leaf(), tree.leaf_ts()]);',
);
const TREE = `import threading
from functions import tree
threads = [threading.Thread(target=call, daemon=True) for call in (tree.middle, tree.middle_ts, tree.leaf)]
for thread in threads:
    thread.start()
`;
const WAIT = "for thread in threads:\n    thread.join()";
const SANDBOXES = 7;

/** Starts the tree and waits until all of it lives. */
async function grow(code: string, signal?: AbortSignal) {
	const { url, adminKey } = caller.brig;
	const answer = fetch(`${url}/v1/namespaces/default/execute`, {
		method: "POST",
		headers: { authorization: `Bearer ${adminKey}`, "content-type": "application/json" },
		body: JSON.stringify({ language: "python", code, timeout_ms: 20_000 }),
		...(signal ? { signal } : {}),
	});
	// An abort while this still waits is its caller's to see.
	answer.catch(() => {});
	for (const end = Date.now() + 15_000; caller.jails().size < SANDBOXES && Date.now() < end; )
		await Bun.sleep(20);
	return answer;
}

const newest = async () => (await caller.call("GET", "executions?limit=1")).json.executions[0];

t.test("the deadline ends everything below the caller, and the ledger has what was cut off", async (t) => {
	const reply = await caller.run("python", TREE + WAIT, { timeout_ms: 4_000 });
	t.match(reply, { status: "timeout", error: { type: "Timeout" } });
	t.ok(await caller.quiet(), "no sandbox is left");
	const { call_tree } = await caller.ledger(reply.id);
	t.ok(call_tree.length >= 3);
	t.ok(
		call_tree.every(({ status, error_type }) => status === "error" && error_type === "Cancelled"),
		JSON.stringify(call_tree),
	);
});

t.test("a client that goes away ends everything below its program", async (t) => {
	const gone = new AbortController();
	const growing = grow(TREE + WAIT, gone.signal).catch(() => null);
	for (const end = Date.now() + 15_000; caller.jails().size < SANDBOXES && Date.now() < end; )
		await Bun.sleep(20);
	t.equal(caller.jails().size, SANDBOXES, "the tree has grown");
	gone.abort();
	await growing;
	t.ok(await caller.quiet(), "no sandbox is left");
	t.match(await newest(), { status: "cancelled", error_type: "Cancelled" });
});

for (const [how, code, status] of [
	["its result", "import time\ntime.sleep(3)\nresult = 1", "ok"],
	["an exit", "import os, time\ntime.sleep(3)\nos._exit(0)", "error"],
	[
		"its death by a signal",
		"import os, signal, time\ntime.sleep(3)\nos.kill(os.getpid(), signal.SIGKILL)",
		"killed",
	],
	[
		"a breach of the protocol",
		"import os, time\ntime.sleep(3)\nos.write(3, b'x' * 100)\ntime.sleep(20)",
		"error",
	],
] as const) {
	t.test(`${how} ends everything below the caller`, async (t) => {
		const answer = await grow(TREE + code);
		t.match(await answer.json(), { status });
		t.ok(await caller.quiet(), "no sandbox is left");
	});
}

t.test("a function that ends while its own calls run takes them along, and its caller goes on", async (t) => {
	await caller.put(
		"tree.quitter",
		"import threading, time\ndef quitter():\n    from functions import tree\n    threading.Thread(target=tree.leaf, daemon=True).start()\n    time.sleep(1.5)\n    import os\n    os._exit(3)\n",
	);
	const { result } = await caller.run(
		"python",
		`import time
from functions import tree
try:
    tree.quitter()
except FunctionError as error:
    result = [error.type]
time.sleep(1)`,
	);
	t.same(result, ["SystemExit"]);
	t.ok(await caller.quiet(), "no sandbox is left");
});

t.test("a function's own wall time ends it and what it called; the caller catches Timeout", async (t) => {
	await caller.put("tree.short", "def short():\n    from functions import tree\n    return tree.leaf()\n", {
		limits: { wall_ms: 1_500 },
	});
	const { result, id } = await caller.run(
		"python",
		`from functions import tree
result = []
for _ in range(2):
    try:
        tree.short()
    except FunctionError as error:
        result.append([error.function, error.type, error.message])`,
	);
	const told = ["tree.short", "Timeout", "The function ran longer than its 1.5 s."];
	t.same(result, [told, told]);
	const { call_tree } = await caller.ledger(id);
	t.same(
		call_tree.filter(({ function: name }) => name === "tree.short").map(({ error_type }) => error_type),
		["Timeout", "Timeout"],
	);
	const direct = await caller.call("POST", "functions/tree.short/call", { body: {} });
	t.match(direct.json, { status: "timeout", error: { type: "Timeout" } });
	t.ok(await caller.quiet(), "no sandbox is left");
});

t.test(
	"a function's own memory ends it",
	{ skip: process.env.BRIG_TEST_SCOPE ? false : "needs cgroups" },
	async (t) => {
		await caller.put("tree.hungry", "def hungry():\n    return len(bytearray(200_000_000))\n", {
			limits: { memory_mb: 64 },
		});
		const { result } = await caller.run(
			"python",
			"from functions import tree\ntry:\n    tree.hungry()\nexcept FunctionError as error:\n    result = error.type",
		);
		t.equal(result, "OutOfMemory");
	},
);
