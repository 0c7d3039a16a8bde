import { Database } from "bun:sqlite";
import {
	chmodSync,
	copyFileSync,
	existsSync,
	lstatSync,
	mkdirSync,
	readdirSync,
	readFileSync,
	realpathSync,
	statSync,
	symlinkSync,
	writeFileSync,
} from "node:fs";
import { basename, join } from "node:path";
import t from "tap";
import { openStore } from "../../src/store/open.ts";
import { makeData, makeFolder, rows, SECRET } from "../backup/make.ts";
import { api } from "../exe/support.ts";
import { EXECUTABLE, outerEnv, startBrig } from "../server.ts";
import { brig } from "./brig.ts";

const listing = (folder: string) => readdirSync(folder).sort();
const sources = (number: number) => `def f${number}():\n    return ${number}\n`;

t.test("a backup of a busy server has everything that was acknowledged before it began", async (t) => {
	const server = await startBrig(t);
	const folder = makeFolder(t);
	const file = join(folder, "busy.backup");
	let registered = 0;
	let busy = true;
	const register = async () => {
		while (busy) {
			const { status } = await api(server, "PUT", `functions/orders.f${registered}`, sources(registered));
			t.equal(status, 201);
			registered++;
		}
	};
	const execute = async () => {
		while (busy) await api(server, "POST", "execute", { language: "python", code: "1" });
	};
	const working = [register(), execute()];
	while (registered < 3) await Bun.sleep(5);
	const before = registered;
	const made = await brig(["backup", file, "--data", server.data, "--with-key"]);
	t.match(made, {
		code: 0,
		stdout: "",
		stderr: /^\S+busy\.backup has the backup, \d+ bytes\n.*whoever can read it/,
	});
	const after = registered;
	while (registered === after) await Bun.sleep(5);
	busy = false;
	await Promise.all(working);
	t.notMatch(server.stderr(), /\bfault\b/);
	await server.stop();

	const data = join(folder, "restored");
	t.match(await brig(["restore", file, "--data", data, "--yes"]), { code: 0 });
	const numbers = rows(data, "SELECT name FROM functions").map((row) =>
		Number((row as { name: string }).name.slice(1)),
	);
	t.ok(numbers.length >= before && numbers.length <= after + 1, `${before} <= ${numbers.length} <= ${after}`);
	t.same(
		numbers.sort((a, b) => a - b),
		numbers.map((_, index) => index),
		"without a gap",
	);
});

t.test("the file is for its owner alone, and nothing else is left anywhere", async (t) => {
	const { data } = makeData(t);
	const folder = makeFolder(t);
	// SQLite's own files beside a database come and go with whoever reads it.
	const kept = () => listing(data).filter((name) => !/^brig\.db-(wal|shm)$/.test(name));
	const before = kept();
	const file = join(folder, "one.backup");
	const shell = Bun.spawn(
		["sh", "-c", 'umask 0; exec "$0" backup "$1" --data "$2"', EXECUTABLE, file, data],
		{
			stdio: ["ignore", "ignore", "pipe"],
			env: outerEnv(),
		},
	);
	t.match(
		await new Response(shell.stderr).text(),
		/made under the sealing key [0-9a-f]{16}, which is not in it/,
	);
	t.equal(await shell.exited, 0);
	t.equal(statSync(file).mode & 0o7777, 0o600);
	t.same(listing(folder), ["one.backup"]);
	t.same(kept(), before);
});

t.test("without --with-key the file has neither the key nor what it seals", async (t) => {
	const { data, sealingKey } = makeData(t);
	const folder = makeFolder(t);
	const [plain, full] = [join(folder, "plain"), join(folder, "full")];
	await brig(["backup", plain, "--data", data]);
	await brig(["backup", full, "--data", data, "--with-key"]);
	const text = Buffer.from(sealingKey).toString("base64");
	t.notOk(readFileSync(plain).includes(text) || readFileSync(plain).includes(sealingKey));
	t.ok(readFileSync(full).includes(text));
	for (const file of [plain, full]) t.notOk(readFileSync(file).includes(SECRET), file);
});

t.test("--json says what was written", async (t) => {
	const { data } = makeData(t);
	const file = join(makeFolder(t), "one.backup");
	const { code, stdout, stderr } = await brig(["backup", file, "--data", data, "--json"]);
	t.equal(code, 0);
	t.equal(stderr, "");
	t.match(JSON.parse(stdout), {
		file,
		bytes: statSync(file).size,
		overwritten: false,
		with_key: false,
		schema: 2,
		created_at: /^\d{4}-.*Z$/,
		version: /^\d+\./,
		key_id: /^[0-9a-f]{16}$/,
	});
});

