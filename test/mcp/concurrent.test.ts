import t from "tap";
import { startBrig } from "../server.ts";
import { connect, execute, register } from "./support.ts";

const CLIENTS = 20;
const ROUNDS = 3;

t.test("twenty clients at once each get their own answers", { timeout: 120_000 }, async (t) => {
	const brig = await startBrig(t);
	await register(
		brig,
		"echo.back",
		'def back(value: str) -> str:\n    print("SECRET", value)\n    return value\n',
	);
	const python = (mark: string) =>
		`import time\nfrom functions import echo\nprint("${mark}")\ntime.sleep(0.05)\nresult = [echo.back(value="${mark}"), "${mark}"]`;
	const typescript = (mark: string) =>
		`import { echo } from "functions";\nconsole.log("${mark}");\nawait Bun.sleep(50);\nreturn [await echo.back({ value: "${mark}" }), "${mark}"];`;

	const clients = await Promise.all(Array.from({ length: CLIENTS }, () => connect(t, brig)));
	const ids = new Set<string>();
	const wrong: string[] = [];
	await Promise.all(
		clients.map(async (client, index) => {
			for (let round = 0; round < ROUNDS; round++) {
				const mark = `client-${index}-round-${round}`;
				const code = index % 2 ? typescript(mark) : python(mark);
				const { structured, text } = await execute(client, code);
				ids.add(structured.id);
				const right =
					JSON.stringify(structured.result) === JSON.stringify([mark, mark]) &&
					structured.stdout === `${mark}\n`;
				if (!right) wrong.push(`${mark}: ${text}`);
			}
		}),
	);
	t.same(wrong, [], "no answer and no print of anybody else");
	t.equal(ids.size, CLIENTS * ROUNDS, "every execution has an id of its own");
});

t.test(
	"a program that runs out of memory or dies leaves the others alone",
	{ timeout: 60_000 },
	async (t) => {
		const brig = await startBrig(t);
		const client = await connect(t, brig);
		const bad = [
			"x = bytearray(3 * 1024 ** 3)",
			"import os, signal\nos.kill(os.getpid(), signal.SIGKILL)",
			"import os\nos._exit(3)",
			"def f(): return f()\nf()",
		];
		const good = Array.from({ length: 6 }, (_, index) => `import time\ntime.sleep(0.3)\n${index}`);
		const [failed, fine] = await Promise.all([
			Promise.all(bad.map((code) => execute(client, code))),
			Promise.all(good.map((code) => execute(client, code))),
		]);
		for (const { isError, structured } of failed) t.equal(isError, true, structured.status);
		t.same(
			fine.map(({ structured }) => structured.result),
			[0, 1, 2, 3, 4, 5],
		);
		t.equal((await execute(client, "'alive'")).structured.result, "alive");
	},
);
