import { Database } from "bun:sqlite";
import {
	chmodSync,
	chownSync,
	closeSync,
	existsSync,
	mkdirSync,
	openSync,
	readdirSync,
	readFileSync,
	statSync,
	symlinkSync,
	writeFileSync,
} from "node:fs";
import { join } from "node:path";
import t from "tap";
import { makeTail } from "../../src/backup/container.ts";
import { sign } from "../../src/backup/sealing-key.ts";
import { claimDataFolder } from "../../src/data-folder.ts";
import { lockDescriptor } from "../../src/sandbox/libc.ts";
import { migrate, NEWEST_SCHEMA } from "../../src/store/migrate.ts";
import { makeData, makeFolder, rows } from "../backup/make.ts";
import { api } from "../exe/support.ts";
import { EXECUTABLE, makeDataFolder, outerEnv, startBrig } from "../server.ts";
import { brig, brigOf } from "./brig.ts";
import { answering } from "./terminal.ts";

const listing = (folder: string) => readdirSync(folder).sort();
const replaced = (data: string) => listing(data).filter((name) => name.startsWith("replaced-"));
const SEEING = "import os\n\ndef seeing() -> int:\n    return len(os.environ['API_TOKEN'])\n";
const PLAIN = (number: number) => `def plain() -> int:\n    return ${number}\n`;

t.test(
	"onto an empty machine: keys, versions, what waits, the ledger and secrets are as they were",
	async (t) => {
		const first = await startBrig(t);
		const folder = makeFolder(t);
		const call = brigOf(first.data);
		t.match(await call(["secret", "set", "API_TOKEN"], { stdin: "seventeen letters" }), { code: 0 });
		await api(first, "PUT", "functions/orders.seeing", { code: SEEING, env: ["API_TOKEN"] });
		for (const number of [1, 2, 3]) await api(first, "PUT", "functions/orders.plain", PLAIN(number));
		const writer = JSON.parse(
			(await call(["key", "create", "--name", "w", "--scope", "run,write", "--json"])).stdout,
		);
		const pending = { code: PLAIN(4), env: ["API_TOKEN"] };
		t.match(await api({ url: first.url, adminKey: writer.key }, "PUT", "functions/orders.plain", pending), {
			status: 202,
		});
		t.match(await api(first, "POST", "functions/orders.seeing/call", {}), { body: { result: 17 } });
		const paths = ["functions", "functions/orders.plain/versions", "executions", "secrets"];
		const state = async (url: string) =>
			Promise.all(
				paths.map(async (path) => (await api({ url, adminKey: first.adminKey }, "GET", path)).body),
			);
		const before = await state(first.url);
		const file = join(folder, "one.backup");
		t.match(await call(["backup", file]), { code: 0 });
		writeFileSync(join(folder, "key"), readFileSync(join(first.data, "seal.key")));
		await first.stop();

		const data = join(makeDataFolder(t), "new");
		const alone = await brig(["restore", file, "--data", data, "--yes"]);
		t.match(alone, {
			code: 1,
			stderr: /made under the sealing key [0-9a-f]{16}, which is not in it: give it with --key-file/,
		});
		t.notOk(existsSync(data), "a folder that was made for it goes");
		const done = await brig(["restore", file, "--data", data, "--yes", "--key-file", join(folder, "key")]);
		t.match(done, { code: 0, stdout: "", stderr: /is restored in .*: 2 functions, 1 secret and 3 keys\n$/ });
		const second = await startBrig(t, { data });
		t.notMatch(second.stderr(), /brig_/, "no first keys are made");
		t.same(await state(second.url), before);
		const again = { url: second.url, adminKey: first.adminKey };
		t.match(await api(again, "POST", "functions/orders.seeing/call", {}), {
			body: { status: "ok", result: 17 },
		});
		t.match(await api(again, "POST", "functions/orders.plain/call", {}), { body: { result: 3 } });
		t.match(await brigOf(data)(["fn", "approve", "orders.plain"]), { code: 0 });
		t.match(await api(again, "POST", "functions/orders.plain/call", {}), { body: { result: 4 } });
		t.match(await api({ url: second.url, adminKey: first.runKey }, "GET", "functions"), { status: 200 });
	},
);

