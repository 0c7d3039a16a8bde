import t from "tap";
import { residentMb } from "../attack/support/processes.ts";
import { type Language, startCaller } from "./support.ts";

t.setTimeout(200_000);
const caller = await startCaller(t);
const MOST = 1_000;
await caller.put("math.double", "def double(n: int) -> int:\n    return 2 * n\n");
await caller.put("math.double_ts", "export function double_ts({ n }: { n: number }) {\n\treturn 2 * n;\n}");

const SEQUENTIAL: Record<Language, string> = {
	python: `from functions import math
result = sum(math.double(n=n) for n in range(${MOST}))
try:
    math.double(n=1)
except FunctionError as error:
    result = [result, error.type, error.message]`,
	typescript: `import { math, FunctionError } from "functions";
let sum = 0;
for (let n = 0; n < ${MOST}; n++) sum += await math.double_ts({ n });
try {
	await math.double_ts({ n: 1 });
} catch (error) {
	return [sum, error instanceof FunctionError && error.type, error.message];
}`,
};
for (const language of ["python", "typescript"] as const) {
	t.test(
		`a thousand calls in a row from ${language} use one sandbox, and the next one is refused`,
		async (t) => {
			t.ok(await caller.quiet());
			const jails = new Set<number>();
			let going = true;
			const running = caller.run(language, SEQUENTIAL[language], { timeout_ms: 120_000 }).finally(() => {
				going = false;
			});
			for (; going; await Bun.sleep(5)) for (const jail of caller.jails()) jails.add(jail);
			const { result, id, usage, error } = await running;
			t.same(
				result,
				[MOST * (MOST - 1), "TooManyCalls", `An execution may call functions ${MOST} times.`],
				String(error?.message),
			);
			t.equal(jails.size, 2, "one of the program, one of the function");
			t.equal(usage.calls, MOST + 1);
			const { call_tree } = await caller.ledger(id);
			t.equal(call_tree.filter(({ count, status }) => count === 1 && status === "ok").length, MOST);
			t.match(call_tree.at(-1), { status: "error", error_type: "TooManyCalls", count: 1 });
		},
	);
}

const FLOOD: Record<string, [Language, string]> = {
	"asyncio.gather": [
		"python",
		`import asyncio
from functions import math
async def one(n):
    try:
        return await math.double.aio(n=n) // 2 == n
    except FunctionError as error:
        return error.type
answers = await asyncio.gather(*[one(n) for n in range(10_000)])
result = {str(kind): answers.count(kind) for kind in set(answers)}`,
	],
	"Promise.all": [
		"typescript",
		`import { math } from "functions";
const answers = await Promise.all(Array.from({ length: 10_000 }, (_, n) =>
	math.double_ts({ n, }).then((two) => String(two === 2 * n), (error) => error.type)));
const result: Record<string, number> = {};
for (const one of answers) result[one] = (result[one] ?? 0) + 1;
export default result;`,
	],
};
for (const [how, [language, code]] of Object.entries(FLOOD)) {
	t.test(
		`ten thousand calls at once by ${how} end one by one, and others are answered meanwhile`,
		async (t) => {
			t.ok(await caller.quiet());
			const { pid } = caller.brig.process;
			const before = residentMb(pid);
			let most = before;
			let going = true;
			const running = caller.run(language, code, { timeout_ms: 120_000 }).finally(() => {
				going = false;
			});
			let others = 0;
			for (; going; await Bun.sleep(20)) {
				most = Math.max(most, residentMb(pid));
				const other = await caller.run("python", "from functions import math\nmath.double(n=21)");
				if (other.result === 42) others++;
				else t.fail(`another execution: ${other.status} ${other.error?.message}`);
			}
			const { result, error, id } = await running;
			const right = language === "python" ? "True" : "true";
			t.same(result, { [right]: MOST, TooManyCalls: 9_000 }, String(error?.message));
			t.ok(most - before <= 100, `the server grew from ${before} to ${most} MB`);
			t.ok(others > 0, `${others} other executions were answered`);
			const { call_tree } = await caller.ledger(id);
			t.equal(
				call_tree.reduce((sum, { count }) => sum + count, 0),
				10_000,
				"the ledger counts every one",
			);
			t.ok(call_tree.length < 1_010, "and sums up those beyond the first thousand");
		},
	);
}
