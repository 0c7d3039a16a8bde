import { Database } from "bun:sqlite";
import {
	copyFileSync,
	readdirSync,
	readFileSync,
	rmSync,
	statSync,
	truncateSync,
	writeFileSync,
} from "node:fs";
import { join } from "node:path";
import t from "tap";
import { brigOf } from "../cli/brig.ts";
import { startBrig } from "../server.ts";
import { doctor, notRoot } from "./support.ts";

const find = async (data: string) => (await doctor({ only: ["database"], data })).find("database");

/** Names, sizes and times of all that is in a folder. */
const inventory = (folder: string) =>
	readdirSync(folder)
		.sort()
		.map((name) => {
			const { size, mtimeMs, mode } = statSync(join(folder, name));
			return `${name} ${size} ${mtimeMs} ${mode}`;
		});

t.test("a whole database is well, running or stopped, and nothing beside it changes", async (t) => {
	const { data, stop } = await startBrig(t);
	t.match(await find(data), { status: "ok", detail: /^whole, \d+ MiB, schema \d+$/ });
	await stop();
	const before = inventory(data);
	t.match(await find(data), { status: "ok", detail: /^whole/ });
	t.same(inventory(data), before);
});

t.test("what a killed server left is read with its log", { skip: notRoot }, async (t) => {
	const { data, process, stop } = await startBrig(t);
	await brigOf(data)(["namespace", "create", "later"]);
	process.kill("SIGKILL");
	await process.exited;
	await stop();
	const before = inventory(data);
	t.ok(before.some((line) => line.startsWith("brig.db-wal ")));
	t.match(await find(data), { status: "ok", detail: /^whole/ });
	t.same(inventory(data), before);
	rmSync(join(data, "brig.db-shm"));
	t.match(await find(data), { status: "warn", detail: /not checked/, remedy: /Start the server once/ });
});

t.test(
	"a database that is damaged, cut, foreign, newer or gone is a failure",
	{ skip: notRoot },
	async (t) => {
		const { data, stop } = await startBrig(t);
		await stop();
		const file = join(data, "brig.db");
		const whole = `${file}.whole`;
		copyFileSync(file, whole);
		const restore = () => copyFileSync(whole, file);

		const bytes = readFileSync(file);
		const page = bytes.readUInt16BE(16);
		bytes.fill(0x5a, 3 * page, 6 * page);
		writeFileSync(file, bytes);
		t.match(
			await find(data),
			{ status: "fail", detail: /damaged|can't be read/, remedy: /brig restore/ },
			"damaged",
		);
		truncateSync(file, 2 * page + 100);
		t.match(await find(data), { status: "fail", remedy: /brig restore/ }, "cut");
		writeFileSync(file, "this is no database, however long it is ".repeat(100));
		t.match(await find(data), { status: "fail", detail: /can't be read: file is not a database/ }, "foreign");

		restore();
		const setVersion = (change: number) => {
			const db = new Database(file);
			const { user_version } = db.query("PRAGMA user_version").get() as { user_version: number };
			db.run(`PRAGMA user_version = ${user_version + change}`);
			db.run("PRAGMA wal_checkpoint(TRUNCATE)");
			db.close();
			for (const suffix of ["-wal", "-shm"]) rmSync(file + suffix, { force: true });
		};
		setVersion(1);
		t.match(await find(data), { status: "fail", detail: /of a newer Brig/, remedy: /newer executable/ });
		setVersion(-2);
		t.match(await find(data), { status: "ok", detail: /of an older Brig .*the next start migrates it/ });
		restore();
		rmSync(file);
		t.match(await find(data), {
			status: "fail",
			detail: /a sealing key and no brig\.db/,
			remedy: /brig restore/,
		});
		restore();
		t.match(await find(data), { status: "ok" }, "and all is well again");
	},
);