t.test("a backup with its key needs nothing else on an empty machine", async (t) => {
	const { withKey, sealingKey } = makeData(t);
	const data = join(makeFolder(t), "new");
	const { code, stdout } = await brig(["restore", withKey, "--data", data, "--yes", "--json"]);
	t.equal(code, 0);
	t.match(JSON.parse(stdout), {
		file: withKey,
		data,
		signed_by: "file",
		schema: NEWEST_SCHEMA,
		contents: { namespaces: 1, functions: 3, keys: 2, secrets: 1, executions: 1 },
		replaced: null,
		disabled: null,
		lost_secrets: [],
	});
	t.same(readFileSync(join(data, "seal.key")), Buffer.from(sealingKey));
	for (const name of ["brig.db", "seal.key", "lock.db"])
		t.equal(statSync(join(data, name)).mode & 0o7777, 0o600, name);
	t.equal(statSync(data).mode & 0o7777, 0o711);
});

t.test("every row comes back, in its order", async (t) => {
	const { data, withKey } = makeData(t);
	const other = join(makeFolder(t), "new");
	await brig(["restore", withKey, "--data", other, "--yes"]);
	const tables = rows(data, "SELECT name, sql FROM sqlite_schema WHERE sql IS NOT NULL ORDER BY name");
	t.same(rows(other, "SELECT name, sql FROM sqlite_schema WHERE sql IS NOT NULL ORDER BY name"), tables);
	for (const { name } of tables as { name: string }[]) {
		if (!rows(data, `SELECT 1 FROM sqlite_schema WHERE type = 'table' AND name = '${name}'`).length) continue;
		const all = rows(data, `SELECT * FROM ${name}`);
		t.ok(all.length > 0, name);
		t.same(rows(other, `SELECT * FROM ${name}`), all, name);
	}
});

t.test("what it replaces is kept whole, with its key and its log", async (t) => {
	const { withKey } = makeData(t);
	const server = await startBrig(t);
	await api(server, "PUT", "functions/orders.plain", PLAIN(1));
	server.process.kill("SIGKILL");
	await server.process.exited;
	const oldKey = readFileSync(join(server.data, "seal.key"));
	const empty = await brig(["restore", withKey, "--data", server.data, "--yes"]);
	t.match(empty, { code: 1, stderr: /signed by no key but the one that it brings itself/ });
	const keyFile = join(makeFolder(t), "key");
	const { manifest } = await import("../../src/backup/container.ts").then(({ openBackup }) =>
		openBackup(withKey),
	);
	writeFileSync(keyFile, `${manifest.sealing_key}\n`);
	const done = await brig(["restore", withKey, "--data", server.data, "--yes", "--key-file", keyFile]);
	t.equal(done.code, 0, done.stderr);
	const [name = ""] = replaced(server.data);
	t.match(done.stderr, `What was there before is in ${join(server.data, name)}: remove it`);
	const old = join(server.data, name);
	t.same(readFileSync(join(old, "seal.key")), oldKey);
	t.same(rows(old, "SELECT name FROM functions"), [{ name: "plain" }]);
	t.equal(statSync(old).mode & 0o7777, 0o700);
	t.same(rows(server.data, "SELECT count(*) AS count FROM functions"), [{ count: 3 }]);
});

t.test("a running server is not touched", async (t) => {
	const { withKey } = makeData(t);
	const server = await startBrig(t);
	const before = listing(server.data);
	t.match(await brig(["restore", withKey, "--data", server.data, "--yes"]), {
		code: 1,
		stderr: `brig: The data folder ${server.data} is already in use by process ${server.process.pid}. Stop that server, or choose another folder with --data.\n`,
	});
	t.same(listing(server.data), before);
	t.match(await api(server, "GET", "functions"), { status: 200 });
});

t.test("it asks first, and where nobody can be asked it is misuse", async (t) => {
	const { data, backup } = makeData(t);
	const before = listing(data);
	t.match(await brig(["restore", backup, "--data", data]), {
		code: 2,
		stderr: /there is no terminal\.\n {2}Add --yes\.\n$/,
	});
	const no = await answering(["restore", backup], "[y/N] ", ["n\r"], data);
	t.equal(no.code, 1);
	t.match(
		no.screen,
		/Put the backup of \d{4}-.* UTC \(Brig .*\) with 3 functions, 1 secret and 2 keys in place of what is in/,
	);
	t.match(no.screen, /\(3 functions, 1 secret and 2 keys\)\? \[y\/N\] /);
	t.match(no.screen, /Nothing was changed\./);
	t.same(replaced(data), []);
	t.same(
		listing(data).filter((name) => !/-(wal|shm)$/.test(name)),
		[...before.filter((name) => !/-(wal|shm)$/.test(name)), "lock.db"].sort(),
	);
	const yes = await answering(["restore", backup], "[y/N] ", ["y\r"], data);
	t.equal(yes.code, 0, yes.screen);
	t.equal(replaced(data).length, 1);
	t.match(await brig(["restore", "--yes"]), { code: 2, stderr: /FILE is missing/ });
	t.match(await brig(["restore", "a", "b", "--yes"]), { code: 2, stderr: /"b" is too much/ });
});

