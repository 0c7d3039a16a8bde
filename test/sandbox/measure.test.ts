import t from "tap";
import { measureTree, processTree } from "../../src/sandbox/measure.ts";

/** A shell that starts two Pythons, each of which takes memory and CPU time, says so and waits for its end. */
const WORKER = `
import sys
block = bytearray(40_000_000)
total = sum(range(3_000_000))
print("ready", flush=True)
sys.stdin.read()`;
const TREE = ["sh", "-c", '/usr/bin/python3 -c "$1" <&3 & /usr/bin/python3 -c "$1" <&3; wait', "sh", WORKER];

/** Starts the tree and waits until both have done their work. */
async function startTree() {
	const root = Bun.spawn(["sh", "-c", `exec 3<&0; exec "$@"`, "sh", ...TREE], {
		stdio: ["pipe", "pipe", "inherit"],
	});
	let said = "";
	for await (const chunk of root.stdout) {
		said += new TextDecoder().decode(chunk);
		if (said.split("ready").length === 3) break;
	}
	return root;
}

t.test("a tree is its root and everything below", async (t) => {
	const root = await startTree();
	const tree = processTree(root.pid);
	t.equal(tree[0], root.pid);
	t.equal(tree.length, 3);
	t.equal(new Set(tree).size, 3);

	const used = measureTree(root.pid);
	t.ok(used, "it is measured");
	t.ok((used?.peak_memory_mb ?? 0) > 2 * 38, `both peaks count: ${used?.peak_memory_mb} MiB`);
	t.ok((used?.peak_memory_mb ?? 0) < 400, `${used?.peak_memory_mb} MiB`);
	t.ok((used?.cpu_ms ?? 0) > 0, `${used?.cpu_ms} ms`);
	t.equal((used?.cpu_ms ?? 1) % 10, 0, "in the kernel's ticks");

	root.stdin.end();
	await root.exited;
	t.same(processTree(root.pid), [], "nothing is below a process that is gone");
	t.equal(measureTree(root.pid), null);
});

t.test("the CPU time of children that have ended stays in the sum", async (t) => {
	const root = Bun.spawn(["sh", "-c", '/usr/bin/python3 -c "sum(range(6_000_000))"; echo done; read line'], {
		stdio: ["pipe", "pipe", "inherit"],
	});
	const { value } = await root.stdout.getReader().read();
	t.equal(new TextDecoder().decode(value), "done\n");
	const used = measureTree(root.pid);
	t.ok((used?.cpu_ms ?? 0) >= 20, `${used?.cpu_ms} ms`);
	root.stdin.end();
	await root.exited;
});

t.test("a name with brackets and spaces does not shift the figures", async (t) => {
	const program = `
		import ctypes, sys
		ctypes.CDLL(None).prctl(15, b"a) R 9 9 9", 0, 0, 0)
		print("ready", flush=True)
		sys.stdin.read()`.replace(/\n\t+/g, "\n");
	const root = Bun.spawn(["/usr/bin/python3", "-c", program], { stdio: ["pipe", "pipe", "inherit"] });
	await root.stdout.getReader().read();
	const used = measureTree(root.pid);
	t.ok(Number.isFinite(used?.cpu_ms) && (used?.cpu_ms ?? 99_999) < 5_000, `${used?.cpu_ms} ms`);
	root.stdin.end();
	await root.exited;
});
