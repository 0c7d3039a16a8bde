import {
	existsSync,
	lstatSync,
	mkdirSync,
	readFileSync,
	readlinkSync,
	statSync,
	symlinkSync,
	writeFileSync,
} from "node:fs";
import { join } from "node:path";
import t from "tap";
import { Changes } from "../../src/install/changes.ts";

t.test("files, folders, links and copies are as before once they are undone", async (t) => {
	const top = t.testdir({ known: "old", executable: "one", next: "two" });
	symlinkSync("old-target", join(top, "link"));
	const changes = new Changes();
	changes.folder(join(top, "a/b"), 0o700);
	t.ok(changes.file(join(top, "a/b/file"), "text", 0o640));
	t.ok(changes.file(join(top, "known"), "new", 0o600));
	changes.copy(join(top, "next"), join(top, "executable"), join(top, "kept"), 0o755);
	changes.link(join(top, "link"), "new-target");
	changes.link(join(top, "other-link"), "x");
	t.equal(statSync(join(top, "a/b/file")).mode & 0o777, 0o640);
	t.equal(readFileSync(join(top, "executable"), "utf8"), "two");
	t.equal(readlinkSync(join(top, "link")), "new-target");

	t.same(await changes.undo(), []);
	t.notOk(existsSync(join(top, "a")));
	t.equal(readFileSync(join(top, "known"), "utf8"), "old");
	t.equal(readFileSync(join(top, "executable"), "utf8"), "one");
	t.notOk(existsSync(join(top, "kept")));
	t.equal(readlinkSync(join(top, "link")), "old-target");
	t.notOk(lstatSync(join(top, "other-link"), { throwIfNoEntry: false }));
	t.same(await changes.undo(), [], "a second time there is nothing to undo");
});

t.test("a file with the same text is left alone", async (t) => {
	const top = t.testdir({ file: "text" });
	t.notOk(new Changes().file(join(top, "file"), "text", 0o600));
});

t.test("a file that can't be written is the error, and leaves nothing half made", async (t) => {
	const top = t.testdir({});
	mkdirSync(join(top, "file"));
	const changes = new Changes();
	t.throws(() => changes.file(join(top, "missing/file"), "x", 0o600));
	t.same(await changes.undo(), []);
});

t.test("one change that can't be undone does not keep the others from it", async (t) => {
	const top = t.testdir({});
	const changes = new Changes();
	changes.file(join(top, "first"), "x", 0o600);
	changes.add("the second", () => {
		throw new Error("no");
	});
	t.same(await changes.undo(), ["the second could not be put back: no"]);
	t.notOk(existsSync(join(top, "first")));
});

t.test("what an interrupted upgrade kept is not overwritten by the next one", async (t) => {
	const top = t.testdir({ executable: "half new", kept: "old", next: "new" });
	const changes = new Changes();
	changes.copy(join(top, "next"), join(top, "executable"), join(top, "kept"), 0o755);
	await changes.undo();
	t.equal(readFileSync(join(top, "executable"), "utf8"), "old");
});

t.test("a change beside a leftover of an interrupted one succeeds", async (t) => {
	const top = t.testdir({ "file.brig-new": "left" });
	writeFileSync(join(top, "file"), "old");
	t.ok(new Changes().file(join(top, "file"), "new", 0o600));
	t.equal(readFileSync(join(top, "file"), "utf8"), "new");
	t.notOk(existsSync(join(top, "file.brig-new")));
});
