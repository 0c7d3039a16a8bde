import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import t from "tap";
import {
	commitReplacement,
	discardReplacement,
	finishReplacement,
	isReplacementPending,
	stageReplacement,
} from "../../src/store/replacement.ts";
import { makeFolder } from "./make.ts";

interface State {
	[file: string]: string;
}
const OLD: State = {
	"brig.db": "old",
	"brig.db-wal": "old log",
	"brig.db-shm": "old index",
	"seal.key": "old key",
};
const NEW: State = { "brig.db": "new", "seal.key": "new key" };

const write = (folder: string, state: State) => {
	for (const [name, text] of Object.entries(state)) writeFileSync(join(folder, name), text);
};
const read = (folder: string): State =>
	Object.fromEntries(
		readdirSync(folder, { withFileTypes: true })
			.filter((entry) => entry.isFile())
			.map(({ name }) => [name, readFileSync(join(folder, name), "utf8")]),
	);
const folders = (data: string) =>
	readdirSync(data, { withFileTypes: true })
		.filter((entry) => entry.isDirectory())
		.map(({ name }) => name);

t.test("a commit puts the new files in place and keeps the old ones whole", async (t) => {
	const data = makeFolder(t);
	write(data, OLD);
	write(stageReplacement(data), NEW);
	t.same(read(data), OLD, "nothing changes before the decision");
	const aside = commitReplacement(data) ?? "";
	t.match(aside, new RegExp(`^${data}/replaced-\\d{4}-\\d\\d-\\d\\dT\\d\\d-\\d\\d-\\d\\dZ$`));
	t.same(read(data), NEW, "no log of the old database is beside the new one");
	t.same(read(aside), OLD);
	t.same(folders(data), [aside.slice(data.length + 1)]);
	t.equal(isReplacementPending(data), false);
	t.equal(finishReplacement(data), null);
});

t.test("the old state keeps its key also where the key stays", async (t) => {
	const data = makeFolder(t);
	write(data, OLD);
	write(stageReplacement(data), { "brig.db": "new" });
	const aside = commitReplacement(data) ?? "";
	t.same(read(data), { "brig.db": "new", "seal.key": "old key" });
	t.same(read(aside), OLD);
});

t.test("where there was nothing, nothing is kept", async (t) => {
	const data = makeFolder(t);
	write(stageReplacement(data), NEW);
	t.equal(commitReplacement(data), null);
	t.same(read(data), NEW);
	t.same(folders(data), []);
});

t.test("two restores in one second keep both states", async (t) => {
	const data = makeFolder(t);
	write(data, OLD);
	const kept = [1, 2, 3].map((number) => {
		write(stageReplacement(data), { "brig.db": `new ${number}` });
		return commitReplacement(data) ?? "";
	});
	t.equal(new Set(kept).size, 3);
	t.same(
		kept.map((aside) => read(aside)["brig.db"]),
		["old", "new 1", "new 2"],
	);
});

t.test("what was not decided goes, and the old state stays", async (t) => {
	const data = makeFolder(t);
	write(data, OLD);
	write(stageReplacement(data), NEW);
	t.equal(finishReplacement(data), null);
	t.same(read(data), OLD);
	write(stageReplacement(data), NEW);
	discardReplacement(data);
	t.same(read(data), OLD);
	t.same(folders(data), []);
});

/** What a commit does after its decision, one rename at a time. */
const STEPS: ((data: string) => void)[] = [
	...Object.keys(OLD)
		.filter((name) => name !== "seal.key")
		.map(
			(name) => (data: string) => renameSync(join(data, name), join(data, "restored/replaced-then", name)),
		),
	(data) => renameSync(join(data, "restored/brig.db"), join(data, "brig.db")),
	(data) => renameSync(join(data, "restored/seal.key"), join(data, "seal.key")),
	(data) => renameSync(join(data, "restored/replaced-then"), join(data, "replaced-then")),
];

for (let done = 0; done <= STEPS.length; done++) {
	t.test(
		`a commit that was cut off after ${done} of ${STEPS.length} renames is ended by the next`,
		async (t) => {
			const data = makeFolder(t);
			write(data, OLD);
			write(stageReplacement(data), NEW);
			mkdirSync(join(data, "restoring/replaced-then"));
			write(join(data, "restoring/replaced-then"), { "seal.key": "old key" });
			renameSync(join(data, "restoring"), join(data, "restored"));
			for (const step of STEPS.slice(0, done)) step(data);
			t.equal(isReplacementPending(data), true);
			const aside = finishReplacement(data);
			t.equal(aside, done === STEPS.length ? null : join(data, "replaced-then"));
			t.same(read(data), NEW);
			t.same(read(join(data, "replaced-then")), OLD);
			t.same(folders(data), ["replaced-then"]);
		},
	);
}

t.test("a link in the place of the staging folder is not followed", async (t) => {
	const data = makeFolder(t);
	const elsewhere = makeFolder(t);
	write(elsewhere, { "precious.txt": "kept" });
	const link = Bun.spawnSync(["ln", "-s", elsewhere, join(data, "restoring")]);
	t.equal(link.exitCode, 0);
	write(stageReplacement(data), NEW);
	commitReplacement(data);
	t.same(read(elsewhere), { "precious.txt": "kept" });
	t.same(read(data), NEW);
	t.notOk(existsSync(join(data, "restoring")));
	rmSync(elsewhere, { recursive: true });
});
