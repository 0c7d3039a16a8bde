import t from "tap";
import { executionTable, type LedgerCall, type ListOptions } from "../../src/store/executions.ts";
import { openStore } from "../../src/store/open.ts";
import { makeStore, started, usage } from "./make.ts";

const everything: ListOptions = { keyId: null, status: null, function: null, before: null, limit: 100 };

t.test("an execution runs, ends, and is found with its calls and what functions printed", async (t) => {
	const { store, namespaces, ns } = makeStore(t);
	const table = executionTable(store);
	table.start(started("exe_1", ns, { code: "result = 'ä'" }));
	const running = table.find(ns, "exe_1");
	t.match(running, { status: "running", usage: null, error_type: null, call_tree: [], outputs: [] });
	t.match(running, {
		code_bytes: 13,
		code_sha256: new Bun.CryptoHasher("sha256").update("result = 'ä'").digest("hex"),
		started_at: /^\d{4}-\d\d-\d\dT/,
	});
	const call: LedgerCall = {
		seq: 1,
		parent: null,
		function: "orders.f",
		version: 3,
		depth: 1,
		count: 1,
		status: "error",
		error_type: "ValueError",
		wall_ms: 1.25,
		bytes_in: 2,
		bytes_out: 0,
	};
	const calls = [call, { ...call, seq: 2, parent: 1, depth: 2, status: "ok" as const, error_type: null }];
	const printed = [{ function: "orders.f", stdout: "out\n", stderr: "" }];
	table.end("exe_1", "error", "FunctionError", usage, calls, printed);
	t.match(table.find(ns, "exe_1"), {
		status: "error",
		error_type: "FunctionError",
		usage,
		call_tree: calls,
		outputs: printed,
	});
	t.equal(table.find(ns, "exe_2"), null);
	t.equal(table.find(namespaces.create("other").id, "exe_1"), null, "another namespace does not see it");
});

t.test("pages are newest first and join without gap or double, also while others start", async (t) => {
	const { store, ns } = makeStore(t);
	const table = executionTable(store);
	const ids = Array.from({ length: 25 }, (_, index) => `exe_${index}`);
	for (const id of ids) table.start(started(id, ns));
	const seen: string[] = [];
	let before: string | null = null;
	do {
		const page = table.list(ns, { ...everything, before, limit: 10 });
		seen.push(...page.map(({ id }) => id));
		before = page.length === 10 ? (page.at(-1)?.id ?? null) : null;
		table.start(started(`exe_late_${seen.length}`, ns));
	} while (before);
	t.same(seen, ids.toReversed());
});

t.test("the list is narrowed by key, status and function", async (t) => {
	const { store, namespaces, ns } = makeStore(t);
	const other = namespaces.create("other").id;
	const table = executionTable(store);
	table.start(started("exe_a", ns));
	table.start(started("exe_b", ns, { keyId: "key_b" }));
	table.start(started("exe_c", ns, { kind: "call", function: "orders.f", version: 1 }));
	table.start(started("exe_d", other));
	table.end("exe_c", "timeout", "Timeout", usage, [], []);
	const ids = (options: Partial<ListOptions>) =>
		table.list(ns, { ...everything, ...options }).map(({ id }) => id);
	t.same(ids({}), ["exe_c", "exe_b", "exe_a"]);
	t.same(ids({ keyId: "key_b" }), ["exe_b"]);
	t.same(ids({ status: "timeout" }), ["exe_c"]);
	t.same(ids({ status: "running", keyId: "key_a" }), ["exe_a"]);
	t.same(ids({ function: "orders.f" }), ["exe_c"]);
	t.same(ids({ before: "exe_b" }), ["exe_a"]);
	t.same(ids({ before: "exe_none" }), [], "an unknown place has nothing before it");
	t.same(ids({ before: "exe_d" }), [], "and so has one of another namespace");
	t.same(ids({ limit: 1 }), ["exe_c"]);
});

t.test("what a server left running is cancelled when the next one opens the ledger", async (t) => {
	const { folder, store, ns } = makeStore(t);
	const table = executionTable(store);
	table.start(started("exe_cut", ns));
	table.start(started("exe_done", ns));
	table.end("exe_done", "ok", null, usage, [], []);
	const next = openStore(folder);
	t.teardown(() => next.close());
	const after = executionTable(next);
	t.match(after.find(ns, "exe_cut"), { status: "cancelled", error_type: "ServerStopped", usage: null });
	t.match(after.find(ns, "exe_done"), { status: "ok", error_type: null });
});

t.test("an execution that ends with a call twice is not half written", async (t) => {
	const { store, ns } = makeStore(t);
	const table = executionTable(store);
	table.start(started("exe_1", ns));
	const call = { function: "a.b", parent: null, version: 1, depth: 1, count: 1, status: "ok" as const };
	const same = { ...call, seq: 1, error_type: null, wall_ms: 1, bytes_in: 0, bytes_out: 0 };
	t.throws(() => table.end("exe_1", "ok", null, usage, [same, same], []), /UNIQUE/);
	t.match(table.find(ns, "exe_1"), { status: "running", call_tree: [] });
});

t.test("the ledger holds the size and hash of a program, not its text", async (t) => {
	const { store, ns } = makeStore(t);
	executionTable(store).start(started("exe_1", ns, { code: "very_secret_program()" }));
	const rows = JSON.stringify(store.db.query("SELECT * FROM executions").all());
	t.notMatch(rows, "very_secret_program");
});

/** Leaves the ledger no page to grow by; what gives them back. */
function fill({ ledger }: ReturnType<typeof openStore>): () => void {
	const { page_count: pages } = ledger.query("PRAGMA page_count").get() as { page_count: number };
	ledger.run(`PRAGMA max_page_count = ${pages}`);
	return () => ledger.run("PRAGMA max_page_count = 1000000");
}

t.test("ends that find the disk full are written when there is room, in their order", async (t) => {
	const { store, namespaces, ns } = makeStore(t);
	const other = namespaces.create("other").id;
	const table = executionTable(store);
	const ids = ["exe_1", "exe_2", "exe_3"];
	for (const id of ids) table.start(started(id, ns));
	table.start(started("exe_gone", other));
	const free = fill(store);
	const printed = [{ function: "a.b", stdout: "x".repeat(100_000), stderr: "" }];
	t.equal(table.end("exe_1", "ok", null, usage, [], printed), false);
	const call = { function: "a.b", parent: null, version: 1, depth: 1, count: 1, status: "ok" as const };
	const made = [{ ...call, seq: 1, error_type: null, wall_ms: 1, bytes_in: 0, bytes_out: 0 }];
	t.equal(table.end("exe_gone", "ok", null, usage, made, printed), false);
	t.equal(table.end("exe_2", "error", "E", usage, [], printed), false);
	t.throws(() => table.start(started("exe_4", ns)), { code: "disk_full", status: 507 });
	t.match(table.find(ns, "exe_1"), { status: "running", outputs: [] }, "nothing is half written");
	t.equal(table.find(ns, "exe_4"), null);
	namespaces.remove(other);

	free();
	t.equal(table.end("exe_3", "ok", null, usage, [], []), true);
	t.match(table.find(ns, "exe_1"), { status: "ok", usage, outputs: printed });
	t.match(table.find(ns, "exe_2"), { status: "error", error_type: "E", outputs: printed });
	t.match(table.find(ns, "exe_3"), { status: "ok" });
	table.start(started("exe_4", ns));
	t.equal(table.find(other, "exe_gone"), null, "what was deleted meanwhile does not come back");
});
