import t from "tap";
import { PATIENCE } from "../patience.ts";
import { startBrig, type TestBrig } from "../server.ts";
import { descendants } from "./support/processes.ts";

async function execute({ url, runKey }: TestBrig, language: string, code: string) {
	const answer = await fetch(`${url}/v1/namespaces/default/execute`, {
		method: "POST",
		headers: { authorization: `Bearer ${runKey}` },
		body: JSON.stringify({ language, code }),
	});
	return (await answer.json()) as { status: string; result: unknown };
}

/** The process ids of the sandboxes that wait, once as many are ready as shall wait and it stays so. */
async function sandboxes(brig: TestBrig): Promise<number[]> {
	let last = "";
	for (let tries = 0, same = 0; ; tries++) {
		const processes = descendants(brig.process.pid);
		const found = [...new Set(processes.map(({ jail }) => jail))];
		const ready = processes.filter(({ depth }) => depth === 3).length;
		same = found.length === BOTH && ready === BOTH && last === found.join() ? same + 1 : 0;
		last = found.join();
		if (same > 20 || tries > 400 * PATIENCE) return found;
		await Bun.sleep(25);
	}
}

const WARM = 1;
const BOTH = 2 * WARM;
const CODE = {
	python:
		"import os\nresult = [os.listdir('/tmp'), 'MARK' in os.environ]\nopen('/tmp/mark', 'w').close()\nos.environ['MARK'] = '1'",
	typescript:
		"import { readdirSync, writeFileSync } from 'node:fs';\nconst found = [readdirSync('/tmp'), 'MARK' in process.env];\nwriteFileSync('/tmp/mark', '');\nprocess.env.MARK = '1';\nexport default found;",
};

t.setTimeout(240_000 * PATIENCE);

t.test("a sandbox that waits is used once, and another takes its place", async (t) => {
	t.setTimeout(120_000 * PATIENCE);
	const brig = await startBrig(t, { args: ["--warm", String(WARM)] });
	for (const language of ["python", "typescript"] as const) {
		for (let time = 0; time < 3; time++) {
			const before = await sandboxes(brig);
			t.equal(before.length, BOTH, "the pool is full");
			const { result } = await execute(brig, language, CODE[language]);
			t.same(result, [[], false], "nothing of an earlier run is there");
			const after = await sandboxes(brig);
			const stay = before.filter((pid) => after.includes(pid)).length;
			// One that was slow to say that it is still there is thrown away unused, and the others with it.
			const discarded = /sandbox_discarded/.test(brig.stderr());
			t.ok(stay === BOTH - 1 || (stay < BOTH && discarded), `of ${BOTH} ${stay} still wait`);
		}
	}
});

t.test("a sandbox that is killed while it waits is replaced, and no request meets it", async (t) => {
	const brig = await startBrig(t, { args: ["--warm", String(WARM)] });
	t.setTimeout(120_000 * PATIENCE);
	for (const depth of [1, 2, 3]) {
		const before = await sandboxes(brig);
		for (const one of descendants(brig.process.pid))
			if (one.depth === depth) process.kill(one.pid, "SIGKILL");
		// That it is gone takes a moment to be known.
		await Bun.sleep(500);
		t.equal((await execute(brig, "python", "6 * 7")).result, 42);
		t.equal((await execute(brig, "typescript", "export default 6 * 7")).result, 42);
		const after = await sandboxes(brig);
		t.equal(after.length, BOTH);
		t.notOk(before.some((pid) => after.includes(pid)));
	}
});

t.test("no sandbox outlives a server that is killed", async (t) => {
	const brig = await startBrig(t, { args: ["--warm", String(WARM)] });
	await sandboxes(brig);
	void execute(brig, "python", "while True: pass").catch(() => {});
	void execute(brig, "typescript", "for (;;);").catch(() => {});
	await Bun.sleep(500);
	const all = descendants(brig.process.pid).map(({ pid }) => pid);
	t.ok(all.length > 0);
	brig.process.kill("SIGKILL");
	const alive = () => all.filter((pid) => descends(pid));
	for (let tries = 0; alive().length > 0 && tries < 100; tries++) await Bun.sleep(50);
	t.same(alive(), []);
});

function descends(pid: number): boolean {
	try {
		process.kill(pid, 0);
		return true;
	} catch {
		return false;
	}
}
