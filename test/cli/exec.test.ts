import t from "tap";
import { startBrig } from "../server.ts";
import { brigOf, writeFiles } from "./brig.ts";

t.test("brig exec", async (t) => {
	const { data } = await startBrig(t);
	const call = brigOf(data);
	const exec = (code: string, ...args: string[]) => call(["exec", "-", ...args], { stdin: code });

	t.test("prints the result to stdout, what was printed and the cost to stderr", async (t) => {
		const { code, stdout, stderr } = await exec('print("hello")\n{"n": 1}', "--language", "python");
		t.equal(code, 0);
		t.equal(stdout, '{\n  "n": 1\n}\n');
		t.match(stderr, /^hello\nexe_\w+: ok in .*\n$/);
	});

	t.test("prints a string as it is, and keeps the digits of numbers", async (t) => {
		t.equal((await exec('"two\\nlines"', "--language", "python")).stdout, "two\nlines\n");
		t.equal(
			(await exec("[2**64, 1.0]", "--language", "python")).stdout,
			"[\n  18446744073709551616,\n  1.0\n]\n",
		);
		t.equal((await exec("None", "--language", "python")).stdout, "null\n");
	});

	t.test("tells the language from the file's ending", async (t) => {
		const [ts, py] = writeFiles(t.testdir(), { "a.ts": "return 1 + 1", "b.py": "return 1 + 1" }) as [
			string,
			string,
		];
		t.equal((await call(["exec", ts, "--json"])).code, 0);
		t.equal((await call(["exec", py])).stdout, "2\n");
		const { stdout } = await call(["executions", "--json", "--limit", "2"]);
		const languages = JSON.parse(stdout).executions.map((one: { language: string }) => one.language);
		t.same(languages, ["python", "typescript"]);
	});

	t.test("ends with 1 when the code fails, and says where", async (t) => {
		const { code, stdout, stderr } = await exec('print("before")\n1/0', "--language", "python");
		t.equal(code, 1);
		t.equal(stdout, "");
		t.match(stderr, /^before\nTraceback[\s\S]*\nbrig: ZeroDivisionError: division by zero \(line 2/);
		t.match(stderr, /\nexe_\w+: error in /);
	});

	t.test("prints with --json the server's object to the letter, also of code that fails", async (t) => {
		const good = await exec("2**64", "--language", "python", "--json");
		t.equal(good.code, 0);
		t.match(good.stdout, /^\{"id":"exe_\w+","status":"ok","result":18446744073709551616,"stdout":""/);
		t.equal(good.stderr, "");
		const bad = await exec("throw new Error('no')", "--language", "typescript", "--json");
		t.equal(bad.code, 1);
		t.match(JSON.parse(bad.stdout), { status: "error", result: null, error: { message: "no", line: 1 } });
	});

	t.test("ends code at --timeout-ms, and refuses more than the maximum", async (t) => {
		const slow = await exec("while True: pass", "--language", "python", "--timeout-ms", "300", "--json");
		t.equal(slow.code, 1);
		t.equal(JSON.parse(slow.stdout).status, "timeout");
		const long = await exec("1", "--timeout-ms", "999999999");
		t.equal(long.code, 1);
		t.match(long.stderr, /^brig: timeout_ms is 999999999; the maximum is/);
	});

	t.test("a file that can't be read is a sentence", async (t) => {
		const folder = t.testdir({ "a.py": Buffer.from([0x66, 0xff]) });
		t.match(await call(["exec", "nosuch.py"]), { code: 1, stderr: "brig: There is no file nosuch.py.\n" });
		t.match(await call(["exec", folder]), { code: 1, stderr: /is a folder\.\n$/ });
		t.match(await call(["exec", `${folder}/a.py`]), { code: 1, stderr: /is not UTF-8 text\.\n$/ });
	});

	t.test("the ledger shows what ran", async (t) => {
		const { id } = JSON.parse((await exec("1/0", "--language", "python", "--json")).stdout);
		const list = await call(["executions"]);
		t.equal(list.code, 0);
		t.match(list.stdout, /^ID {2,}STARTED \(UTC\) {2,}WHAT/);
		t.match(list.stdout, new RegExp(`\n${id} .* python +error +.* ZeroDivisionError\n`));
		t.match(
			(await call(["executions", "list", "--limit", "1"])).stderr,
			/^There are more: --before exe_\w+\n$/,
		);
		t.notMatch((await call(["executions", "--status", "ok"])).stdout, id);
		t.match((await call(["executions", "show", id])).stdout, /status +error: ZeroDivisionError\n/);
		t.match(JSON.parse((await call(["executions", "show", id, "--json"])).stdout), { id, call_tree: [] });
		t.match(await call(["executions", "show", "exe_none"]), {
			code: 1,
			stderr: /`brig executions` lists them/,
		});
	});
});
