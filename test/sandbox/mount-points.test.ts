import { existsSync, mkdirSync, readdirSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import t from "tap";
import { holdMountPoints } from "../../src/sandbox/mount-points.ts";

const SOURCE = join(import.meta.dir, "../../src/sandbox/mount-points.ts");
const NAMES = ["nsjail.7.root", "nsjail.7.tmp"];

t.test("the folders are there while somebody holds them, and go with the last one", async (t) => {
	const folder = t.testdir({});
	const first = holdMountPoints(folder, 7);
	const second = holdMountPoints(folder, 7);
	t.same(readdirSync(folder).sort(), NAMES);
	first();
	first();
	t.same(readdirSync(folder).sort(), NAMES, "one server stops, the other's jails still start");
	second();
	t.same(readdirSync(folder), []);
});

t.test("what a killed server has left goes with the next one that stops", async (t) => {
	const folder = t.testdir({});
	const killed = Bun.spawn([
		process.execPath,
		"-e",
		`import { holdMountPoints } from ${JSON.stringify(SOURCE)};
		holdMountPoints(${JSON.stringify(folder)}, 7);
		process.kill(process.pid, "SIGKILL");`,
	]);
	await killed.exited;
	t.same(readdirSync(folder).sort(), NAMES);
	holdMountPoints(folder, 7)();
	t.same(readdirSync(folder), []);
});

t.test("servers that come and go at once never take the folders from each other", async (t) => {
	const folder = t.testdir({});
	const code = `import { existsSync } from "node:fs";
		import { holdMountPoints } from ${JSON.stringify(SOURCE)};
		for (let turn = 0; turn < 200; turn++) {
			const release = holdMountPoints(${JSON.stringify(folder)}, 7);
			for (let look = 0; look < 5; look++)
				if (!existsSync(${JSON.stringify(join(folder, "nsjail.7.root"))})) process.exit(1);
			release();
		}`;
	const servers = Array.from({ length: 3 }, () => Bun.spawn([process.execPath, "-e", code]));
	t.same(await Promise.all(servers.map(({ exited }) => exited)), [0, 0, 0]);
	t.same(readdirSync(folder), []);
});

t.test("what is not an empty folder stays as it is", async (t) => {
	const folder = t.testdir({});
	mkdirSync(join(folder, "nsjail.7.tmp"));
	writeFileSync(join(folder, "nsjail.7.tmp/file"), "");
	mkdirSync(join(folder, "elsewhere"));
	symlinkSync("elsewhere", join(folder, "nsjail.7.root"));
	holdMountPoints(folder, 7)();
	t.ok(existsSync(join(folder, "nsjail.7.tmp/file")));
	t.same(readdirSync(folder).sort(), ["elsewhere", ...NAMES]);
});

t.test("where nothing can be made nothing is held, and nothing fails", async (t) => {
	const folder = t.testdir({ file: "" });
	holdMountPoints(join(folder, "file"), 7)();
	holdMountPoints(join(folder, "missing"), 7)();
	t.same(readdirSync(folder), ["file"]);
});
