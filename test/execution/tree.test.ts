import { join } from "node:path";
import t from "tap";
import { makeLookup } from "../../src/egress/resolver.ts";
import { CallTree } from "../../src/execution/tree.ts";
import { Trust } from "../../src/execution/trust.ts";
import { makeCatalog } from "../../src/functions/catalogs.ts";
import { ValueChecks } from "../../src/functions/value-checks.ts";
import { LIMITS } from "../../src/limits.ts";
import { withoutCgroups } from "../../src/sandbox/cgroup.ts";
import { Sandboxes } from "../../src/sandbox/sandboxes.ts";
import type { LedgerCall } from "../../src/store/executions.ts";
import { LIMITS as JAIL, makeParts, noJails, processesOf } from "../sandbox/real.ts";

/** A tree with sandboxes of its own. */
async function makeTree(t: Parameters<typeof makeParts>[0]) {
	const { parts, folder } = await makeParts(t);
	const sandboxes = new Sandboxes({
		parts,
		folder: join(folder, "run"),
		cgroups: withoutCgroups,
		warm: 0,
		several: () => false,
		usual: JAIL,
		log: () => {},
	});
	t.teardown(() => sandboxes.close());
	const checks = new ValueChecks();
	t.teardown(() => checks.close());
	return {
		folder,
		tree: new CallTree({
			id: "exe_1",
			namespaceId: 1,
			catalog: makeCatalog([]),
			source: () => "",
			sandboxes,
			checks,
			trust: NO_TRUST,
			log: () => {},
		}),
	};
}

/** None of these functions has secrets or hosts. */
const NO_TRUST = new Trust(
	{
		put: () => {
			throw new Error("no secrets here");
		},
		find: () => null,
		list: () => [],
		remove: () => false,
		open: () => ({ values: {}, missing: [] }),
	},
	[],
	makeLookup(),
	() => {},
);

const call = (seq: number, fields: Partial<LedgerCall> = {}): Omit<LedgerCall, "count"> => ({
	seq,
	parent: 7,
	function: "orders.f",
	version: 1,
	depth: 1,
	status: "ok",
	error_type: null,
	wall_ms: 2,
	bytes_in: 10,
	bytes_out: 100,
	...fields,
});

t.test(
	"the first thousand calls stand one by one, the rest as sums of each function and outcome",
	async (t) => {
		const { tree } = await makeTree(t);
		for (let seq = 1; seq <= 1_000; seq++) tree.record(call(seq));
		t.equal(tree.ledger.length, 1_000);
		t.ok(
			tree.ledger.every(
				({ count, parent }, index) => count === 1 && parent === 7 && tree.ledger[index]?.seq === index + 1,
			),
		);

		for (let seq = 1_001; seq <= 4_000; seq++) {
			tree.record(
				call(seq, { function: seq % 2 ? "orders.f" : "billing.g", status: seq % 3 ? "ok" : "error" }),
			);
		}
		const sums = tree.ledger.slice(1_000);
		t.same(sums.map((sum) => [sum.function, sum.status, sum.count, sum.parent]).sort(), [
			["billing.g", "error", 500, null],
			["billing.g", "ok", 1_000, null],
			["orders.f", "error", 500, null],
			["orders.f", "ok", 1_000, null],
		]);
		for (const { count, wall_ms, bytes_in, bytes_out } of sums)
			t.same([wall_ms, bytes_in, bytes_out], [2 * count, 10 * count, 100 * count]);
		t.equal(
			tree.ledger.reduce((total, { count }) => total + count, 0),
			4_000,
			"no call is lost",
		);
		t.equal(new Set(tree.ledger.map(({ seq }) => seq)).size, tree.ledger.length, "and no number is twice");
	},
);

t.test("a recorded call is a copy", async (t) => {
	const { tree } = await makeTree(t);
	const one = call(1);
	tree.record(one);
	one.wall_ms = 99;
	t.equal(tree.ledger[0]?.wall_ms, 2);
});

t.test("costs are added up over sandboxes that live and that have ended", { skip: noJails }, async (t) => {
	const { tree } = await makeTree(t);
	t.equal(tree.measure(), null, "nothing was measured yet");
	const jails = await Promise.all([tree.lease("python", JAIL), tree.lease("python", JAIL)]);
	const both = tree.measure();
	t.ok(both && both.peak_memory_mb > 5);
	const [first] = jails;
	if (first) await tree.retire(first, { function: "orders.f", stdout: "printed", stderr: "" });
	t.same(tree.outputs(), [{ function: "orders.f", stdout: "printed", stderr: "" }]);
	t.ok(
		(tree.measure()?.peak_memory_mb ?? 0) >= (both?.peak_memory_mb ?? 99) * 0.9,
		"the largest counts, also when it is gone",
	);
	if (first) await tree.retire(first, { function: "orders.f", stdout: "again", stderr: "" });
	t.equal(tree.outputs().length, 1, "a jail is retired once");
});

t.test(
	"an execution has so many sandboxes and no more, and its end ends them all",
	{ skip: noJails },
	async (t) => {
		const { tree, folder } = await makeTree(t);
		const most = LIMITS.sandboxes.default;
		const asked = await Promise.allSettled(
			Array.from({ length: most + 3 }, () => tree.lease("python", JAIL)),
		);
		const refused = asked.filter(({ status }) => status === "rejected") as PromiseRejectedResult[];
		t.equal(refused.length, 3);
		t.ok(refused.every(({ reason }) => reason.type === "TooManySandboxes"));
		t.equal(processesOf(folder).length, most);
		await tree.end();
		t.same(processesOf(folder), []);
		await t.rejects(tree.lease("python", JAIL), {
			type: "Cancelled",
			message: "The execution has ended.",
		});
	},
);
