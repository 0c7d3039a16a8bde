import t from "tap";
import { type Language, startCaller } from "./support.ts";

t.setTimeout(200_000);
const caller = await startCaller(t);
const PY = `class TooPoor(ValueError):
    pass
def fail(kind: str):
    print("printed by fail", flush=True)
    if kind == "own":
        raise TooPoor("no money: line 1\\nline 2")
    if kind == "exit":
        raise SystemExit(4)
    if kind == "set":
        return {"a": [{1, 2}]}
    if kind == "nested":
        from functions import fails
        fails.fail_ts(kind="own")
    return {}["secret_of_the_source"]
`;
const TS = `class TooPoor extends Error { override name = "TooPoor"; }
export function fail_ts({ kind }: { kind: string }) {
	console.log("printed by fail_ts");
	if (kind === "own") throw new TooPoor("no money: line 1\\nline 2");
	if (kind === "exit") process.exit(4);
	if (kind === "set") return { a: [new Set([1])] };
	if (kind === "text") throw "just text";
	return (undefined as any).secret_of_the_source;
}`;
await caller.put("fails.fail", PY);
await caller.put("fails.fail_ts", TS);
await caller.put(
	"fails.typed",
	"def typed(count: int, mode: str = 'a') -> int:\n    return 'not an integer'\n",
);
await caller.put("fails.needs", "def needs():\n    return 1\n", { env: ["NOT_SET", "NOT_SET_EITHER"] });
await caller.put("fails.unused", "def unused():\n    return 1\n");

const told: Record<Language, (call: string, input: Record<string, unknown>) => string> = {
	python: (call, input) => `import functions
from functions import fails, FunctionError as imported
try:
    fails.${call}(**${JSON.stringify(input)})
except FunctionError as error:
    result = [error.function, error.type, error.message, isinstance(error, imported) and isinstance(error, Exception), str(error)]`,
	typescript: (call, input) => `import { fails, FunctionError as imported } from "functions";
try {
	await fails.${call}(${JSON.stringify(input)});
} catch (error) {
	if (!(error instanceof FunctionError)) throw error;
	return [error.function, error.type, error.message, error instanceof imported && error instanceof Error, String(error)];
}`,
};
const TABLE: [string, Record<string, unknown>, string, RegExp][] = [
	["fail", { kind: "own" }, "TooPoor", /^no money: line 1\nline 2$/],
	["fail", { kind: "exit" }, "SystemExit", /4/],
	["fail", { kind: "set" }, "TypeError", /^result\.a\[0\] is a set/],
	["fail", { kind: "key" }, "KeyError", /secret_of_the_source/],
	["fail", { kind: "nested" }, "FunctionError", /fails\.fail_ts: TooPoor: no money/],
	["fail_ts", { kind: "own" }, "TooPoor", /^no money: line 1\nline 2$/],
	["fail_ts", { kind: "exit" }, "SystemExit", /exit code 4/],
	["fail_ts", { kind: "set" }, "TypeError", /^result\.a\[0\] is a Set/],
	["fail_ts", { kind: "text" }, "Error", /just text/],
	["fail_ts", { kind: "key" }, "TypeError", /undefined/],
	["typed", {}, "InvalidInput", /count/],
	["typed", { count: "x" }, "InvalidInput", /\/count must be integer/],
	["typed", { count: 1, mode: 2, more: 3 }, "InvalidInput", /\/mode .*; .*more|more.*; .*\/mode/],
	["needs", {}, "MissingSecret", /fails\.needs needs NOT_SET, NOT_SET_EITHER.*brig secret set NOT_SET/],
	["nothing", {}, "FunctionNotFound", /fails\.nothing/],
];

