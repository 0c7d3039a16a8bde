import t from "tap";
import type { Log } from "../../src/log.ts";
import { executionTable } from "../../src/store/executions.ts";
import { functionTable } from "../../src/store/functions.ts";
import type { Store } from "../../src/store/open.ts";
import { ledgerPruner, type Pruner, startPruning } from "../../src/store/pruning.ts";
import { draft, makeStore, started, usage } from "./make.ts";

const DAY_MS = 24 * 60 * 60 * 1000;
const NOW = Date.parse("2026-06-30T12:00:00.000Z");
const LARGE = { days: 10_000, megabytes: 1_000 };

/** Executions that ended, so many days ago, with one call, one output and one decision each. */
function add(store: Store, namespaceId: number, ids: string[], daysAgo: number, printed = "") {
	const table = executionTable(store);
	const at = new Date(NOW - daysAgo * DAY_MS).toISOString();
	const call = {
		seq: 1,
		parent: null,
		function: "a.f",
		version: 1,
		depth: 1,
		count: 1,
		status: "ok" as const,
	};
	const cost = { error_type: null, wall_ms: 1, bytes_in: 0, bytes_out: 0 };
	const decision = { function: "a.f", at, host: "example.com", port: 443, allowed: true, reason: "declared" };
	for (const id of ids) {
		table.start(started(id, namespaceId));
		const output = { function: "a.f", stdout: printed, stderr: "" };
		table.end(id, "ok", null, usage, [{ ...call, ...cost }], [output], [decision]);
		store.ledger.query("UPDATE executions SET started_at = ? WHERE id = ?").run(at, id);
	}
}
const ids = (store: Store) =>
	store.db
		.query<{ id: string }, []>("SELECT id FROM executions ORDER BY seq")
		.all()
		.map(({ id }) => id);
const count = (store: Store, table: string) =>
	store.db.query<{ count: number }, []>(`SELECT count(*) AS count FROM ${table}`).get()?.count;
/** Batches until nothing is left to do; how many went. */
function prune(pruner: Pruner, now = NOW): number {
	let all = 0;
	for (let some = pruner.batch(now); some > 0; some = pruner.batch(now)) all += some;
	return all;
}
const many = (start: string, length: number) => Array.from({ length }, (_, index) => `exe_${start}${index}`);

t.test("executions older than the bound go with all that they left, younger ones stay", async (t) => {
	const { store, ns } = makeStore(t);
	add(store, ns, ["exe_a", "exe_b"], 31);
	add(store, ns, ["exe_c"], 29);
	t.equal(prune(ledgerPruner(store, { ...LARGE, days: 30 })), 2);
	t.same(ids(store), ["exe_c"]);
	for (const table of ["calls", "outputs", "egress"]) t.equal(count(store, table), 1, table);
	t.equal(prune(ledgerPruner(store, { ...LARGE, days: 30 })), 0);
	t.equal(prune(ledgerPruner(store, { ...LARGE, days: 30 }), NOW + 2 * DAY_MS), 1);
});

t.test("above the bound of size the oldest go, until the rest fits", async (t) => {
	const { store, ns } = makeStore(t);
	for (let part = 0; part < 40; part++) add(store, ns, many(`${part}_`, 10), 1, "x".repeat(10_000));
	const pruner = ledgerPruner(store, { ...LARGE, megabytes: 2 });
	t.ok(pruner.bytes() > 4_000_000, `${pruner.bytes()}`);
	const all = ids(store);
	const gone = prune(pruner);
	t.ok(gone > 100 && gone < 300, `${gone} of 400`);
	t.same(ids(store), all.slice(gone));
	t.ok(pruner.bytes() <= 2 * 1024 * 1024 && pruner.bytes() > 1_900_000, `${pruner.bytes()}`);
	t.equal(prune(pruner), 0);
});

t.test("what functions take does not push the ledger out", async (t) => {
	const { store, ns } = makeStore(t);
	const functions = functionTable(store);
	for (let number = 0; number < 5; number++) {
		const code = `def f${number}():\n    return "${"x".repeat(900_000)}"\n`;
		functions.add(ns, draft(`a.f${number}`, { code }), { createdBy: "key_a", pending: false });
	}
	add(store, ns, many("", 20), 1);
	const pruner = ledgerPruner(store, { ...LARGE, megabytes: 1 });
	t.equal(prune(pruner), 0);
	t.ok(pruner.bytes() < 300_000, `${pruner.bytes()}`);
	t.equal(count(store, "executions"), 20);
	t.equal(functions.list(ns).length, 5);
});

t.test("room that pruning frees is used again", async (t) => {
	const { store, ns } = makeStore(t);
	const pages = () => store.db.query<{ page_count: number }, []>("PRAGMA page_count").get()?.page_count ?? 0;
	add(store, ns, many("a", 200), 40, "x".repeat(10_000));
	const before = pages();
	prune(ledgerPruner(store, { ...LARGE, days: 30 }));
	add(store, ns, many("b", 200), 1, "x".repeat(10_000));
	t.ok(pages() <= before + 5, `${before}, then ${pages()}`);
});

t.test("what still runs stays, and can end", async (t) => {
	const { store, ns } = makeStore(t);
	add(store, ns, ["exe_runs", "exe_old"], 31);
	const table = executionTable(store);
	store.ledger.run("UPDATE executions SET status = 'running' WHERE id = 'exe_runs'");
	t.equal(prune(ledgerPruner(store, { days: 30, megabytes: 1 })), 1);
	t.same(ids(store), ["exe_runs"]);
	table.end("exe_runs", "ok", null, usage, [], []);
	t.equal(prune(ledgerPruner(store, { days: 30, megabytes: 1 })), 1);
});

t.test("one batch of a large backlog is a small part of it", async (t) => {
	const { store, ns } = makeStore(t);
	add(store, ns, many("", 3_000), 40);
	const pruner = ledgerPruner(store, { ...LARGE, days: 30 });
	const first = pruner.batch(NOW);
	t.ok(first >= 1 && first <= 200, `${first}`);
	t.equal(prune(pruner), 3_000 - first);
});

t.test("the job prunes by itself, says how many, and touches nothing once it is stopped", async (t) => {
	const { store, ns } = makeStore(t);
	add(store, ns, ["exe_a", "exe_b"], 4_000);
	const lines: [string, unknown][] = [];
	let said = () => {};
	const logged = new Promise<void>((resolve) => {
		said = resolve;
	});
	const log: Log = (event, fields) => {
		lines.push([event, fields]);
		said();
	};
	const job = startPruning(store, { days: 30, megabytes: 500 }, log);
	await logged;
	job.stop();
	t.same(lines, [["ledger_pruned", { executions: 2 }]]);
	t.same(ids(store), []);
	startPruning(store, { days: 30, megabytes: 500 }, log).stop();
	add(store, ns, ["exe_c"], 4_000);
	await Bun.sleep(1_200);
	t.same(ids(store), ["exe_c"]);
	t.equal(lines.length, 1);
});
