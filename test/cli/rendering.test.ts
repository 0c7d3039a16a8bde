import t from "tap";
import { harmless } from "../../src/cli/output.ts";
import { prettyMember } from "../../src/cli/pretty-json.ts";
import { argumentSentence } from "../../src/cli/report.ts";
import { errorSentence, usageLine } from "../../src/cli/result-view.ts";
import { duration, shortTime, table } from "../../src/cli/table.ts";

t.test("columns are aligned, also where characters are wide", async (t) => {
	const text = table(
		["NAME", "N", "SUMMARY"],
		[
			["a", "1", "first"],
			["日本", "", "second"],
		],
	);
	t.same(text.split("\n"), ["NAME  N  SUMMARY", "a     1  first", "日本  -  second", ""]);
});

t.test("a cell is one line that can't command a terminal", async (t) => {
	const text = table(["NAME"], [["a\x1b[31mred\nb\u202ec\x07"], ["x".repeat(200)]]);
	t.same(text.split("\n"), ["NAME", "ared b c", `${"x".repeat(79)}…`, ""]);
});

t.test("foreign text keeps its lines and loses what a terminal would obey", async (t) => {
	t.equal(harmless("a\tb\nc"), "a\tb\nc");
	t.equal(harmless("50%\r100%\r\nend"), "50%\n100%\nend");
	t.equal(harmless("\x1b[2J\x1b[1;31mred\x1b[0m"), "red");
	t.equal(harmless("\x1b]0;title\x07text"), "text");
	t.equal(harmless("\x1b]8;;http://x\x1b\\link\x1b]8;;\x1b\\"), "link");
	t.equal(harmless("a\x9b31mb\x00\x08\u202ec"), "a31mbc");
	t.equal(harmless("[1, 2]\n[3m]"), "[1, 2]\n[3m]");
});

t.test("numbers keep their digits when a result is indented", async (t) => {
	const text =
		'{"id":"x","result":{"a":12345678901234567890,"b":1.0,"c":[1e400],"d":"12345678901234567890"}}';
	t.equal(
		prettyMember(text, "result"),
		'{\n  "a": 12345678901234567890,\n  "b": 1.0,\n  "c": [\n    1e400\n  ],\n  "d": "12345678901234567890"\n}',
	);
	t.equal(prettyMember('{"result":null}', "result"), "null");
	t.equal(prettyMember('{"result":12345678901234567890}', "result"), "12345678901234567890");
});

t.test("an error is a sentence with its place", async (t) => {
	const error = { type: "ValueError", message: "no", line: 3, column: 5, traceback: null, hint: null };
	t.equal(errorSentence("error", error), "ValueError: no (line 3, column 5)");
	t.equal(errorSentence("timeout", { ...error, type: "Timeout", line: null, column: null }), "timeout: no");
});

t.test("the usage line leaves out what was not measured", async (t) => {
	const body = { id: "exe_1", status: "ok", result: 1, stdout: "", stderr: "", error: null, warnings: [] };
	const usage = { wall_ms: 12.3, cpu_ms: 8.1, peak_memory_mb: 21.44, calls: 1, tokens_kept_out: 25840 };
	t.equal(
		usageLine({ ...body, usage }),
		"exe_1: ok in 12 ms, 8 ms CPU, 21.4 MB, 1 call, about 25840 tokens kept out",
	);
	const nothing = { wall_ms: null, cpu_ms: null, peak_memory_mb: null, calls: 0, tokens_kept_out: 0 };
	t.equal(usageLine({ ...body, usage: nothing }), "exe_1: ok");
});

t.test("times are short", async (t) => {
	t.equal(shortTime("2026-01-31T09:30:00.123Z"), "2026-01-31 09:30:00");
	t.same([duration(12.6), duration(1_300), duration(null)], ["13 ms", "1.3 s", "-"]);
});

t.test("what parseArgs says becomes one sentence", async (t) => {
	t.equal(argumentSentence("Unknown option '--foo'"), "Unknown option '--foo'.");
	t.equal(
		argumentSentence("Unknown option '--foo'. To specify a positional argument starting with a '-', …"),
		"Unknown option '--foo'.",
	);
	t.equal(
		argumentSentence("Option '--name <value>' argument missing"),
		"Option '--name <value>' needs a value.",
	);
	t.equal(
		argumentSentence("Option '--name' argument is ambiguous.\nDid you"),
		"Option '--name' argument is ambiguous.",
	);
});