for (const language of ["python", "typescript"] as const) {
	t.test(
		`a failing function is a FunctionError with function, type and message in ${language}`,
		async (t) => {
			for (const [call, input, type, message] of TABLE) {
				const { result, error } = await caller.run(language, told[language](call, input));
				t.match(
					result,
					[`fails.${call}`, type, message, true, /./],
					`${call} ${JSON.stringify(input)}: ${JSON.stringify(result)} ${error?.message}`,
				);
				t.notMatch(
					JSON.stringify(result),
					/File|\.py|\.ts:|line \d+ of|traceback/i,
					"no place in its source",
				);
			}
		},
	);
}

t.test("an error that nobody catches names the line of the caller, and none of the function", async (t) => {
	const { status, error } = await caller.run(
		"python",
		"from functions import fails\n\nfails.fail(kind='own')",
	);
	t.match({ status, error }, { status: "error", error: { type: "FunctionError", line: 3 } });
	t.notMatch(error?.traceback ?? "", /TooPoor\(|raise|fails\.fail\.py/);
});

t.test(
	"a result that does not fit what was declared is given, with one warning that does not show it",
	async (t) => {
		const { result, warnings } = await caller.run(
			"python",
			"from functions import fails\nresult = [fails.typed(count=n) for n in range(3)]",
		);
		t.same(result, ["not an integer", "not an integer", "not an integer"]);
		t.equal(warnings.length, 1);
		t.match(
			warnings[0],
			/^fails\.typed: its result does not fit its output schema: the result must be integer/,
		);
		t.notMatch(warnings[0], "not an integer");
	},
);

t.test("what functions print stands in the ledger for keys that may write, and nowhere else", async (t) => {
	const code = `from functions import fails
print("printed by the program")
for call in (fails.fail, fails.fail_ts):
    try:
        call(kind="own")
    except FunctionError:
        pass`;
	const { brig } = caller;
	const { json } = await caller.call("POST", "execute", {
		key: brig.runKey,
		body: { language: "python", code },
	});
	t.equal(json.stdout, "printed by the program\n");
	t.notMatch(JSON.stringify(json), "printed by fail");
	const path = `executions/${json.id}`;
	t.notMatch((await caller.call("GET", path, { key: brig.runKey })).text, "printed by fail");
	const { outputs } = await caller.ledger(json.id);
	t.same(outputs.map(({ function: name, stdout }) => [name, stdout]).sort(), [
		["fails.fail", "printed by fail\n"],
		["fails.fail_ts", "printed by fail_ts\n"],
	]);
});

t.test("usage sums up the tree, and the ledger has times and sizes of each call but no data", async (t) => {
	await caller.put(
		"sums.outer",
		"def outer(text: str):\n    from functions import sums\n    return sums.inner(text=text * 10)\n",
	);
	await caller.put(
		"sums.inner",
		"import time\ndef inner(text: str):\n    time.sleep(0.2)\n    return text\n",
	);
	const { usage, id, result } = await caller.run(
		"python",
		"from functions import sums\nresult = len(sums.outer(text='data-of-mine') + sums.inner(text='data-of-mine'))",
	);
	t.equal(result, 132);
	t.equal(usage.calls, 3);
	const row = await caller.ledger(id);
	t.same(
		row.call_tree
			.map(({ seq, parent, depth, function: name, bytes_in, bytes_out }) => [
				seq,
				parent,
				depth,
				name,
				bytes_in,
				bytes_out,
			])
			.sort(),
		[
			[1, null, 1, "sums.outer", 23, 122],
			[2, 1, 2, "sums.inner", 131, 122],
			[3, null, 1, "sums.inner", 23, 14],
		],
	);
	t.equal(usage.bytes_in_sandbox, 122 + 122 + 14);
	const [outer, inner] = [1, 2].map((seq) => row.call_tree.find((one) => one.seq === seq)?.wall_ms ?? 0) as [
		number,
		number,
	];
	t.ok(inner >= 200 && outer >= inner, `${outer} ms hold ${inner} ms`);
	t.notMatch(JSON.stringify(row), "data-of-mine");
});