t.test("a file that exists is overwritten only when that is said", async (t) => {
	const { data } = makeData(t);
	const folder = makeFolder(t);
	const file = join(folder, "taken");
	writeFileSync(file, "precious");
	t.match(await brig(["backup", file, "--data", data]), {
		code: 1,
		stderr: /taken exists already: .*--overwrite\.\n$/,
	});
	t.equal(readFileSync(file, "utf8"), "precious");
	t.match(await brig(["backup", file, "--data", data, "--overwrite"]), {
		code: 0,
		stderr: /is overwritten with/,
	});
	t.match(await brig(["restore", file, "--data", data, "--yes"]), { code: 0 });
	t.same(listing(folder), ["taken"]);
});

t.test("what is no ordinary file stays as it is, with and without --overwrite", async (t) => {
	const { data } = makeData(t);
	const folder = makeFolder(t);
	const elsewhere = join(makeFolder(t), "precious");
	writeFileSync(elsewhere, "precious");
	mkdirSync(join(folder, "folder"));
	symlinkSync(elsewhere, join(folder, "link"));
	symlinkSync(join(folder, "nowhere"), join(folder, "dangling"));
	t.equal(Bun.spawnSync(["mkfifo", join(folder, "fifo")]).exitCode, 0);
	const before = listing(folder);
	for (const name of before) {
		for (const more of [[], ["--overwrite"]]) {
			const outcome = await brig(["backup", join(folder, name), "--data", data, ...more]);
			t.match(outcome, { code: 1, stderr: new RegExp(`^brig: .*/${name} (exists|is a folder)`) }, name);
		}
	}
	t.same(listing(folder), before);
	t.ok(lstatSync(join(folder, "fifo")).isFIFO());
	t.equal(readFileSync(elsewhere, "utf8"), "precious");
});

t.test("a place that can't be written to is a sentence", async (t) => {
	const { data } = makeData(t);
	const folder = makeFolder(t);
	for (const [file, sentence] of [
		[join(folder, "no/such/file"), /There is no folder/],
		["/proc/brig.backup", /\/proc/],
		["/dev/full/x", /./],
		[join(data, "inside.backup"), /is in the data folder itself/],
		[join(data, "brig.db"), /is in the data folder itself/],
	] as const) {
		for (const more of [[], ["--overwrite"]]) {
			const outcome = await brig(["backup", file, "--data", data, ...more]);
			t.equal(outcome.code, 1, file);
			t.match(outcome.stderr, sentence);
			t.match(outcome.stderr, /^brig: [^\n]+\n$/);
			t.notMatch(outcome.stderr, /fault of brig/);
		}
	}
	t.match(await brig(["backup", "--data", data]), { code: 2, stderr: /FILE is missing/ });
	t.match(await brig(["backup", "a", "b", "--data", data]), { code: 2, stderr: /"b" is too much/ });
});

t.test("a data folder that is none is a sentence, and stays as it was", async (t) => {
	const folder = makeFolder(t);
	const file = join(makeFolder(t), "one.backup");
	for (const data of [folder, join(folder, "missing")]) {
		t.match(await brig(["backup", file, "--data", data]), {
			code: 1,
			stderr: /There is no database in .*--data\.\n$/,
		});
	}
	t.same(listing(folder), []);
	t.notOk(existsSync(file));
});

t.test("a full disk ends with a sentence and without half a file", async (t) => {
	const { data } = makeData(t);
	const store = openStore(data);
	for (let number = 0; number < 40; number++)
		store.db
			.query("INSERT INTO sources VALUES (?, ?)")
			.run(`${number}`.padStart(64, "0"), "x".repeat(100_000));
	store.close();
	const folder = makeFolder(t);
	// A small disk of its own, which nobody else sees.
	const script = `mount -t tmpfs -o size=1m none "$1" && cd "$1" && echo before >kept; "$0" backup "$1/one.backup" --data "$2"; echo "exit $?"; ls -A "$1"`;
	const shell = Bun.spawnSync(
		["unshare", "--user", "--map-root-user", "--mount", "sh", "-c", script, EXECUTABLE, folder, data],
		{ env: outerEnv() },
	);
	t.match(
		shell.stderr.toString(),
		new RegExp(`^brig: The disk under ${folder} is full\\. Nothing was written: .*\\n$`),
	);
	t.equal(shell.stdout.toString(), "exit 1\nkept\n");
});

