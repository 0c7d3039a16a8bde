import { readFileSync } from "node:fs";
import { join } from "node:path";
import t from "tap";
import { startBrig } from "../server.ts";
import { brig, brigOf, type Outcome } from "./brig.ts";
import { answering } from "./terminal.ts";

const server = await startBrig(t);
const { data } = server;
const call = brigOf(data);
const VALUE = "value-that-nobody-sees";
const typing = (args: string[], prompt: string, ...typed: string[]) => answering(args, prompt, typed, data);
const shown = ({ stdout, stderr }: Outcome) => stdout + stderr;

t.test("set takes the value from stdin and shows none of it", async (t) => {
	const first = await call(["secret", "set", "API_TOKEN"], { stdin: VALUE });
	t.same(first, { code: 0, stdout: "", stderr: "The secret API_TOKEN is set\n" });
	const second = await call(["secret", "set", "API_TOKEN"], { stdin: `${VALUE}-2` });
	t.match(second, {
		code: 0,
		stdout: "",
		stderr: /^The secret API_TOKEN has its new value; calls that start/,
	});
	const json = await call(["secret", "set", "API_TOKEN", "--json"], { stdin: VALUE });
	t.same(Object.keys(JSON.parse(json.stdout)), ["name", "created_at", "updated_at"]);
});

t.test("one line end at the end of stdin is not part of the value, more are", async (t) => {
	// The server refuses an empty value: what is left tells what was cut.
	for (const [stdin, code] of [
		["", 1],
		["\n", 1],
		["\r\n", 1],
		["\n\n", 0],
		[" \n", 0],
		["x\n", 0],
	] as const) {
		const outcome = await call(["secret", "set", "CUT"], { stdin });
		t.equal(outcome.code, code, JSON.stringify(stdin));
		if (code === 1) t.match(outcome.stderr, /^brig: The value is empty: CUT was not set\.\n/);
	}
	t.equal((await call(["secret", "set", "CUT"], { stdin: `${"x".repeat(65_536)}\n` })).code, 0);
	for (const length of [65_537, 10_000_000]) {
		const large = await call(["secret", "set", "CUT"], { stdin: "x".repeat(length) });
		t.equal(large.code, 1);
		t.match(large.stderr, /larger than 65536 bytes/);
	}
});

t.test("a value as an argument is misuse that says how to do it, and is not repeated", async (t) => {
	for (const args of [
		["API_TOKEN", VALUE],
		[`API_TOKEN=${VALUE}`],
		["API_TOKEN", VALUE, "more"],
		["API_TOKEN", VALUE, "--json"],
		["--", "API_TOKEN", `-${VALUE}`],
	]) {
		const outcome = await call(["secret", "set", ...args], { stdin: "other" });
		t.equal(outcome.code, 2, args.join(" "));
		t.match(outcome.stderr, /A value is never an argument/);
		t.match(outcome.stderr, /`brig secret set NAME < FILE`/);
		t.notMatch(shown(outcome), VALUE);
	}
	for (const args of [[VALUE], ["lower"], ["PATH"], ["LD_PRELOAD"], []]) {
		const outcome = await call(["secret", "set", ...args], { stdin: "other" });
		t.equal(outcome.code, 2, args.join(" "));
		t.notMatch(shown(outcome), VALUE);
	}
	t.match(await call(["secret", "set", "--value", VALUE, "X"]), {
		code: 2,
		stderr: /Unknown option '--value'/,
	});
});

t.test("at a terminal the value is asked for and not shown", async (t) => {
	const { screen, code } = await typing(["secret", "set", "TYPED"], "(not shown): ", `${VALUE}\r`);
	t.equal(code, 0, screen);
	t.match(screen, /^Value of TYPED \(not shown\): \s+The secret TYPED is set\s+$/);
});

