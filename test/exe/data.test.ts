import { chmodSync, existsSync, lstatSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import t from "tap";
import { startBrig } from "../server.ts";
import { api, execute } from "./support.ts";

const mode = (path: string) => (lstatSync(path).mode & 0o7777).toString(8);

t.test("what lies in the data folder is the owner's alone but for what jails read", async (t) => {
	const brig = await startBrig(t);
	await execute(brig, "python", "return 1");
	await execute(brig, "typescript", "return 1");
	t.equal(mode(brig.data), "711");
	t.equal(mode(join(brig.data, "bin")), "711");
	const found = [...new Bun.Glob("**/*").scanSync({ cwd: brig.data, onlyFiles: false, dot: true })];
	for (const name of [...found, ...readdirSync(brig.data)]) {
		const path = join(brig.data, name);
		const isFolder = lstatSync(path).isDirectory();
		if (!name.startsWith("bin")) t.equal(mode(path), isFolder ? "700" : "600", name);
		else if (name !== "bin") t.match(mode(path), isFolder ? /^755$/ : /^(644|755)$/, name);
	}
	for (const name of ["brig.db", "seal.key", "brig.sock", "brig.pid", "lock.db", "run"])
		t.ok(existsSync(join(brig.data, name)), name);
});

t.test("a restart keeps functions, keys, history and the sealing key", async (t) => {
	const first = await startBrig(t);
	const source = "def get_orders(status: str = 'open') -> list[str]:\n    return [status]\n";
	t.equal((await api(first, "PUT", "functions/orders.get_orders", source)).status, 201);
	const { body } = await api(first, "POST", "functions/orders.get_orders/call", { status: "late" });
	t.match(body, { status: "ok", result: ["late"] });
	const seal = readFileSync(join(first.data, "seal.key"));
	t.equal(await first.stop(), 0);

	const second = await startBrig(t, { data: first.data });
	t.notMatch(second.stderr(), /brig_|curl|claude/, "keys are shown once");
	const again = { url: second.url, adminKey: first.adminKey };
	t.match(await api(again, "POST", "functions/orders.get_orders/call", {}), { body: { result: ["open"] } });
	t.match(await api(again, "PUT", "functions/orders.get_orders", source), {
		status: 200,
		body: { version: 1 },
	});
	t.match(await api(again, "GET", `executions/${body.id}`), { status: 200, body: { status: "ok" } });
	t.match(await execute({ ...again, adminKey: first.runKey }, "python", "return 2"), { body: { result: 2 } });
	t.same(readFileSync(join(first.data, "seal.key")), seal);
});

t.test("unpacked files that were damaged are right again after a start", async (t) => {
	const first = await startBrig(t);
	await first.stop();
	const [home = ""] = readdirSync(join(first.data, "bin")).filter((name) => /^[0-9a-f]{16}$/.test(name));
	const path = (name: string) => join(first.data, "bin", home, name);
	/** Every unpacked file with its mode and hash. */
	const unpacked = () =>
		[...new Bun.Glob("**/*").scanSync({ cwd: path(""), dot: true })].sort().map((name) => {
			const sum = new Bun.CryptoHasher("sha256").update(readFileSync(path(name))).digest("hex");
			return `${mode(path(name))} ${sum} ${name}`;
		});
	const before = unpacked();
	writeFileSync(path("inside/init.py"), "import os\nos._exit(0)\n");
	writeFileSync(path("nsjail/bin/nsjail"), "#!/bin/sh\nexit 0\n");
	chmodSync(path("seccomp/python.kafel"), 0o666);
	rmSync(path("inside/python/brig_runner/main.py"));
	t.not(unpacked().join("\n"), before.join("\n"));
	const second = await startBrig(t, { data: first.data });
	t.same(unpacked(), before);
	const again = { url: second.url, adminKey: first.adminKey };
	t.match(await execute(again, "python", "return 'works'"), { body: { status: "ok", result: "works" } });
});