t.test("a damaged database ends with a sentence and without a file", async (t) => {
	for (const [name, damage] of [
		["a page of zeros", (bytes: Buffer) => bytes.fill(0, 4096 * 3, 4096 * 4)],
		["a cut", (bytes: Buffer) => bytes.subarray(0, 4096 * 5)],
		["another file", () => Buffer.from("something else ".repeat(1000))],
		["an index that says something else", null],
	] as const) {
		const { data } = makeData(t);
		const database = join(data, "brig.db");
		const [index] = rows(data, "SELECT rootpage FROM sqlite_schema WHERE name = 'executions_by_namespace'");
		const end = (index as { rootpage: number }).rootpage * 4096;
		const bytes = readFileSync(database);
		// The one entry of that index stands at the end of its page.
		if (damage === null) bytes[end - 1] = (bytes[end - 1] as number) ^ 3;
		writeFileSync(database, damage ? damage(bytes) : bytes);
		const folder = makeFolder(t);
		const outcome = await brig(["backup", join(folder, "one.backup"), "--data", data]);
		t.equal(outcome.code, 1, name);
		t.match(outcome.stderr, /^brig: \S+brig\.db is damaged \(.*\)\. Nothing was written: .*\n$/, name);
		t.same(listing(folder), [], name);
	}
});

t.test("a database that could not be restored is not backed up", async (t) => {
	for (const [sql, sentence] of [
		["PRAGMA user_version = 99", /written by a newer Brig \(schema 99/],
		["CREATE INDEX mine ON keys (name)", /could not be restored: it has the index "mine"/],
		["PRAGMA user_version = 0", /is not a database of Brig/],
	] as const) {
		const { data } = makeData(t);
		const db = new Database(join(data, "brig.db"));
		db.run(sql);
		db.close();
		const folder = makeFolder(t);
		const outcome = await brig(["backup", join(folder, "one.backup"), "--data", data]);
		t.match(outcome, { code: 1, stderr: sentence }, sql);
		t.match(outcome.stderr, /Nothing was written/);
		t.same(listing(folder), []);
	}
});

t.test("a key file that is missing or open to others is named", async (t) => {
	const { data } = makeData(t);
	const file = join(makeFolder(t), "one.backup");
	chmodSync(join(data, "seal.key"), 0o644);
	t.match(await brig(["backup", file, "--data", data]), {
		code: 1,
		stderr: /seal\.key is open to other users/,
	});
	chmodSync(join(data, "seal.key"), 0o600);
	writeFileSync(join(data, "seal.key"), "short");
	t.match(await brig(["backup", file, "--data", data]), { code: 1, stderr: /has 5 bytes instead of 32/ });
	t.notOk(existsSync(file));
});

t.test("what a killed backup left is removed by the next, what a running one makes is not", async (t) => {
	const { data } = makeData(t);
	const folder = realpathSync(makeFolder(t));
	const gone = Bun.spawn(["true"]);
	await gone.exited;
	const [dead, journal, alive, other] = [
		join(folder, `.one.backup.partial-${gone.pid}`),
		join(folder, `.one.backup.partial-${gone.pid}-journal`),
		join(folder, `.one.backup.partial-${process.pid}`),
		join(folder, ".one.backup.partial-x"),
	];
	for (const file of [dead, journal, alive, other]) writeFileSync(file, "half");
	t.match(await brig(["backup", join(folder, "one.backup"), "--data", data]), { code: 0 });
	t.same(listing(folder), [alive, other, "one.backup"].map((path) => basename(path)).sort());
});

t.test("after kill -9 of the server the backup has what its log holds", async (t) => {
	const server = await startBrig(t);
	t.equal((await api(server, "PUT", "functions/orders.f1", sources(1))).status, 201);
	server.process.kill("SIGKILL");
	await server.process.exited;
	t.ok(statSync(join(server.data, "brig.db-wal")).size > 0);
	const folder = makeFolder(t);
	const file = join(folder, "one.backup");
	t.match(await brig(["backup", file, "--data", server.data, "--with-key"]), { code: 0 });
	const data = join(folder, "restored");
	t.match(await brig(["restore", file, "--data", data, "--yes"]), { code: 0 });
	t.same(rows(data, "SELECT name FROM functions"), [{ name: "f1" }]);
});

t.test(
	"a user who may not read the data folder is told so",
	{ skip: process.getuid?.() !== 0 && "needs root" },
	async (t) => {
		const { data } = makeData(t);
		const folder = makeFolder(t);
		chmodSync(folder, 0o777);
		const own = join(folder, "brig");
		copyFileSync(EXECUTABLE, own);
		chmodSync(own, 0o755);
		const child = Bun.spawnSync(
			[
				"setpriv",
				"--reuid",
				"65534",
				"--regid",
				"65534",
				"--clear-groups",
				own,
				"backup",
				join(folder, "x"),
				"--data",
				data,
			],
			{ env: outerEnv() },
		);
		t.equal(child.exitCode, 1);
		t.match(child.stderr.toString(), /^brig: .*brig\.db (may not be read by this user|can't be read)/);
		t.same(listing(folder), ["brig"]);
	},
);