t.test("at the prompt characters can be erased, and an empty line sets nothing", async (t) => {
	const set = (...typed: string[]) => typing(["secret", "set", "ERASED"], "(not shown): ", ...typed);
	t.match(await set("abcé\x7f\x7f\x7f\x7f\r"), { code: 1, screen: /The value is empty/ });
	t.match(await set("abc\x15\x04"), { code: 1, screen: /The value is empty/ });
	t.match(await set("a", "b", "\x7f", "c", "\r"), { code: 0, screen: /is set/ });
});

t.test("several pasted lines set nothing, and none of them is left for the shell", async (t) => {
	const set = (...typed: string[]) => typing(["secret", "set", "PASTED"], "(not shown): ", ...typed);
	for (const typed of [
		["first-line\rsecond-line\rthird-line\r"],
		["first-line\r", "second-line\r", "third-line"],
	]) {
		const { screen, code } = await set(...typed);
		t.equal(code, 1);
		t.match(screen, /several lines: nothing was set/);
		t.notMatch(screen, /-line/);
	}
	t.match(await set("ab\x1b[Dc\r"), { code: 1, screen: /an arrow/ });
});

t.test("Ctrl-C at the prompt sets nothing and exits as a shell expects", async (t) => {
	const { screen, code } = await typing(["secret", "set", "STOPPED"], "(not shown): ", `${VALUE}\x03`);
	t.equal(code, 130);
	t.notMatch(screen, VALUE);
	t.notMatch((await call(["secret", "list"])).stdout, "STOPPED");
});

t.test("list shows names and dates alone", async (t) => {
	const table = await call(["secret", "list"]);
	t.match(table.stdout, /^NAME +SET \(UTC\) +UPDATED \(UTC\)\nAPI_TOKEN +\d{4}-\d\d-\d\d [\d:]+ +\d{4}-/);
	const json = JSON.parse((await call(["secret", "list", "--json"])).stdout);
	for (const secret of json.secrets) t.same(Object.keys(secret), ["name", "created_at", "updated_at"]);
	await call(["namespace", "create", "empty"]);
	const none = await call(["secret", "list", "--namespace", "empty"]);
	t.match(none, { code: 0, stdout: "", stderr: /The namespace empty has no secrets/ });
	t.notMatch(shown(table), VALUE);
});

t.test("rm asks, and removes with --yes", async (t) => {
	t.match(await call(["secret", "rm", "API_TOKEN"]), { code: 2, stderr: /Add --yes/ });
	t.match(await typing(["secret", "rm", "API_TOKEN"], "[y/N] ", "n\r"), {
		code: 1,
		screen: /Nothing was deleted/,
	});
	t.same(await call(["secret", "rm", "API_TOKEN", "--yes"]), {
		code: 0,
		stdout: "",
		stderr: "The secret API_TOKEN is removed\n",
	});
	t.match(await call(["secret", "rm", "API_TOKEN", "--yes"]), {
		code: 1,
		stderr: /`brig secret list` lists them/,
	});
});

t.test("a run key may do none of it", async (t) => {
	const env = { BRIG_URL: server.url, BRIG_KEY: server.runKey };
	t.match(await brig(["secret", "list"], { env }), { code: 1, stderr: /scope write/ });
	t.match(await brig(["secret", "set", "X"], { env, stdin: VALUE }), { code: 1, stderr: /scope admin/ });
});

t.test("help shows how, and says what happens to the line end", async (t) => {
	t.match((await call(["secret", "--help"])).stdout, /brig secret set NAME/);
	t.match(
		(await call(["secret", "set", "--help"])).stdout,
		/One line end at the end of stdin is not part of it/,
	);
	t.match((await call(["--help"])).stdout, /brig secret set\|list\|rm/);
});

t.test("the server's log and database show no value", async (t) => {
	t.notMatch(server.stderr(), VALUE);
	for (const file of ["brig.db", "brig.db-wal"])
		t.notOk(readFileSync(join(data, file)).includes(VALUE), file);
});
