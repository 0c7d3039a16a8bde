import {
	chmodSync,
	copyFileSync,
	existsSync,
	mkdirSync,
	readdirSync,
	readFileSync,
	statSync,
	writeFileSync,
} from "node:fs";
import { join } from "node:path";
import t from "tap";
import { claimDataFolder, openDataFolder } from "../src/data-folder.ts";
import { canMapIds } from "../src/sandbox/outer-ids.ts";
import { walkableFolder } from "./sandbox/real.ts";

const mode = (path: string) => statSync(path).mode & 0o7777;
const sameUser = canMapIds() ? false : "jails run under this user's own id here, who may walk everywhere";

t.test("a data folder is made with what jails may walk open and the rest closed", async (t) => {
	const before = process.umask(0o000);
	t.teardown(() => process.umask(before));
	const data = join(walkableFolder(t), "a/b");
	const folder = openDataFolder(data);
	t.teardown(() => folder.unlock());
	t.equal(folder.fresh, true);
	t.equal(folder.bin, join(data, "bin"));
	t.equal(mode(data), 0o711);
	t.equal(mode(join(data, "bin")), 0o711);
	t.equal(mode(join(data, "seal.key")), 0o600);
	t.equal(statSync(join(data, "seal.key")).size, 32);
	for (const name of readdirSync(data).filter((one) => one !== "bin"))
		t.equal(mode(join(data, name)), 0o600, name);
});

t.test("the sealing key is made once and never changed", async (t) => {
	const data = walkableFolder(t);
	openDataFolder(data).unlock();
	const key = readFileSync(join(data, "seal.key"));
	t.notSame(key, Buffer.alloc(32));
	openDataFolder(data).unlock();
	t.same(readFileSync(join(data, "seal.key")), key);
	const other = walkableFolder(t);
	openDataFolder(other).unlock();
	t.notSame(readFileSync(join(other, "seal.key")), key);
	t.notOk(existsSync(join(data, "seal.key.new")));
});

t.test("a folder with a database is not fresh", async (t) => {
	const data = walkableFolder(t);
	writeFileSync(join(data, "brig.db"), "");
	const folder = openDataFolder(data);
	t.equal(folder.fresh, false);
	folder.unlock();
});

t.test(
	"a folder in use is refused with the process that uses it, and free when it is given back",
	async (t) => {
		const data = walkableFolder(t);
		const first = openDataFolder(data);
		t.throws(() => openDataFolder(data), {
			message: `The data folder ${data} is already in use by process ${process.pid}. Stop that server, or choose another folder with --data.`,
		});
		first.unlock();
		t.notOk(existsSync(join(data, "brig.pid")));
		openDataFolder(data).unlock();
	},
);

t.test("a folder is claimed without a server, as it is, and made when it is missing", async (t) => {
	const top = walkableFolder(t);
	const data = join(top, "a/b");
	const claimed = claimDataFolder(data);
	t.equal(mode(data), 0o711);
	t.same(readdirSync(data).sort(), ["brig.pid", "lock.db"]);
	t.throws(() => openDataFolder(data), { message: /already in use by process/ });
	claimed.unlock();
	chmodSync(data, 0o755);
	claimDataFolder(data).unlock();
	t.equal(mode(data), 0o755);
	writeFileSync(join(top, "file"), "");
	for (const path of [join(top, "file"), join(top, "file/below")])
		t.throws(() => claimDataFolder(path), { message: /^The data folder .* can't be used: ENOTDIR/ });
});

t.test("a restore that was cut off is ended by who opens the folder next", async (t) => {
	const data = walkableFolder(t);
	writeFileSync(join(data, "brig.db"), "old");
	mkdirSync(join(data, "restored/replaced-then"), { recursive: true });
	writeFileSync(join(data, "restored/brig.db"), "new");
	const folder = openDataFolder(data);
	t.equal(folder.replaced, join(data, "replaced-then"));
	folder.unlock();
	t.equal(readFileSync(join(data, "brig.db"), "utf8"), "new");
	t.equal(readFileSync(join(data, "replaced-then/brig.db"), "utf8"), "old");
	mkdirSync(join(data, "restoring"));
	const again = openDataFolder(data);
	t.equal(again.replaced, null);
	again.unlock();
	t.notOk(existsSync(join(data, "restoring")), "one that was not decided goes");
});

t.test("the lock of a process that was killed is gone with it", async (t) => {
	const data = walkableFolder(t);
	const module = JSON.stringify(join(process.cwd(), "src/data-folder.ts"));
	const program = `const { openDataFolder } = await import(${module}); openDataFolder(${JSON.stringify(data)}); console.log("locked"); setInterval(() => {}, 1000);`;
	const child = Bun.spawn([process.execPath, "-e", program], { stdio: ["ignore", "pipe", "inherit"] });
	await child.stdout.getReader().read();
	t.throws(() => openDataFolder(data), { message: new RegExp(`already in use by process ${child.pid}\\.`) });
	child.kill("SIGKILL");
	await child.exited;
	openDataFolder(data).unlock();
});

t.test("a parent that other users can't walk is named with the remedy", { skip: sameUser }, async (t) => {
	const top = walkableFolder(t);
	const closed = join(top, "closed");
	mkdirSync(closed);
	chmodSync(closed, 0o700);
	t.throws(() => openDataFolder(join(closed, "inner/data")), {
		message: new RegExp(
			`^The folder ${closed} above the data folder .*chmod o\\+x ${closed}, or .*--data\\.$`,
		),
	});
	chmodSync(closed, 0o701);
	openDataFolder(join(closed, "inner2/data")).unlock();
});

t.test("a path that can't be a folder is one sentence", async (t) => {
	const file = join(walkableFolder(t), "file");
	writeFileSync(file, "");
	for (const path of [file, join(file, "below")])
		t.throws(() => openDataFolder(path), { message: /^The data folder .* can't be used: .*--data\.$/ });
});

t.test(
	"an executable that jails can't walk to is copied, and an old copy goes",
	{ skip: sameUser },
	async (t) => {
		const top = walkableFolder(t);
		const hidden = join(top, "hidden");
		mkdirSync(hidden);
		chmodSync(hidden, 0o700);
		const own = join(hidden, "brig");
		copyFileSync("/bin/true", own);
		const data = join(top, "data");
		const first = openDataFolder(data, own);
		first.unlock();
		t.match(first.executable, new RegExp(`^${data}/bin/brig-`));
		t.equal(mode(first.executable), 0o755);
		t.same(readFileSync(first.executable), readFileSync(own));

		writeFileSync(own, "another version");
		const second = openDataFolder(data, own);
		second.unlock();
		t.equal(readFileSync(second.executable, "utf8"), "another version");
		t.notOk(existsSync(first.executable));

		const walkable = openDataFolder(data, "/bin/true");
		walkable.unlock();
		t.notMatch(walkable.executable, data, "one that jails can walk to is used where it is");
	},
);
