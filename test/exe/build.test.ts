import {
	existsSync,
	mkdirSync,
	mkdtempSync,
	openSync,
	readdirSync,
	readFileSync,
	readSync,
	rmSync,
	writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import t from "tap";

const PATIENCE_MS = 280_000;
const EM_AARCH64 = 183;
const PARTS =
	".gitignore LICENSE README.md biome.json bun.lock bunfig.toml package.json tsconfig.json sandbox scripts seccomp src systemd".split(
		" ",
	);
t.setTimeout(PATIENCE_MS);

const sha256 = (bytes: string | Uint8Array) => new Bun.CryptoHasher("sha256").update(bytes).digest("hex");
const run = (...command: string[]) => {
	const { exitCode, stderr } = Bun.spawnSync(command);
	if (exitCode !== 0) throw new Error(`${command.join(" ")}: ${stderr}`);
};

/** A copy of this checkout, so that no other test sees its files change; the dependencies are linked file by file. */
function copyCheckout(): string {
	const copy = mkdtempSync(join(tmpdir(), "brig-build-"));
	t.teardown(() => rmSync(copy, { recursive: true, force: true }));
	run("cp", "-a", ...PARTS.filter((name) => existsSync(name)), copy);
	// The executable needs no test; bunfig.toml names this file of theirs.
	mkdirSync(join(copy, "test"));
	run("cp", "test/preload.ts", join(copy, "test"));
	// Hard links where that is possible: an installation in the copy replaces them and changes nothing here.
	if (Bun.spawnSync(["cp", "-al", "node_modules", copy]).exitCode !== 0) {
		rmSync(join(copy, "node_modules"), { recursive: true, force: true });
		run("cp", "-a", "node_modules", copy);
	}
	// This one file is written in place, which would reach through the link.
	rmSync(join(copy, mark));
	writeFileSync(join(copy, mark), `${wanted}\n`);
	mkdirSync(join(copy, ".cache"));
	const wheels = readdirSync(".cache").filter((name) => name.endsWith(".whl"));
	run("cp", ...wheels.map((name) => join(".cache", name)), join(copy, ".cache"));
	return copy;
}

/** Runs scripts/build of a copy; its exit code and what it said. */
async function build(copy: string, ...args: string[]): Promise<{ code: number; said: string }> {
	const child = Bun.spawn([join(copy, "scripts/build"), ...args], {
		stdio: ["ignore", "pipe", "pipe"],
		cwd: "/",
	});
	const [code, out, said] = await Promise.all([
		child.exited,
		new Response(child.stdout).text(),
		new Response(child.stderr).text(),
	]);
	return { code, said: out + said };
}

const wanted = sha256(`${readFileSync("package.json")}${readFileSync("bun.lock")}`).slice(0, 32);
const mark = "node_modules/.brig-lock";
const stale =
	(!existsSync(mark) || readFileSync(mark, "utf8").trim() !== wanted) &&
	"the dependencies are not those of bun.lock: run scripts/build first";

t.test(
	"two checkouts of one commit give the same executable, byte for byte",
	{
		skip: stale,
		timeout: PATIENCE_MS,
	},
	async (t) => {
		const sums: string[] = [];
		for (let count = 0; count < 2; count++) {
			const copy = copyCheckout();
			const { code, said } = await build(copy);
			t.equal(code, 0, said);
			sums.push(sha256(readFileSync(join(copy, "dist/brig"))));
			t.match(said, (sums.at(-1) as string).slice(0, 16), "the build says its hash");
		}
		t.equal(sums[0], sums[1]);
	},
);

t.test("it builds for the other architecture too", { skip: stale, timeout: PATIENCE_MS }, async (t) => {
	const copy = copyCheckout();
	const { code, said } = await build(copy, "--target", "arm64", "--out", join(copy, "out/brig"));
	if (code !== 0 && /PyPI is reachable|downloading|ConnectionRefused|ENOTFOUND/i.test(said)) {
		return t.pass(`skipped, nothing can be downloaded here: ${said.trim().split("\n").at(-1)}`);
	}
	t.equal(code, 0, said);
	const header = Buffer.alloc(20);
	readSync(openSync(join(copy, "out/brig"), "r"), header);
	t.equal(header.toString("latin1", 1, 4), "ELF");
	t.equal(header.readUInt16LE(18), EM_AARCH64);
	const nsjail = readFileSync(join(copy, ".cache/nsjail/nsjail/bin/nsjail"));
	t.equal(nsjail.readUInt16LE(18), EM_AARCH64, "and so is the nsjail inside");
});

t.test("an option that it does not know is one sentence", { skip: stale }, async (t) => {
	const copy = mkdtempSync(join(tmpdir(), "brig-build-"));
	t.teardown(() => rmSync(copy, { recursive: true, force: true }));
	run("cp", "-a", "scripts", copy);
	for (const args of [["--nonsense"], ["--target", "mips"]]) {
		const { code, said } = await build(copy, ...args);
		t.equal(code, 1);
		t.match(said, /^scripts\/build: unknown (option|target) \S+: /);
	}
});
