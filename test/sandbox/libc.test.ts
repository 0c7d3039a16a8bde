import { openSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import t from "tap";
import { hasAttribute, lockDescriptor } from "../../src/sandbox/libc.ts";

t.test("a lock is had once, until the process that holds it ends", async (t) => {
	const folder = t.testdir({});
	const holder = Bun.spawn(
		[
			process.execPath,
			"-e",
			`import { openSync } from "node:fs";
			import { lockDescriptor } from "${join(import.meta.dir, "../../src/sandbox/libc.ts")}";
			console.log(lockDescriptor(openSync(${JSON.stringify(folder)}, "r")));
			// What the holder has started does not hold it: the descriptor stays behind.
			console.log(Bun.spawn(["sleep", "60"]).pid);
			await Bun.sleep(60_000);`,
		],
		{ stdout: "pipe" },
	);
	let said = "";
	for await (const chunk of holder.stdout) {
		said += new TextDecoder().decode(chunk);
		if (said.split("\n").length === 3) break;
	}
	const [had, sleeper] = said.split("\n");
	t.teardown(() => process.kill(Number(sleeper), "SIGKILL"));
	t.equal(had, "true");
	t.notOk(lockDescriptor(openSync(folder, "r")), "another process holds it");
	holder.kill("SIGKILL");
	await holder.exited;
	t.ok(lockDescriptor(openSync(folder, "r")));
	t.notOk(lockDescriptor(openSync(folder, "r")), "a second opening of this process is another one too");
});

t.test("an attribute that is not there, or whose file is not, is not had", async (t) => {
	const folder = t.testdir({});
	writeFileSync(join(folder, "file"), "");
	t.equal(hasAttribute(join(folder, "file"), "user.delegate"), false);
	t.equal(hasAttribute(join(folder, "missing"), "user.delegate"), false);
});