t.test("the key is asked for without being shown, in base64 or hexadecimal digits", async (t) => {
	const { backup, sealingKey } = makeData(t);
	const key = Buffer.from(sealingKey);
	for (const text of [
		key.toString("base64"),
		key.toString("hex"),
		` ${key.toString("hex").toUpperCase()} `,
	]) {
		const data = join(makeFolder(t), "new");
		const { screen, code } = await answering(
			["restore", backup, "--yes"],
			"(not shown): ",
			[`${text}\r`],
			data,
		);
		t.equal(code, 0, screen);
		t.match(screen, /^The sealing key [0-9a-f]{16}, as `base64 seal\.key` prints it/);
		t.notOk(screen.includes(text.trim()));
		t.same(readFileSync(join(data, "seal.key")), key);
	}
});

t.test("a wrong key is a sentence, and changes nothing", async (t) => {
	const { backup, withKey } = makeData(t);
	const { data, sealingKey: other } = makeData(t);
	const folder = makeFolder(t);
	const write = (name: string, text: string | Uint8Array) => {
		writeFileSync(join(folder, name), text);
		return join(folder, name);
	};
	const wrong =
		/^brig: The key is not the one that \S+ was made under: its id is [0-9a-f]{16}, the backup's is [0-9a-f]{16}\./;
	for (const file of [backup, withKey]) {
		for (const key of [other, Buffer.from(other).toString("base64"), Buffer.from(other).toString("hex")]) {
			const args = ["restore", file, "--data", data, "--yes", "--key-file", write("key", key)];
			t.match(await brig(args), { code: 1, stderr: wrong });
		}
	}
	for (const text of ["", "short", "x".repeat(64), "a".repeat(100_000)]) {
		const args = ["restore", backup, "--data", data, "--yes", "--key-file", write("none", text)];
		t.match(await brig(args), { code: 1, stderr: /holds no sealing key: that is a copy of DATA\/seal\.key/ });
	}
	const missing = ["restore", backup, "--data", data, "--yes", "--key-file", join(folder, "missing")];
	t.match(await brig(missing), { code: 1, stderr: /The key file \S+ can't be read/ });
	t.match(await brig([...missing.slice(0, -1), folder]), {
		code: 1,
		stderr: /The key file \S+ can't be read/,
	});
	const typed = await answering(["restore", backup, "--yes"], "(not shown): ", ["nonsense\r"], data);
	t.match(typed, { code: 1, screen: /That is no sealing key/ });
	const lines = await answering(["restore", backup, "--yes"], "(not shown): ", ["one\rtwo\r"], data);
	t.match(lines, { code: 1, screen: /several lines: nothing was changed/ });
	t.same(replaced(data), []);
	t.notOk(listing(data).some((name) => name.startsWith("restor")));
});

t.test("a backup of an older schema is migrated", async (t) => {
	const folder = makeFolder(t);
	const inside = join(folder, "inside.db");
	const db = new Database(inside, { create: true });
	migrate(db, { file: inside, to: 1 });
	const time = "2026-01-31T09:30:00.000Z";
	db.run(`INSERT INTO namespaces VALUES (1, 'default', '${time}')`);
	db.run(`INSERT INTO sources VALUES ('${"a".repeat(64)}', 'def f(): return 1')`);
	db.run("INSERT INTO functions VALUES (7, 1, 'orders', 'f', 1, 1)");
	db.run(
		`INSERT INTO versions VALUES (7, 1, 'python', '${"a".repeat(64)}', '', '{"type":"object"}', null, '[]', '[]', '[]', '${time}', 'key_a')`,
	);
	db.close();
	const database = readFileSync(inside);
	const key = new Uint8Array(32).fill(7);
	writeFileSync(join(folder, "key"), key);
	const about = {
		format: 1 as const,
		brig: "0.0.1",
		schema: 1,
		created_at: time,
		database_bytes: database.length,
		database_sha256: new Bun.CryptoHasher("sha256").update(database).digest("hex"),
		key_id: "0".repeat(16),
		sealing_key: null,
	};
	const file = join(folder, "old.backup");
	writeFileSync(file, Buffer.concat([database, makeTail(about, (signed) => sign(key, signed))]));
	const data = join(folder, "new");
	t.match(await brig(["restore", file, "--data", data, "--yes", "--key-file", join(folder, "key")]), {
		code: 0,
	});
	t.same(rows(data, "PRAGMA user_version"), [{ user_version: NEWEST_SCHEMA }]);
	t.match(rows(data, "SELECT * FROM versions"), [{ function_id: 7, env: "[]", limits: "{}", pending: 0 }]);
});

t.test("a folder whose database and key are damaged takes a backup with its key", async (t) => {
	const { data, withKey, backup, sealingKey } = makeData(t);
	writeFileSync(join(data, "brig.db"), "not a database");
	t.match(await brig(["restore", backup, "--data", data, "--yes"]), { code: 0 });
	t.equal(readFileSync(join(data, replaced(data)[0] as string, "brig.db"), "utf8"), "not a database");
	writeFileSync(join(data, "seal.key"), "short");
	const keyFile = join(makeFolder(t), "key");
	writeFileSync(keyFile, sealingKey);
	t.match(await brig(["restore", withKey, "--data", data, "--yes", "--key-file", keyFile]), { code: 0 });
	t.same(readFileSync(join(data, "seal.key")), Buffer.from(sealingKey));
});

t.test("a link to a backup is followed, and only a user who may read it can restore it", async (t) => {
	const { data, backup } = makeData(t);
	const link = join(makeFolder(t), "latest");
	symlinkSync(backup, link);
	t.match(await brig(["restore", link, "--data", data, "--yes"]), { code: 0 });
});

t.test("a restore that is killed leaves the old state or the new one, whole", async (t) => {
	const { data, backup } = makeData(t);
	const seal = readFileSync(join(data, "seal.key"));
	const change = (name: string) => {
		const db = new Database(join(data, "brig.db"));
		db.query("UPDATE namespaces SET name = ?").run(name);
		db.close();
	};
	const timed = performance.now();
	t.match(await brig(["restore", backup, "--data", data, "--yes"]), { code: 0 });
	const whole = performance.now() - timed;
	const seen = new Set<string>();
	for (let round = 0; round < 12; round++) {
		change("changed");
		const child = Bun.spawn([EXECUTABLE, "restore", backup, "--data", data, "--yes"], {
			env: outerEnv(),
			stdio: ["ignore", "ignore", "ignore"],
		});
		await Bun.sleep(whole * (round / 10));
		child.kill("SIGKILL");
		await child.exited;
		// The next server on the folder, or what of it matters here.
		claimDataFolder(data).unlock();
		const [{ name } = { name: "" }] = rows(data, "SELECT name FROM namespaces") as { name: string }[];
		t.match(name, /^(changed|default)$/);
		seen.add(name);
		t.same(rows(data, "PRAGMA integrity_check"), [{ integrity_check: "ok" }]);
		t.same(rows(data, "SELECT count(*) AS count FROM functions"), [{ count: 3 }]);
		t.same(readFileSync(join(data, "seal.key")), seal);
		t.notOk(
			listing(data).some((one) => /^restor/.test(one)),
			"nothing half is left",
		);
	}
	t.comment(`ended as ${[...seen].join(" and ")}`);
	for (const name of replaced(data)) {
		t.same(rows(join(data, name), "PRAGMA integrity_check"), [{ integrity_check: "ok" }]);
		t.same(readFileSync(join(data, name, "seal.key")), seal);
	}
});

t.test("a server ends a restore that was cut off, and says so; a backup waits for that", async (t) => {
	const { withKey } = makeData(t);
	const data = makeDataFolder(t);
	t.match(await brig(["restore", withKey, "--data", data, "--yes"]), { code: 0 });
	const first = await startBrig(t, { data });
	await first.stop();
	// As a power cut right after the decision leaves it.
	const decided = join(data, "restored");
	mkdirSync(join(decided, "replaced-then"), { recursive: true, mode: 0o700 });
	writeFileSync(join(decided, "brig.db"), readFileSync(join(data, "brig.db")), { mode: 0o600 });
	const file = join(makeFolder(t), "one.backup");
	t.match(await brig(["backup", file, "--data", data]), {
		code: 1,
		stderr: /was cut off: start the server, which ends it/,
	});
	const second = await startBrig(t, { data });
	t.match(
		second.stderr(),
		`a restore had been cut off and is done now; what it replaced is in ${join(data, "replaced-then")}`,
	);
	t.notOk(existsSync(decided));
	t.match(await brig(["backup", file, "--data", data]), { code: 0 });
});

t.test("one backup or restore of a folder at a time", async (t) => {
	const { data, backup } = makeData(t);
	const file = join(makeFolder(t), "one.backup");
	const descriptor = openSync(data, "r");
	t.ok(lockDescriptor(descriptor), "as another backup does");
	const running = {
		code: 1,
		stderr: /Another backup or restore of .* is running: try again when it has ended\.\n$/,
	};
	t.match(await brig(["backup", file, "--data", data]), running);
	t.match(await brig(["restore", backup, "--data", data, "--yes"]), running);
	closeSync(descriptor);
	t.match(await brig(["backup", file, "--data", data]), { code: 0 });
	t.match(await brig(["restore", file, "--data", data, "--yes"]), { code: 0 });
});

t.test("a full disk ends with a sentence, and the old state stays", async (t) => {
	const { backup, sealingKey } = makeData(t);
	const folder = makeFolder(t);
	const key = join(makeFolder(t), "key");
	writeFileSync(key, sealingKey);
	for (const size of ["64k", "200k", "20m"]) {
		const script = `mount -t tmpfs -o size=${size} none "$1" && cp "$3" "$1/seal.key" && chmod 600 "$1/seal.key"; "$0" restore "$2" --data "$1" --yes; echo "exit $?"; ls -A "$1"`;
		const shell = Bun.spawnSync(
			[
				"unshare",
				"--user",
				"--map-root-user",
				"--mount",
				"sh",
				"-c",
				script,
				EXECUTABLE,
				folder,
				backup,
				key,
			],
			{ env: outerEnv() },
		);
		if (size === "20m") t.match(shell.stdout.toString(), /^exit 0\nbrig\.db\n/);
		else {
			t.match(
				shell.stderr.toString(),
				/^brig: The disk under \S+ has \d+ MB free, and restoring .* MB takes \d+ MB\. Nothing was changed: /,
			);
			t.equal(shell.stdout.toString(), "exit 1\nlock.db\nseal.key\n");
		}
	}
});

const notRoot = process.getuid?.() !== 0 && "needs root, who restores into another user's folder";
t.test("root restores as the user that the folder belongs to", { skip: notRoot }, async (t) => {
	const USER = 54_321;
	const { data, backup, sealingKey } = makeData(t);
	const parent = join(data, "..");
	chmodSync(parent, 0o711);
	for (const name of listing(data)) chownSync(join(data, name), USER, USER);
	chownSync(data, USER, USER);
	// What a server in foreign hands could leave for root to follow.
	const precious = join(parent, "precious");
	writeFileSync(precious, "precious", { mode: 0o600 });
	symlinkSync(precious, join(data, "brig.pid"));
	const trapped = await brig(["restore", backup, "--data", data, "--yes"]);
	t.equal(trapped.code, 1);
	t.equal(readFileSync(precious, "utf8"), "precious");
	t.equal(statSync(precious).uid, 0);
	Bun.spawnSync(["rm", join(data, "brig.pid")]);
	const keyFile = join(parent, "key");
	writeFileSync(keyFile, sealingKey, { mode: 0o600 });
	const done = await brig(["restore", backup, "--data", data, "--yes", "--key-file", keyFile]);
	t.equal(done.code, 0, done.stderr);
	for (const name of [
		...listing(data),
		...listing(join(data, replaced(data)[0] as string)).map((one) => join(replaced(data)[0] as string, one)),
	])
		t.equal(statSync(join(data, name)).uid, USER, name);
	// Reading as root leaves nothing that the server's user can't write.
	t.match(await brig(["backup", join(parent, "again"), "--data", data]), { code: 0 });
	for (const name of listing(data)) t.equal(statSync(join(data, name)).uid, USER, name);
});
