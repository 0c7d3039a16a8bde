import t from "tap";
import { download, execute, must, on, QUICK } from "./machine.ts";

const schema = () =>
	must(
		`python3 -c 'import sqlite3; print(sqlite3.connect("file:/var/lib/brig/brig.db?mode=ro", uri=True).execute("PRAGMA user_version").fetchone()[0])'`,
	);
const works = () => execute("python", "from functions import orders\nlen(orders.get_orders(limit=3))");

t.test("an upgrade to one that dies at its start goes back, and says so", async (t) => {
	await download("dying", "/root/dying");
	const version = await must("brig version");
	const before = await schema();
	const { code, stderr } = await on("/root/dying install");
	t.equal(code, 1);
	t.match(stderr, "this one dies at its start", "its last words");
	t.match(stderr, "The version before runs again, with its database as it was");
	t.equal(await must("brig version"), version);
	t.equal(await schema(), before, "not migrated");
	t.match(await works(), { status: "ok", result: 3 });
	t.equal((await on("ls /usr/local/lib/brig/previous /var/lib/brig/before-upgrade")).stdout, "");
});

if (!QUICK)
	t.test("the terminal that goes in the middle does not leave an upgrade half done", async (t) => {
		const version = await must("brig version");
		// 141: its last words too meet a pipe that nobody reads.
		t.ok([1, 141].includes((await on("set -o pipefail; /root/dying install 2>&1 | true")).code));
		t.equal(await must("brig version"), version);
		t.match(await works(), { status: "ok", result: 3 });
	});

t.test("an upgrade that is killed is ended by the next one: here back to what ran", async (t) => {
	const version = await must("brig version");
	await on(
		"/root/dying install & pid=$!; until cmp -s /root/dying /usr/local/bin/brig; do sleep 0.1; done; kill -KILL $pid; wait $pid",
	);
	const { code, stderr } = await on("/root/dying install");
	t.equal(code, 1);
	t.match(stderr, "The version before runs again, with its database as it was");
	t.equal(await must("brig version"), version);
	t.match(await works(), { status: "ok", result: 3 });
	await must("rm -rf /var/lib/brig/failed-upgrade");
});

t.test("an upgrade keeps functions, keys and the program that runs", async (t) => {
	await download("newer", "/root/newer");
	const before = await schema();
	const said = await must("/root/newer install");
	t.match(said, /99\.0\.0 is upgraded from \d/);
	t.match(await must("brig version"), "99.0.0");
	t.equal(Number(await schema()), Number(before) + 1, "migrated");
	t.match(await works(), { status: "ok", result: 3 });
	t.ok(await must("ls /var/lib/brig/before-upgrade/brig.db"), "the database before it is kept");
	await must("brig doctor data-folder database key-file");
});

t.test("the older executable refuses the newer database and leaves the service alone", async (t) => {
	const { code, stderr } = await on("/root/brig install");
	t.equal(code, 1);
	t.match(stderr, "written by a newer Brig");
	t.match(await works(), { status: "ok", result: 3 });
});

t.test("back by hand: the kept database and the older executable", async (t) => {
	await must(
		"systemctl stop brig; cd /var/lib/brig; rm -f brig.db*; cp -p before-upgrade/* .; chown brig: brig.db*; /root/brig install",
	);
	t.match(await works(), { status: "ok", result: 3 });
});
