import t from "tap";
import { WAYS } from "../../src/execution/outcome.ts";
import { startCaller } from "../calls/support.ts";
import { PATIENCE } from "../patience.ts";
import { ENDINGS, type Ending } from "./support/endings.ts";
import { FORGERIES } from "./support/forgeries.ts";
import { OUTSIDE } from "./support/outside.ts";
import { tells } from "./support/told.ts";

t.setTimeout(200_000 * PATIENCE);
const caller = await startCaller(t);
const CGROUPS = Boolean(process.env.BRIG_TEST_SCOPE);

t.test(
	"every row of the table has its test, and its forgeries unless its status is the code's own to give",
	async (t) => {
		const tested = [...Object.keys(ENDINGS), ...Object.keys(OUTSIDE)];
		t.same(tested.sort(), Object.keys(WAYS).sort());
		for (const [way, endings] of Object.entries<Ending[]>(ENDINGS)) {
			t.same([...new Set(endings.map(({ language }) => language))], ["python", "typescript"], way);
		}
		const hostile = Object.entries<Ending[]>(ENDINGS)
			.filter(([, [first]]) => first && first.status !== "ok" && first.status !== "error")
			.map(([way]) => way);
		const forged = Object.keys(FORGERIES);
		t.same(
			hostile.filter((way) => !forged.includes(way)),
			[],
		);
		t.same(
			Object.keys(OUTSIDE).filter((way) => way !== "refused" && !forged.includes(way)),
			[],
		);
	},
);

for (const [way, endings] of Object.entries<Ending[]>(ENDINGS)) {
	t.test(`${way}: reply and ledger have its status, type, reason and hint`, async (t) => {
		for (const ending of endings) {
			const skip = ending.needs === "cgroups" && !CGROUPS ? "needs cgroups" : false;
			await t.test(`${ending.language}: ${ending.code.slice(0, 60)}`, { skip }, async (t) => {
				await tells(t, caller, ending);
			});
		}
	});
}

/** What a function's own limits say. */
const OF_FUNCTIONS: [
	code: string,
	limits: Record<string, number>,
	type: string,
	message: RegExp,
	hint: RegExp,
][] = [
	[
		"def own():\n    while True: pass",
		{ wall_ms: 1_000 },
		"Timeout",
		/^The function ran longer than its 1 s\.$/,
		/limits\.wall_ms \(at most 300000\)/,
	],
	[
		"def own():\n    import threading, time\n    for _ in range(500):\n        threading.Thread(target=time.sleep, args=(60,), daemon=True).start()",
		{ processes: 8 },
		"RuntimeError",
		/can't start new thread/,
		/at most 8 processes and threads .* limits\.processes \(at most 256\)/,
	],
	[
		"def own():\n    open('/tmp/large', 'wb').write(bytes(9 << 20))",
		{ scratch_mb: 8 },
		"OSError",
		/No space left/,
		/hold 8 MiB .* limits\.scratch_mb \(at most 512\)/,
	],
	[
		"def own():\n    return len(bytearray(1 << 60))",
		{ memory_mb: 64 },
		"MemoryError",
		/^$/,
		/has 64 MiB of memory.* limits\.memory_mb \(at most 2048\)/,
	],
	[
		"def own():\n    import os\n    os._exit(3)",
		{},
		"SystemExit",
		/^The function ended itself/,
		/instead of exiting/,
	],
];

t.test("a function is told of its own limits, and of how to raise them", async (t) => {
	for (const [index, [code, limits, type, message, hint]] of OF_FUNCTIONS.entries()) {
		const name = `own${index}`;
		await caller.put(`ends.${name}`, code.replace("def own", `def ${name}`), { limits });
		const { json } = await caller.call("POST", `functions/ends.${name}/call`, { body: {} });
		t.match(json.error, { type, message, hint }, code);
		const nested = await caller.run(
			"python",
			`from functions import ends\ntry:\n    ends.${name}()\nexcept FunctionError as error:\n    result = [error.type, error.message]`,
		);
		t.same(nested.result, [json.error.type, json.error.message], "its caller is told the same");
	}
});
