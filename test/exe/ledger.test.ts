import { chmodSync } from "node:fs";
import t from "tap";
import { executionTable } from "../../src/store/executions.ts";
import { namespaceTable } from "../../src/store/namespaces.ts";
import { openStore } from "../../src/store/open.ts";
import { brigOf } from "../cli/brig.ts";
import { makeDataFolder, startBrig } from "../server.ts";
import { started, usage } from "../store/make.ts";
import { api, execute } from "./support.ts";

const DAY_MS = 24 * 60 * 60 * 1000;

/** A data folder whose ledger has executions of so many days ago, each with an output of 10 kB. */
function withLedger(t: Parameters<typeof makeDataFolder>[0], daysAgo: number[]): string {
	const data = makeDataFolder(t);
	const store = openStore(data);
	const { id } = namespaceTable(store).create("default");
	const table = executionTable(store);
	for (const [index, days] of daysAgo.entries()) {
		table.start(started(`exe_${index}`, id));
		const printed = { function: "a.f", stdout: "x".repeat(10_000), stderr: "" };
		table.end(`exe_${index}`, "ok", null, usage, [], [printed]);
		const at = new Date(Date.now() - days * DAY_MS).toISOString();
		store.ledger.query("UPDATE executions SET started_at = ? WHERE id = ?").run(at, `exe_${index}`);
	}
	store.close();
	chmodSync(data, 0o711);
	return data;
}

/** A server on such a folder, with an admin's way in. */
async function serve(
	t: Parameters<typeof startBrig>[0],
	data: string,
	args: string[],
	env: Record<string, string>,
) {
	const brig = await startBrig(t, { data, args, env });
	const { stdout } = await brigOf(data)(["key", "create", "--name", "x", "--scope", "admin"]);
	const admin = { url: brig.url, adminKey: stdout.trim() };
	const ids = async (): Promise<string[]> =>
		(await api(admin, "GET", "executions?limit=100")).body.executions.map(({ id }: { id: string }) => id);
	return { brig, admin, ids };
}

t.test("the server forgets what is older than --ledger-days", async (t) => {
	const data = withLedger(t, [40, 20, 8, 6, 1]);
	const { brig, admin, ids } = await serve(t, data, ["--ledger-days", "7"], { BRIG_LEDGER_DAYS: "1" });
	while ((await ids()).length > 2) await Bun.sleep(50);
	t.same(await ids(), ["exe_4", "exe_3"]);
	t.match(await api(admin, "GET", "executions/exe_0"), { status: 404 });
	t.match(await execute(admin, "python", "1"), { body: { status: "ok" } });
	t.equal((await ids()).length, 3);
	while (!/ledger_pruned executions=3/.test(brig.stderr())) await Bun.sleep(50);
	t.notMatch(brig.stderr(), /\bfault\b/);
});

t.test("the server forgets the oldest beyond BRIG_LEDGER_MB", async (t) => {
	const data = withLedger(
		t,
		Array.from({ length: 99 }, () => 1).concat(Array.from({ length: 100 }, () => 0.5)),
	);
	const { ids } = await serve(t, data, [], { BRIG_LEDGER_MB: "1" });
	while ((await ids()).length > 99) await Bun.sleep(50);
	const left = await ids();
	t.ok(left.length > 50, `${left.length}`);
	t.equal(left[0], "exe_198", "the newest stay");
});
